"""The mails to those who answer, a function each. They are sent by the queue (answer_tasks.py)."""

from email.mime.application import MIMEApplication
from typing import Any

from django.urls import reverse

from challenges.remiss import drafts
from challenges.remiss.models import DraftReader, ResponseDraft, ResponseVersion
from challenges.remiss.receipts import receipt_file_name
from malmoandan.accounts.models import User
from malmoandan.publishing.mail import send


def draft_link(draft: ResponseDraft) -> None:
    """To the one who writes: the link to go on, on this machine or another."""
    _send(
        "draft_link",
        to=draft.owner_email,
        language=draft.language,
        row=f"{draft.pk}-{draft.saved_at:%Y%m%d%H%M%S}",
        referral=draft.referral,
        last_day=draft.referral.due_day(draft.recipient),
        path=reverse("remiss:draft", args=[draft.referral.slug, draft.token]),
    )


def asked_to_read(reader: DraftReader) -> None:
    """To a colleague: please read, comment and approve."""
    draft = reader.draft
    _send(
        "asked_to_read",
        to=reader.email,
        language=draft.language,
        row=f"{reader.pk}-{draft.saved_at:%Y%m%d%H%M%S}",
        referral=draft.referral,
        sender=draft.owner_email,
        name=draft.data.get(drafts.RESPONDENT, {}).get("name", ""),
        last_day=draft.referral.due_day(draft.recipient),
        path=reverse("remiss:reader", args=[draft.referral.slug, reader.token]),
    )


def reader_answered(reader: DraftReader, at: str) -> None:
    """To the one who writes: a colleague has approved or commented."""
    draft = reader.draft
    _send(
        "reader_answered",
        to=draft.owner_email,
        language=draft.language,
        row=f"{reader.pk}-{''.join(c for c in at if c.isalnum())}",
        referral=draft.referral,
        reader=reader,
        approves=reader.approved_at and reader.approved_digest == drafts.digest(draft),
        path=reverse("remiss:draft_readers", args=[draft.referral.slug, draft.token]),
    )


def receipt(version: ResponseVersion, pdf: bytes | None, *, to: str) -> None:
    """To the one who sent: the reference, when it came, and the whole answer as PDF."""
    response = version.response
    attachments = []
    if pdf:
        part = MIMEApplication(pdf, "pdf")
        part.add_header("Content-Disposition", "attachment", filename=receipt_file_name(version))
        attachments = [part]
    _send(
        "receipt",
        to=to,
        language=response.language,
        row=f"{version.pk}-{response.reference}",
        attachments=attachments,
        referral=response.referral,
        response=response,
        version=version,
        has_pdf=bool(pdf),
        can_correct=response.referral.is_open_for(response.recipient),
        path=reverse("remiss:my_response", args=[response.reference]),
    )


def replaced(version: ResponseVersion, person: User) -> None:
    """To the one who sent the former version, when somebody else of the body sent a new one."""
    response = version.response
    _send(
        "replaced",
        to=person.email,
        language=response.language,
        row=f"{version.pk}-user-{person.pk}",
        referral=response.referral,
        response=response,
        version=version,
    )


def _send(
    message: str,
    *,
    to: str,
    language: str,
    row: str,
    attachments: list[MIMEApplication] | None = None,
    **context: Any,
) -> None:
    send(
        f"remiss/mail/{message}",
        to=to,
        context=context,
        language=language,
        message_id=f"remiss-{message.replace('_', '-')}-{row}",
        attachments=attachments or [],
    )
