"""The mails of signing, a function each. They are sent by the queue (tasks.py)."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from malmoandan.accounts.models import User
from malmoandan.organisations.models import ProposedChange
from malmoandan.publishing.mail import send
from signatures.models import AgreementVersion, Signatory, Signature
from signatures.versions import INVITATION, invitation


def asked_to_confirm(signatory: Signatory) -> None:
    """To a co-signatory: please read and confirm. A link that is followed confirms nothing."""
    _to_signatory(
        "asked_to_confirm",
        signatory,
        first=signatory.signature.signatories.first(),
        path=reverse("signatures:confirm", args=[signatory.token]),
    )


def reminder(signatory: Signatory) -> None:
    """To a co-signatory who has not confirmed after a week."""
    _to_signatory("reminder", signatory, path=reverse("signatures:confirm", args=[signatory.token]))


def begun(signatory: Signatory) -> None:
    """To the first signatory: confirmed, and who else has been asked."""
    others = signatory.signature.signatories.exclude(pk=signatory.pk)
    _to_signatory("begun", signatory, others=others)


def receipt(signatory: Signatory) -> None:
    """To each signatory when all have confirmed."""
    _to_signatory("receipt", signatory, signatories=signatory.signature.signatories.all())


def published(signatory: Signatory) -> None:
    _to_signatory("published", signatory)


def declined(signatory: Signatory) -> None:
    _to_signatory("declined", signatory)


TO_SIGNATORIES: dict[str, Callable[[Signatory], None]] = {
    function.__name__: function
    for function in [asked_to_confirm, reminder, begun, receipt, published, declined]
}


def invited_to_sign(
    signature: Signature, version: AgreementVersion, person: User | Signatory
) -> None:
    """To one who represents an organisation behind the former text: what is new in this one."""
    query = urlencode({INVITATION: invitation(signature.organisation)})
    _send(
        "invited_to_sign",
        signature,
        to=person.email,
        row=f"version-{version.number}-{person._meta.model_name}-{person.pk}",
        language=getattr(person, "language", ""),
        person=person,
        version=version,
        changes_path=f"{reverse('signatures:changes', args=[version.number])}?{query}",
        sign_path=f"{reverse('signatures:sign')}?{query}&version={version.number}",
    )


def already_signed(signature: Signature, person: User) -> None:
    """To someone else who tried to sign for an organisation that has signed."""
    row = f"user-{person.pk}"
    _send("already_signed", signature, to=person.email, row=row, language=person.language)


def withdrawn(signature: Signature, person: User | Signatory) -> None:
    """To everyone who signed: a receipt to the one who took it back, a notice to the others."""
    by = signature.withdrawn_by
    own = by is not None and by.email == person.email
    signed = signature.signatories.filter(person=by).first()
    _send(
        "withdrawn",
        signature,
        to=person.email,
        row=f"{person._meta.model_name}-{person.pk}",
        language=getattr(person, "language", ""),
        own=own,
        who=signed or by,
        time=timezone.localtime(signature.withdrawn_at),
    )


def change_waits(change: ProposedChange, coordinator: User) -> None:
    """To a coordinator: an organisation wants to correct what is public."""
    path = reverse("admin:organisations_proposedchange_change", args=[change.pk])
    _about_change(
        "change_waits", change, to=coordinator, language=coordinator.mail_language, path=path
    )


def change_decided(change: ProposedChange, person: User) -> None:
    """To the one who proposed it: what a coordinator decided."""
    approved = change.state == ProposedChange.State.APPROVED
    message = "change_approved" if approved else "change_declined"
    _about_change(message, change, to=person, language=change.language)


def _about_change(
    message: str, change: ProposedChange, *, to: User, language: str, **context: Any
) -> None:
    send(
        f"signatures/mail/{message}",
        to=to.email,
        context={"change": change, "organisation": change.organisation, **context},
        language=language,
        message_id=f"{message}-{change.pk}-user-{to.pk}",
    )


def awaits_decision(signature: Signature, coordinator: User) -> None:
    """To a coordinator: a signature waits for a decision."""
    _send(
        "awaits_decision",
        signature,
        to=coordinator.email,
        row=f"user-{coordinator.pk}",
        language=coordinator.mail_language,
        path=reverse("admin:signatures_signature_change", args=[signature.pk]),
    )


def _to_signatory(message: str, signatory: Signatory, **context: Any) -> None:
    _send(
        message,
        signatory.signature,
        to=signatory.email,
        row=f"signatory-{signatory.pk}",
        signatory=signatory,
        **context,
    )


def _send(
    message: str, signature: Signature, *, to: str, row: str, language: str = "", **context: Any
) -> None:
    # A job that runs again after a crash sends the same Message-ID: receivers drop the double.
    send(
        f"signatures/mail/{message}",
        to=to,
        context={"signature": signature, "organisation": signature.organisation, **context},
        language=language or signature.language,
        message_id=f"{message}-{row}-{signature.reference}",
    )
