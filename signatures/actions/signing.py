"""Signing on the web: the first signatory signs, the others confirm."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from malmoandan.accounts.eid_proof import Proof
from malmoandan.accounts.models import User
from malmoandan.organisations.models import Kind, Organisation
from signatures import tasks
from signatures.actions.errors import AlreadyDecided, NotOpen, SamePerson
from signatures.actions.rows import (
    by_number,
    fields_of,
    forget_eids,
    live_signature,
    mail_all,
    wait_for_others,
)
from signatures.models import AgreementVersion, Signatory, Signature, State, Way


@transaction.atomic
def sign(
    *,
    version: AgreementVersion,
    draft_id: UUID | str,
    organisation: dict[str, Any],
    signatories: Sequence[dict[str, str]],
    by: User,
    proof: Proof | None = None,
    begun_at: datetime | None = None,
    minutes: str = "",
    minutes_name: str = "",
    language: str = "sv",
) -> Signature:
    """Sign for an organisation; return its live signature of that text, new or already there.

    `organisation` holds the fields of OrganisationForm, `signatories` name, title and e-mail of
    each; the first is `by`, whose address is proven. Sent twice, or at once from many places,
    it makes one organisation and one signature (the locks make the others wait and then find
    it). Another person who signs for the same organisation is told by mail. `begun_at` is when
    the form was begun, or now: it decides whether the grace after the last day holds. Raises
    NotOpen, and ValueError when the first signatory is not `by`.
    """
    if signatories[0]["email"] != by.email:
        raise ValueError("The first signatory is not the person whose address is proven.")
    wait_for_others(organisation, draft_id)
    sent = Signature.objects.filter(draft_id=draft_id).first()
    if sent:
        return sent
    known = by_number(organisation) or _network_of(by, organisation)
    live = live_signature(version, known)
    if live:
        _tell_another_person(live, by)
        return live
    now = timezone.now()
    if not version.can_be_finished(begun_at=begun_at or now, now=now):
        raise NotOpen
    signature = Signature.objects.create(
        version=version,
        draft_id=draft_id,
        minutes=minutes,
        minutes_name=minutes_name,
        language=language,
        **fields_of(organisation, known),
    )
    first, *others = _add_signatories(signature, signatories)
    confirm(signatory=first, by=by, proof=proof)
    if others:
        tasks.mail("begun", first)
    return signature


@transaction.atomic
def confirm(
    *, signatory: Signatory, by: User, way: Way = Way.CODE, proof: Proof | None = None
) -> Signature:
    """Confirm as the person whom the signature waits for; the last one makes it take effect.

    `proof` is what an eID has proven besides the address; then that is the way.
    Confirming twice changes nothing. Raises PermissionError for another person's address,
    AlreadyDecided when the signature waits no longer, NotOpen after the days of grace, and
    SamePerson when the same eID has confirmed before (domain.md, rule 4).
    """
    if signatory.email != by.email:
        raise PermissionError("That signature waits for another person.")
    locked = Signature.objects.select_for_update(of=("self",)).select_related("version")
    signature = locked.get(pk=signatory.signature_id)
    signatory = signature.signatories.select_for_update().get(pk=signatory.pk)
    if signatory.confirmed_at:
        return signature
    if not signature.is_waiting:
        raise AlreadyDecided(signature)
    if signature.version.grace_is_over(timezone.now()):
        raise NotOpen
    if proof and signature.signatories.filter(eid_person=proof.person).exists():
        raise SamePerson
    signatory.person = by
    signatory.confirm(way=way, proof=proof)
    if signature.all_have_confirmed():
        _submit(signature)
    return signature


def _tell_another_person(live: Signature, person: User) -> None:
    if not live.signatories.filter(person=person).exists():
        tasks.tell_already_signed(live, person)


def _add_signatories(signature: Signature, people: Sequence[dict[str, str]]) -> list[Signatory]:
    """All who are to confirm; everybody but the first is asked to by mail."""
    added = [
        Signatory.objects.create(signature=signature, order=order, **person)
        for order, person in enumerate(people, start=1)
    ]
    for other in added[1:]:
        tasks.mail("asked_to_confirm", other)
    return added


def _submit(signature: Signature) -> None:
    forget_eids(signature)
    signature.state = State.SUBMITTED
    signature.signed_on = timezone.localdate()
    signature.save(update_fields=["state", "signed_on", "updated_at"])
    mail_all("receipt", signature)
    tasks.tell_coordinators(signature)


def _network_of(person: User, stated: dict[str, Any]) -> Organisation | None:
    """The network of that name for which the person has signed before: it has no number."""
    found = Organisation.objects.filter(
        kind=Kind.NETWORK,
        name__iexact=stated["name"],
        signatures__in=Signature.objects.published().filter(signatories__person=person),
    )
    return found.first() if stated["kind"] == Kind.NETWORK else None
