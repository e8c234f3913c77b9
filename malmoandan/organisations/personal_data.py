"""Rights to act: what is stored of a person here, and how it goes away (data_rights.py)."""

from typing import Any

from django.db.models import Q

from malmoandan.accounts.data_rights import Words
from malmoandan.accounts.models import User
from malmoandan.organisations.models import Handover, Membership, ProposedChange
from malmoandan.running import history
from malmoandan.running.queue import drop_jobs


def collect(person: User) -> dict[str, Any]:
    memberships = Membership.objects.filter(person=person).select_related("organisation")
    handovers = _handovers(person).select_related("organisation")
    changes = ProposedChange.objects.filter(proposed_by=person).select_related("organisation")
    return {
        "organisationer du företräder eller har företrätt": [
            {
                "organisation": row.organisation.name,
                "från": row.since,
                "till": row.until,
                "så kontrollerades det": row.check_note,
            }
            for row in memberships
        ],
        "överlämningar": [
            {
                "organisation": row.organisation.name,
                "till": {"namn": row.name, "e-postadress": row.email},
                "påbörjad": row.created_at,
                "genomförd": row.done_at,
                "avbruten": row.cancelled_at,
            }
            for row in handovers
        ],
        "förslag till rättelser": [
            {
                "organisation": row.organisation.name,
                "föreslaget": row.proposed_at,
                "läge": str(row.get_state_display()),
                "tidigare": row.before,
                "förslag": row.after,
                "skäl": row.reason,
            }
            for row in changes
        ],
    }


def names(person: User) -> set[str]:
    """The names by which others have asked the person to take over."""
    asked = Handover.objects.filter(email=person.email)
    return set(asked.values_list("name", flat=True))


def erase(person: User, words: Words) -> None:
    """End the rights without a trace of the person; proposals that are decided stay."""
    handovers = _handovers(person)
    drop_jobs("handover_id", handovers.values_list("pk", flat=True))
    history.forget(handovers)
    history.forget(Membership.objects.filter(person=person))
    history.forget(ProposedChange.objects.waiting().filter(proposed_by=person))
    for model, fields in {
        Membership: ["check_note"],
        ProposedChange: ["before", "after", "reason"],
    }.items():
        words.take_out_of(model._base_manager.all(), *fields)
        words.take_out_of(history.events_of(model), *fields)


def _handovers(person: User) -> Any:
    return Handover.objects.filter(Q(by=person) | Q(email=person.email))
