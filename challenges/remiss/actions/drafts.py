"""What happens to an answer before it is sent. Each function is one transaction."""

import hashlib
from pathlib import PurePath
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from challenges.remiss import answer_tasks as tasks
from challenges.remiss import drafts
from challenges.remiss.models import (
    ATTACHMENTS_FOLDER,
    DraftAttachment,
    DraftReader,
    Referral,
    ReferralRecipient,
    ReferralResponse,
    ResponseDraft,
    Scan,
)
from malmoandan.publishing import files, virus_scan


class AlreadySent(Exception):
    """The draft has become an answer; nothing in it changes any more."""

    def __init__(self, draft: ResponseDraft) -> None:
        super().__init__(str(draft.pk))
        self.draft = draft


class ChangedMeanwhile(Exception):
    """Somebody changed this since the page was shown: another tab, or a colleague."""


class TooMuch(Exception):
    """The draft holds as many files, bytes or readers as it may."""


@transaction.atomic
def begin(
    *,
    referral: Referral,
    draft_id: UUID,
    recipient: ReferralRecipient | None,
    respondent: dict[str, str],
    language: str,
) -> ResponseDraft:
    """Keep what was typed in the first step as a draft; the same one for the same id."""
    draft, _made = ResponseDraft.objects.get_or_create(
        pk=draft_id,
        defaults={"referral": referral, "recipient": recipient, "language": language},
    )
    if draft.referral_id != referral.pk:
        raise ChangedMeanwhile
    return save_step(draft=draft, step=drafts.RESPONDENT, data=respondent)


@transaction.atomic
def correct(*, response: ReferralResponse, language: str) -> ResponseDraft:
    """Begin to correct a sent answer: a draft that says what the answer says, files included.

    One that is under way already goes on.
    """
    ReferralResponse.objects.select_for_update(of=["self"]).get(pk=response.pk)
    begun = response.drafts.unsent().first()
    if begun:
        return begun
    draft: ResponseDraft = ResponseDraft.objects.create(
        referral=response.referral,
        recipient=response.recipient,
        response=response,
        data=drafts.data_of(response),
        owner_email=response.email,
        language=language,
    )
    for file in response.counting_version.attachments.all():
        DraftAttachment.objects.create(draft=draft, **file_fields(file))
    return draft


@transaction.atomic
def save_step(
    *, draft: ResponseDraft, step: str, data: dict[str, str], seen: str | None = None
) -> ResponseDraft:
    """Keep what was typed in a step. `seen` is the step's digest when the page was shown.

    Raises AlreadySent, and ChangedMeanwhile when the step is another one now: then nothing is
    kept, and the page shows what was typed beside that.
    """
    draft = _locked(draft)
    known = draft.data.get(step, {})
    if seen is not None and data != known and drafts.step_digest(draft, step) != seen:
        raise ChangedMeanwhile
    draft.data = {**draft.data, step: data}
    if step == drafts.RESPONDENT:
        draft.owner_email = _address(data.get("email", "")) or draft.owner_email
    draft.save(update_fields=["data", "owner_email", "saved_at"])
    return draft


@transaction.atomic
def mark_checked(*, draft: ResponseDraft, seen: str) -> ResponseDraft:
    """Note that the person has checked the draft as it reads. Raises ChangedMeanwhile."""
    draft = _locked(draft)
    if drafts.digest(draft) != seen:
        raise ChangedMeanwhile
    draft.data = {**draft.data, drafts.CHECKED: seen}
    draft.save(update_fields=["data", "saved_at"])
    return draft


@transaction.atomic
def attach(*, draft: ResponseDraft, file: UploadedFile) -> DraftAttachment:
    """Keep a judged file with the draft; the same file twice is one. Raises TooMuch, OSError.

    When the transaction fails, the file is left without a row, and a job removes it.
    """
    draft = _locked(draft)
    file.seek(0)
    content = file.read()
    sha256 = hashlib.sha256(content).hexdigest()
    there = list(draft.attachments.all())
    for one in there:
        if (one.sha256, one.file_name) == (sha256, file.name):
            return one
    size = sum(one.size for one in there) + len(content)
    if len(there) >= drafts.MOST_ATTACHMENTS or size > drafts.MOST_BYTES_TOGETHER:
        raise TooMuch
    ending = PurePath(file.name or "").suffix
    scanned = virus_scan.is_on()
    attachment: DraftAttachment = DraftAttachment.objects.create(
        draft=draft,
        stored_name=files.store_as(file, ATTACHMENTS_FOLDER, ending),
        file_name=file.name or "",
        ending=ending,
        size=len(content),
        sha256=sha256,
        content_type=files.CONTENT_TYPES[ending],
        scan=Scan.CLEAN if scanned else Scan.NOT_SCANNED,
        scanned_at=timezone.now() if scanned else None,
    )
    draft.save(update_fields=["saved_at"])
    return attachment


@transaction.atomic
def detach(*, draft: ResponseDraft, attachment_id: int) -> None:
    """Take a file out of the draft; done twice it changes nothing. A job removes the file."""
    draft = _locked(draft)
    draft.attachments.filter(pk=attachment_id).delete()
    draft.save(update_fields=["saved_at"])


@transaction.atomic
def throw_away(*, draft: ResponseDraft) -> None:
    """Delete what was never sent. Raises AlreadySent."""
    _locked(draft).delete()


@transaction.atomic
def mail_link(*, draft: ResponseDraft, email: str) -> None:
    """Mail the link to go on elsewhere; the draft then belongs to that address."""
    draft = _locked(draft)
    draft.owner_email = email
    draft.save(update_fields=["owner_email", "saved_at"])
    tasks.mail_link.defer(draft_id=str(draft.pk))


@transaction.atomic
def ask_reader(*, draft: ResponseDraft, email: str) -> DraftReader:
    """Ask a colleague to read and approve; asked again, the same link goes out again."""
    draft = _locked(draft)
    reader: DraftReader | None = draft.readers.filter(email=email).first()
    if reader is None:
        if draft.readers.count() >= drafts.MOST_READERS:
            raise TooMuch
        reader = DraftReader.objects.create(draft=draft, email=email)
    tasks.mail_reader.defer(reader_id=reader.pk)
    return reader


@transaction.atomic
def hear_reader(*, reader: DraftReader, comment: str, approves: bool, seen: str) -> DraftReader:
    """Keep what a colleague says. Raises AlreadySent, and ChangedMeanwhile for another text."""
    draft = _locked(reader.draft)
    if approves and drafts.digest(draft) != seen:
        raise ChangedMeanwhile
    reader.comment = comment
    if approves:
        reader.approved_at = timezone.now()
        reader.approved_digest = seen
    reader.save(update_fields=["comment", "approved_at", "approved_digest"])
    if draft.owner_email:
        tasks.mail_reader_answered.defer(reader_id=reader.pk, at=timezone.now().isoformat())
    return reader


def file_fields(file: Any) -> dict[str, Any]:
    """What a row about a stored file says of it, for another row about the same file."""
    names = ["stored_name", "file_name", "ending", "size", "sha256", "content_type"]
    return {name: getattr(file, name) for name in [*names, "scan", "scanned_at"]}


def _locked(draft: ResponseDraft) -> ResponseDraft:
    rows = ResponseDraft.objects.select_for_update(of=["self"])
    locked: ResponseDraft = rows.select_related("referral", "recipient").get(pk=draft.pk)
    if locked.is_sent:
        raise AlreadySent(locked)
    return locked


def _address(text: str) -> str:
    address = text.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        return ""
    return address
