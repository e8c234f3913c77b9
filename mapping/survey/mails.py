"""The mails about survey rounds, a function each, sent by the queue."""

from collections.abc import Callable, Sequence
from typing import Any

from django.conf import settings
from django.urls import reverse

from malmoandan.organisations.models import Organisation
from malmoandan.publishing.mail import send
from mapping.models import CooperationEdition, Ending, Objection, RoundInvitation, SurveyRound

SHOWN = 30


def invited(invitation: RoundInvitation) -> None:
    """Please report; the link leads to a page whose button sends a code."""
    _about("invited", invitation)


def reminder(invitation: RoundInvitation) -> None:
    _about("reminder", invitation)


def receipt(invitation: RoundInvitation) -> None:
    """All is reported; it can be changed through the last day."""
    _about("receipt", invitation)


ABOUT_INVITATIONS: dict[str, Callable[[RoundInvitation], None]] = {
    function.__name__: function for function in [invited, reminder, receipt]
}


def told_of(
    survey_round: SurveyRound,
    organisation: Organisation,
    *,
    to: str,
    editions: Sequence[CooperationEdition],
    endings: Sequence[Ending],
) -> None:
    """To a party: what others have reported about it, at most SHOWN rows, and how to object."""
    _send(
        "told_of",
        to,
        survey_round,
        organisation,
        settings.LANGUAGE_CODE,
        editions=editions[:SHOWN],
        endings=endings[:SHOWN],
        more=max(0, len(editions) - SHOWN) + max(0, len(endings) - SHOWN),
        path=_page(survey_round, organisation),
    )


def about_objection(
    message: str, objection: Objection, survey_round: SurveyRound, *, to: str
) -> None:
    """`objection` to a coordinator, `decided` to who objected, `decided_reporter` to the other."""
    organisation = objection.organisation
    path = _page(survey_round, organisation)
    if message == "objection":
        path = reverse("admin:mapping_objection_change", args=[objection.pk])
    elif message == "decided_reporter" and objection.edition.reported_by:
        path = _page(survey_round, objection.edition.reported_by)
    language = objection.language if message == "decided" else settings.LANGUAGE_CODE
    _send(message, to, survey_round, organisation, language, objection=objection, path=path)


def _page(survey_round: SurveyRound, organisation: Organisation) -> str:
    return reverse("mapping:report", args=[survey_round.slug, organisation.slug])


def _about(message: str, invitation: RoundInvitation) -> None:
    path = reverse("mapping:report_link", args=[invitation.token])
    survey_round, organisation = invitation.round, invitation.organisation
    _send(message, invitation.email, survey_round, organisation, invitation.language, path=path)


def _send(
    message: str,
    to: str,
    survey_round: SurveyRound,
    organisation: Organisation,
    language: str,
    **context: Any,
) -> None:
    context |= {"round": survey_round, "organisation": organisation}
    send(f"mapping/survey/mail/{message}", to=to, context=context, language=language)
