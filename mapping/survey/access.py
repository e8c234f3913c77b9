"""Who may report for which organisation in which round."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache

from malmoandan.accounts import access
from malmoandan.accounts.models import User
from malmoandan.organisations.models import Membership, Organisation
from mapping.models import ReportDraft, ReportFile, RoundInvitation, SurveyRound
from mapping.survey.writing import Writer, may_write

View = Callable[..., HttpResponse]


class Reporter(Writer):
    """A person who sees what an organisation reports, and may write where `may_write` says so."""

    invitation: RoundInvitation | None = None

    @property
    def may_write(self) -> bool:
        """Only the invited report; every party may look and object."""
        invited = self.invitation is not None or self.is_coordinator
        return invited and may_write(self.round, is_coordinator=self.is_coordinator)

    def draft_or_404(self, pk: int) -> ReportDraft:
        drafts = ReportDraft.objects.select_related("cooperation")
        return get_object_or_404(drafts, pk=pk, round=self.round, organisation=self.organisation)

    def file_or_404(self, pk: int) -> ReportFile:
        files = ReportFile.objects.all()
        return get_object_or_404(files, pk=pk, round=self.round, organisation=self.organisation)


def reporter_of(request: HttpRequest, round_slug: str, organisation_slug: str) -> Reporter | None:
    """The invited address, a member of the organisation, or a coordinator; else None."""
    user: Any = request.user
    rounds = SurveyRound.objects.exclude(state=SurveyRound.State.DRAFT)
    survey_round = rounds.filter(slug=round_slug).first()
    organisation = Organisation.objects.standing().filter(slug=organisation_slug).first()
    if not (user.is_authenticated and survey_round and organisation):
        return None
    is_coordinator = access.may_enter(request) and access.is_coordinator(user)
    reporter = Reporter(survey_round, organisation, user, is_coordinator)
    reporter.invitation = survey_round.invitations.filter(organisation=organisation).first()
    if is_coordinator or _is_asked(user, reporter.invitation) or _is_member(user, organisation):
        return reporter
    return None


def _is_asked(user: User, invitation: RoundInvitation | None) -> bool:
    return bool(invitation and invitation.email and invitation.email == user.email)


def _is_member(user: User, organisation: Organisation) -> bool:
    rights = Membership.objects.active().filter(person_id=user.pk)
    return rights.filter(organisation=organisation).exists()


def reporter_required(view: View) -> View:
    """Decorator: the view gets the Reporter instead of the slugs. Strangers get 404."""

    @wraps(view)
    @never_cache
    def guarded(
        request: HttpRequest, round_slug: str, organisation_slug: str, **kwargs: Any
    ) -> HttpResponse:
        if not request.user.is_authenticated:
            query = urlencode({"next": request.get_full_path()})
            return redirect(f"{reverse('account_login')}?{query}")
        reporter = reporter_of(request, round_slug, organisation_slug)
        if reporter is None:
            raise Http404
        return view(request, reporter, **kwargs)

    return guarded


def rounds_of(user: User) -> list[tuple[SurveyRound, Organisation, RoundInvitation | None]]:
    """The rounds that wait for the person, or that tell of the person's organisations."""
    members = Membership.objects.active().filter(person=user).values("organisation")
    rounds = SurveyRound.objects.filter(
        state__in=[SurveyRound.State.OPEN, SurveyRound.State.CLOSED]
    ).order_by("-number")
    invitations = RoundInvitation.objects.filter(round__in=rounds).select_related(
        "round", "organisation"
    )
    asked = invitations.filter(email=user.email) | invitations.filter(organisation__in=members)
    found = {(i.round_id, i.organisation_id): i for i in asked.distinct().order_by("pk")}
    return [(each.round, each.organisation, each) for each in found.values()]
