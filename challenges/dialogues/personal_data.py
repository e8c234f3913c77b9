"""Dialogues: what is stored of a person who signed up, was invited, or keeps dialogues."""

from typing import Any

from django.db.models import Model

from challenges.models import Approval, Dialogue, Invitation, Outcome, Participant
from malmoandan.accounts.data_rights import Words
from malmoandan.accounts.models import User
from malmoandan.running import history
from malmoandan.running.queue import drop_jobs

FREE_TEXT: dict[type[Model], list[str]] = {
    Dialogue: [
        "title",
        "method",
        "agenda",
        "directions",
        "notes",
        "published_notes",
        "cancel_reason",
    ],
    Outcome: ["what", "who", "note"],
}


def collect(person: User) -> dict[str, Any]:
    signed_up = Participant.objects.filter(email=person.email).select_related("dialogue")
    invited = Invitation.objects.filter(email=person.email).select_related("dialogue")
    approved = Approval.objects.filter(by=person).select_related("dialogue")
    return {
        "anmälningar till dialoger": [
            {
                "dialog": row.dialogue.title,
                "namn": row.name,
                "e-postadress": row.email,
                "organisation": row.organisation,
                "behov": row.needs,
                "läge": str(row.get_state_display()),
                "sedan": row.since,
            }
            for row in signed_up
        ],
        "inbjudningar till dialoger": [
            {"dialog": row.dialogue.title, "tid": row.invited_at} for row in invited
        ],
        "dialoger du har planerat": [
            {"dialog": row.title, "skapad": row.created_at}
            for row in Dialogue.objects.filter(created_by=person)
        ],
        "anteckningar du har godkänt": [
            {"dialog": row.dialogue.title, "tid": row.at} for row in approved
        ],
    }


def names(person: User) -> set[str]:
    """The names under which the person has signed up."""
    found = Participant.objects.filter(email=person.email)
    return set(found.values_list("name", flat=True))


def erase(person: User, words: Words) -> None:
    """Delete sign-ups and invitations; what the person wrote stays without the name."""
    for model, argument in [(Participant, "participant_id"), (Invitation, "invitation_id")]:
        rows = model._base_manager.filter(email=person.email)
        drop_jobs(argument, rows.values_list("pk", flat=True))
        history.forget(rows)
    for model, fields in FREE_TEXT.items():
        for everything in (model._base_manager.all(), history.events_of(model)):
            words.take_out_of(everything, *fields)
