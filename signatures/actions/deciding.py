"""What coordinators and signers decide about a signature: publish, decline, withdraw."""

from django.db import transaction
from django.utils import timezone

from malmoandan.accounts.models import User
from malmoandan.organisations.actions import grant
from signatures import register_log, tasks
from signatures.actions.rows import forget_eids, locked, mail_all
from signatures.models import LIVE_STATES, RegisterEntry, Signature, State


@transaction.atomic
def publish(*, signature: Signature, by: User) -> Signature:
    """Publish a submitted signature. Raises AlreadyDecided when a colleague was quicker."""
    signature = locked(signature, [State.SUBMITTED])
    signature.state = State.PUBLISHED
    signature.published_at = timezone.now()
    signature.decision_by = by
    signature.save(update_fields=["state", "published_at", "decision_by", "updated_at"])
    _make_representatives(signature)
    mail_all("published", signature)
    register_log.append(RegisterEntry.Event.PUBLISHED, signature)
    return signature


@transaction.atomic
def withdraw(*, signature: Signature, by: User) -> Signature:
    """Take back a live signature, at once (domain.md, rule 6); what was public stays in the log.

    Everyone who has signed or represents the organisation is told. Raises AlreadyDecided when
    it lives no longer, also when a colleague was quicker.
    """
    signature = locked(signature, LIVE_STATES)
    signature.state = State.WITHDRAWN
    signature.withdrawn_at = timezone.now()
    signature.withdrawn_by = by
    signature.save(update_fields=["state", "withdrawn_at", "withdrawn_by", "updated_at"])
    forget_eids(signature)
    tasks.tell_of_withdrawal(signature)
    if signature.published_at:
        register_log.append(RegisterEntry.Event.WITHDRAWN, signature)
    return signature


@transaction.atomic
def decline(*, signature: Signature, by: User, reason: str) -> Signature:
    """Decline a signature that is not yet published, with the reason that its signers are told.

    Raises AlreadyDecided when a colleague was quicker.
    """
    signature = locked(signature, [State.SUBMITTED, State.WAITING])
    signature.state = State.DECLINED
    signature.declined_at = timezone.now()
    signature.decline_reason = reason
    signature.decision_by = by
    signature.save(
        update_fields=["state", "declined_at", "decline_reason", "decision_by", "updated_at"]
    )
    forget_eids(signature)
    mail_all("declined", signature)
    return signature


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
