"""What the actions share: locks, rows to find or make, mails to all who sign."""

from typing import Any
from uuid import UUID

from django.db import connection

from malmoandan.organisations.models import Organisation
from signatures import tasks
from signatures.actions.errors import AlreadyDecided
from signatures.models import AgreementVersion, Signature, State

ORGANISATION_FIELDS = ["name", "kind", "organisation_number", "purpose", "city_part", "website"]


def wait_for_others(stated: dict[str, Any], draft_id: UUID | str) -> None:
    """Hold locks on the organisation's name and number until the transaction ends.

    Who signs for the same organisation at the same moment waits, and then finds the row. The
    locks are always asked for in the same order.
    """
    number = stated["organisation_number"] or draft_id
    with connection.cursor() as cursor:
        for key in [f"name {stated['name'].casefold()}", f"number {number}"]:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])


def by_number(stated: dict[str, Any]) -> Organisation | None:
    number = stated["organisation_number"]
    return Organisation.objects.filter(organisation_number=number).first() if number else None


def live_signature(version: AgreementVersion, known: Organisation | None) -> Signature | None:
    """The signature that stands already, of an organisation that is known."""
    if known is None:
        return None
    return Signature.objects.live().filter(version=version, organisation=known).first()


def fields_of(stated: dict[str, Any], known: Organisation | None) -> dict[str, Any]:
    """What a new signature holds of the organisation, which is made unless it is known."""
    return {
        "organisation": known or _new_organisation(stated),
        "stated": {name: stated[name] for name in ORGANISATION_FIELDS},
        "decided_by": stated["decided_by"],
        "decided_on": stated["decided_on"],
    }


def _new_organisation(stated: dict[str, Any]) -> Organisation:
    fields = {name: stated[name] for name in ORGANISATION_FIELDS}
    fields["organisation_number"] = fields["organisation_number"] or None
    return Organisation.objects.create(**fields)


def locked(signature: Signature, states: list[State]) -> Signature:
    signature = Signature.objects.select_for_update(of=["self"]).get(pk=signature.pk)
    if signature.state not in states:
        raise AlreadyDecided(signature)
    return signature


def mail_all(message: str, signature: Signature) -> None:
    for signatory in signature.signatories.exclude(email=""):
        tasks.mail(message, signatory)


def forget_eids(signature: Signature) -> None:
    """Nobody confirms any more, so nobody needs to be told apart."""
    signature.signatories.exclude(eid_person="").update(eid_person="")
