"""Jobs of the queue about survey rounds. They carry row ids, never a name or an address."""

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from procrastinate.contrib.django import app

from malmoandan.accounts.models import User
from malmoandan.organisations.models import Organisation
from malmoandan.running.queue import MAIL_RETRY
from mapping.models import (
    CooperationEdition,
    Ending,
    Objection,
    Party,
    PartyNotice,
    RoundInvitation,
    SurveyRound,
)
from mapping.survey import mails
from mapping.survey.contacts import address, contacts

LONG_AGO = datetime(2000, 1, 1, tzinfo=timezone.get_default_timezone())


@app.task(name="mapping.mail_invitation", retry=MAIL_RETRY)
def mail_invitation(message: str, invitation_id: int) -> None:
    """One of mails.ABOUT_INVITATIONS; nothing once it no longer holds."""
    rows = RoundInvitation.objects.select_related("round", "organisation")
    invitation = rows.filter(pk=invitation_id).first()
    if invitation is None or not invitation.email:
        return
    if message == "receipt" or (invitation.round.takes_reports and not invitation.reported_at):
        mails.ABOUT_INVITATIONS[message](invitation)


@app.task(name="mapping.tell_parties")
def tell_parties(round_id: int) -> None:
    """Tell each party what others have reported about it since it was last told, in one mail."""
    with transaction.atomic():
        survey_round = SurveyRound.objects.select_for_update(of=["self"]).get(pk=round_id)
        news = parties_with_news(survey_round)
        known = set(news)
        for organisation, contact in contacts(round_id, known):
            since = news[organisation].isoformat()
            mail_party.defer(
                round_id=round_id, organisation_id=organisation, since=since, **contact
            )
        now = timezone.now()
        PartyNotice.objects.bulk_create(
            [PartyNotice(round=survey_round, organisation_id=k, told_at=now) for k in known],
            update_conflicts=True,
            unique_fields=["round", "organisation"],
            update_fields=["told_at"],
        )


def parties_with_news(survey_round: SurveyRound) -> dict[int, datetime]:
    """The parties that others told of since they were told, and when that was."""
    told = dict(survey_round.notices.values_list("organisation", "told_at"))
    rows = Party.objects.filter(edition__reported_by__isnull=False).exclude(
        organisation=F("edition__reported_by")
    )
    changed = rows.filter(edition__from_round=survey_round.number)
    ended = rows.filter(edition__ending__round=survey_round)
    times = [
        *changed.values_list("organisation", "edition__updated_at"),
        *ended.values_list("organisation", "edition__ending__at"),
    ]
    return {
        organisation: told.get(organisation, LONG_AGO)
        for organisation, at in times
        if at > told.get(organisation, LONG_AGO)
    }


@app.task(name="mapping.mail_party", retry=MAIL_RETRY)
def mail_party(
    round_id: int,
    organisation_id: int,
    since: str,
    invitation_id: int | None = None,
    user_id: int | None = None,
) -> None:
    to = address(invitation_id, user_id)
    survey_round = SurveyRound.objects.get(pk=round_id)
    organisation = Organisation.objects.get(pk=organisation_id)
    after = datetime.fromisoformat(since)
    others = CooperationEdition.objects.filter(parties__organisation=organisation).exclude(
        reported_by=organisation
    )
    told = others.filter(from_round=survey_round.number, updated_at__gt=after)
    ended = Ending.objects.filter(edition__in=others, round=survey_round, at__gt=after)
    rows = list(told.select_related("reported_by").in_swedish_order())
    over = list(ended.select_related("edition", "organisation"))
    if to and (rows or over):
        mails.told_of(survey_round, organisation, to=to, editions=rows, endings=over)


def tell_coordinators(objection: Objection) -> None:
    for user in User.objects.coordinators():
        mail_objection.defer(message="objection", objection_id=objection.pk, user_id=user.pk)


def tell_decision(objection: Objection) -> None:
    """Who objected, and who reported."""
    edition = objection.edition
    sides = {objection.organisation_id: "decided", edition.reported_by_id: "decided_reporter"}
    keys = [key for key in sides if key]
    for organisation, contact in contacts(_round_of(edition).pk, keys):
        mail_objection.defer(message=sides[organisation], objection_id=objection.pk, **contact)


def _round_of(edition: CooperationEdition) -> SurveyRound:
    """The round that is worked with now, else the one that reported it."""
    open_ones = SurveyRound.objects.filter(
        state__in=[SurveyRound.State.OPEN, SurveyRound.State.CLOSED],
        invented=edition.from_round.invented,
    )
    return open_ones.order_by("-number").first() or edition.from_round


@app.task(name="mapping.mail_objection", retry=MAIL_RETRY)
def mail_objection(
    message: str, objection_id: int, invitation_id: int | None = None, user_id: int | None = None
) -> None:
    to = address(invitation_id, user_id)
    rows = Objection.objects.select_related("edition__reported_by", "organisation")
    objection = rows.filter(pk=objection_id).first()
    if to and objection:
        survey_round = _round_of(objection.edition)
        mails.about_objection(message, objection, survey_round, to=to)
