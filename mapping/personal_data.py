"""The mapping: what is stored of a person here, and how it goes away (accounts/data_rights.py)."""

from typing import Any

from django.db.models import Q, QuerySet

from malmoandan.accounts.data_rights import Words
from malmoandan.accounts.models import User
from malmoandan.running import history
from malmoandan.running.queue import drop_jobs
from mapping.models import (
    Confirmation,
    CooperationEdition,
    Objection,
    ReportDraft,
    ReportFile,
    RoundInvitation,
    SurveyRound,
)

# Free texts in which a name may stand that nobody asked for.
TEXTS = {
    CooperationEdition: [
        *["title", "description", "sources", "evaluation", "goals", "city_contribution"],
        *["civil_contribution", "steering", "partnership_evaluation"],
    ],
    Objection: ["text", "answer"],
    SurveyRound: ["made_by", "note"],
}


def collect(person: User) -> dict[str, Any]:
    objections = Objection.objects.filter(made_by=person).select_related("edition")
    return {
        "inbjudningar att rapportera i kartläggningen": [
            {
                "omgång": row.round.name,
                "organisation": row.organisation.name,
                "inbjuden": row.invited_at,
                "e-postadress": row.email,
                "klar": row.reported_at,
            }
            for row in _invitations(person).select_related("round", "organisation")
        ],
        "invändningar i kartläggningen": [
            {"samverkan": row.edition.title, "text": row.text, "gjord": row.made_at}
            for row in objections
        ],
        "bekräftelser i kartläggningen": [
            {"samverkan": row.edition.title, "bekräftad": row.at}
            for row in Confirmation.objects.filter(by=person).select_related("edition")
        ],
        "utkast i kartläggningen": [
            {"rubrik": row.title, "sparat": row.updated_at}
            for row in ReportDraft.objects.filter(by=person)
        ],
        "filer du har lämnat in till kartläggningen": [
            {"namn": row.name, "inlämnad": row.handed_in_at, "sparad": row.applied_at}
            for row in ReportFile.objects.filter(by=person)
        ],
    }


def erase(person: User, words: Words) -> None:
    """What the organisation reported stays, without who typed it. Files and drafts go."""
    invitations = _invitations(person)
    drop_jobs("invitation_id", invitations.values_list("pk", flat=True))
    keys = list(invitations.values_list("pk", flat=True))
    RoundInvitation.objects.filter(pk__in=keys, email=person.email).update(
        email="", invited_at=None
    )
    for events in (history.events_of(RoundInvitation), RoundInvitation.objects.all()):
        events.filter(email=person.email).update(email="")
        events.filter(reported_by=person.pk).update(reported_by=None)
    for model, field in ((Confirmation, "by"), (Objection, "made_by")):
        for rows in (model._base_manager.all(), history.events_of(model)):
            rows.filter(**{field: person.pk}).update(**{field: None})
    ReportDraft.objects.filter(by=person).delete()
    for file in ReportFile.objects.filter(by=person):
        file.delete()
    for text_model, fields in TEXTS.items():
        words.take_out_of(text_model._base_manager.all(), *fields)
        words.take_out_of(history.events_of(text_model), *fields)


def empty_invitations(rows: QuerySet[RoundInvitation]) -> None:
    """For what has served its time: that the organisation was invited stays, who it was goes."""
    keys = list(rows.values_list("pk", flat=True))
    drop_jobs("invitation_id", keys)
    RoundInvitation.objects.filter(pk__in=keys).update(email="", reported_by=None)
    events = history.events_of(RoundInvitation).filter(pgh_obj_id__in=keys)
    events.update(email="", reported_by=None)


def _invitations(person: User) -> QuerySet[RoundInvitation]:
    return RoundInvitation.objects.filter(Q(email=person.email) | Q(reported_by=person))
