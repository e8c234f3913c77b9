"""What happens to a signature. Each function is one transaction; mail is queued inside it.

A job is a row in the same database: queued in the transaction, it is there exactly when what
it tells of is there, also when the process dies right after the commit.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from malmoandan.accounts.eid_proof import Proof
from malmoandan.accounts.models import User
from malmoandan.organisations.actions import grant
from malmoandan.organisations.models import Kind, Organisation
from signatures import register_log, tasks, versions
from signatures.models import (
    LIVE_STATES,
    Agreement,
    AgreementVersion,
    Origin,
    RegisterEntry,
    Signatory,
    Signature,
    State,
    Way,
)

ORGANISATION_FIELDS = ["name", "kind", "organisation_number", "purpose", "city_part", "website"]


class NotOpen(Exception):
    """The text cannot be signed now: not yet, or no longer."""


class AlreadySigned(Exception):
    """The organisation has signed this text before; `signature` is the one that stands."""

    def __init__(self, signature: Signature) -> None:
        super().__init__(signature.reference)
        self.signature = signature


class SamePerson(Exception):
    """The eID proved a person who has confirmed this signature under another address."""


class AlreadyDecided(Exception):
    """Somebody else has decided; `signature` tells who, when and what."""

    def __init__(self, signature: Signature) -> None:
        super().__init__(signature.state)
        self.signature = signature


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
    number = organisation["organisation_number"] or None
    _wait_for_others(f"name {organisation['name'].casefold()}", f"number {number or draft_id}")
    sent = Signature.objects.filter(draft_id=draft_id).first()
    if sent:
        return sent
    known = _by_number(number) or _network_of(by, organisation)
    live = Signature.objects.live().filter(version=version, organisation=known).first()
    if live:
        if not live.signatories.filter(person=by).exists():
            tasks.tell_already_signed(live, by)
        return live
    now = timezone.now()
    if not version.can_be_finished(begun_at=begun_at or now, now=now):
        raise NotOpen
    signature = Signature.objects.create(
        version=version,
        organisation=known or _new_organisation(organisation),
        draft_id=draft_id,
        stated={name: organisation[name] for name in ORGANISATION_FIELDS},
        decided_by=organisation["decided_by"],
        decided_on=organisation["decided_on"],
        minutes=minutes,
        minutes_name=minutes_name,
        language=language,
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
    signature = Signature.objects.select_for_update().get(pk=signatory.signature_id)
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


@transaction.atomic
def publish(*, signature: Signature, by: User) -> Signature:
    """Publish a submitted signature. Raises AlreadyDecided when a colleague was quicker."""
    signature = _locked(signature, [State.SUBMITTED])
    signature.state = State.PUBLISHED
    signature.published_at = timezone.now()
    signature.decision_by = by
    signature.save(update_fields=["state", "published_at", "decision_by", "updated_at"])
    _make_representatives(signature)
    _mail_all("published", signature)
    register_log.append(RegisterEntry.Event.PUBLISHED, signature)
    return signature


@transaction.atomic
def withdraw(*, signature: Signature, by: User) -> Signature:
    """Take back a live signature, at once (domain.md, rule 6); what was public stays in the log.

    Everyone who has signed or represents the organisation is told. Raises AlreadyDecided when
    it lives no longer, also when a colleague was quicker.
    """
    signature = _locked(signature, LIVE_STATES)
    signature.state = State.WITHDRAWN
    signature.withdrawn_at = timezone.now()
    signature.withdrawn_by = by
    signature.save(update_fields=["state", "withdrawn_at", "withdrawn_by", "updated_at"])
    signature.signatories.update(eid_person="")  # nobody is left to tell apart
    _forget_eids(signature)
    tasks.tell_of_withdrawal(signature)
    if signature.published_at:
        register_log.append(RegisterEntry.Event.WITHDRAWN, signature)
    return signature


@transaction.atomic
def decline(*, signature: Signature, by: User, reason: str) -> Signature:
    """Decline a signature that is not yet published, with the reason that its signers are told.

    Raises AlreadyDecided when a colleague was quicker.
    """
    signature = _locked(signature, [State.SUBMITTED, State.WAITING])
    signature.state = State.DECLINED
    signature.declined_at = timezone.now()
    signature.decline_reason = reason
    signature.decision_by = by
    signature.save(
        update_fields=["state", "declined_at", "decline_reason", "decision_by", "updated_at"]
    )
    _forget_eids(signature)
    _mail_all("declined", signature)
    return signature


@transaction.atomic
def publish_version(*, version: AgreementVersion) -> AgreementVersion:
    """Publish a text for ever, and invite those who signed the former one to sign it.

    The former text can be signed through the day before the new one's first. Published twice it
    changes nothing, and nobody is invited again.
    """
    Agreement.objects.select_for_update().get(pk=version.agreement_id)
    version = AgreementVersion.objects.select_related("agreement").get(pk=version.pk)
    if version.published_at:
        return version
    version.save()  # the text and its hash in canonical form, whoever wrote the row
    version.published_at = timezone.now()
    version.save(update_fields=["published_at"])
    former = version.former()
    day_before = version.first_day - timedelta(days=1)
    if former and (former.last_day is None or former.last_day > day_before):
        former.last_day = max(former.first_day, day_before)
        former.save(update_fields=["last_day"])
    for signature, person in versions.to_invite(version):
        tasks.invite(version, signature, person)
    return version


@transaction.atomic
def enter_paper_signature(
    *,
    version: AgreementVersion,
    draft_id: UUID | str,
    organisation: dict[str, Any],
    signatories: Sequence[dict[str, str]],
    signed_on: date,
    scan: str,
    scan_name: str,
) -> Signature:
    """Enter what was signed on paper as a signature that waits for its publication.

    `organisation` and `signatories` hold the same fields as in `sign`; an address may be empty,
    and the day is the last one on the paper. Sent twice it makes one signature. Raises NotOpen
    for a paper of a day when the text could not be signed, and AlreadySigned.
    """
    number = organisation["organisation_number"] or None
    _wait_for_others(f"name {organisation['name'].casefold()}", f"number {number or draft_id}")
    sent = Signature.objects.filter(draft_id=draft_id).first()
    if sent:
        return sent
    if not version.is_open(signed_on):
        raise NotOpen
    known = _by_number(number)
    live = Signature.objects.live().filter(version=version, organisation=known).first()
    if known and live:
        raise AlreadySigned(live)
    signature = Signature.objects.create(
        version=version,
        organisation=known or _new_organisation(organisation),
        draft_id=draft_id,
        state=State.SUBMITTED,
        origin=Origin.PAPER,
        signed_on=signed_on,
        stated={name: organisation[name] for name in ORGANISATION_FIELDS},
        decided_by=organisation["decided_by"],
        decided_on=organisation["decided_on"],
        scan=scan,
        scan_name=scan_name,
    )
    for order, person in enumerate(signatories, start=1):
        signatory = Signatory.objects.create(signature=signature, order=order, **person)
        signatory.confirm(way=Way.PAPER)
    return signature


def _add_signatories(signature: Signature, people: Sequence[dict[str, str]]) -> list[Signatory]:
    """All who are to confirm; everybody but the first is asked to by mail."""
    added = [
        Signatory.objects.create(signature=signature, order=order, **person)
        for order, person in enumerate(people, start=1)
    ]
    for other in added[1:]:
        tasks.mail("asked_to_confirm", other)
    return added


def _forget_eids(signature: Signature) -> None:
    """Nobody confirms any more, so nobody needs to be told apart."""
    signature.signatories.exclude(eid_person="").update(eid_person="")


def _submit(signature: Signature) -> None:
    _forget_eids(signature)
    signature.state = State.SUBMITTED
    signature.signed_on = timezone.localdate()
    signature.save(update_fields=["state", "signed_on", "updated_at"])
    _mail_all("receipt", signature)
    tasks.tell_coordinators(signature)


def _by_number(number: str | None) -> Organisation | None:
    return Organisation.objects.filter(organisation_number=number).first() if number else None


def _network_of(person: User, stated: dict[str, Any]) -> Organisation | None:
    """The network of that name for which the person has signed before: it has no number."""
    found = Organisation.objects.filter(
        kind=Kind.NETWORK,
        name__iexact=stated["name"],
        signatures__in=Signature.objects.published().filter(signatories__person=person),
    )
    return found.first() if stated["kind"] == Kind.NETWORK else None


def _make_representatives(signature: Signature) -> None:
    """Those who signed with a proven address may act for the organisation from now on."""
    people = []
    for signatory in signature.signatories.filter(person__is_active=True).select_related("person"):
        person = signatory.person
        if person and not person.name:
            person.name = signatory.name
            person.save(update_fields=["name"])
        people.append(person)
    grant(organisation=signature.organisation, people=filter(None, people))


def _new_organisation(stated: dict[str, Any]) -> Organisation:
    fields = {name: stated[name] for name in ORGANISATION_FIELDS}
    fields["organisation_number"] = fields["organisation_number"] or None
    return Organisation.objects.create(**fields)


def _locked(signature: Signature, states: list[State]) -> Signature:
    signature = Signature.objects.select_for_update(of=["self"]).get(pk=signature.pk)
    if signature.state not in states:
        raise AlreadyDecided(signature)
    return signature


def _mail_all(message: str, signature: Signature) -> None:
    for signatory in signature.signatories.exclude(email=""):
        tasks.mail(message, signatory)


def _wait_for_others(*keys: str) -> None:
    """Hold a lock on each key until the transaction ends; always asked for in the same order."""
    with connection.cursor() as cursor:
        for key in keys:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
