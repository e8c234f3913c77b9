"""The link in the mail: a page whose button sends a code to the invited address."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from malmoandan.accounts.codes import CodeNotSent, CodeView, send_code
from mapping.models import RoundInvitation, SurveyRound
from mapping.survey.access import reporter_of


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Only the button sends a code; who is signed in as one of the organisation goes on."""
    invitation = _invitation(token)
    survey_round, organisation = invitation.round, invitation.organisation
    if reporter_of(request, survey_round.slug, organisation.slug):
        return redirect(_report(invitation))
    if request.method != "POST" or not invitation.email:
        return _page(request, invitation)
    try:
        send_code(request, invitation.email)
    except CodeNotSent:
        response = _page(request, invitation, status=503, unsent=True)
        response.headers["Retry-After"] = "60"
        return response
    return redirect("mapping:report_code", token)


class ReportCodeView(CodeView):
    """The code. The POST that proves the address leads to the report."""

    @property
    def restart_url(self) -> str:
        return reverse("mapping:report_link", args=[self.kwargs["token"]])

    @property
    def resume_url(self) -> str:
        return _report(_invitation(self.kwargs["token"]))

    def verified(self) -> HttpResponse:
        return redirect(self.resume_url)


def _invitation(token: str) -> RoundInvitation:
    rows = RoundInvitation.objects.select_related("round", "organisation")
    return get_object_or_404(rows.exclude(round__state=SurveyRound.State.DRAFT), token=token)


def _report(invitation: RoundInvitation) -> str:
    slugs = [invitation.round.slug, invitation.organisation.slug]
    return reverse("mapping:report", args=slugs)


def _page(
    request: HttpRequest, invitation: RoundInvitation, *, status: int = 200, **context: Any
) -> TemplateResponse:
    context |= {"invitation": invitation, "round": invitation.round}
    context |= {"organisation": invitation.organisation}
    return TemplateResponse(request, "mapping/survey/link.html", context, status=status)
