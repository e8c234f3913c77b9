"""Jobs about answers under way and sent. They carry row ids, never a name or an address."""

from datetime import timedelta

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from procrastinate.contrib.django import app

from challenges.remiss import answer_mails as mails
from challenges.remiss import deadlines, personal_data, receipts
from challenges.remiss.data_kept import ADDRESSES, DRAFTS
from challenges.remiss.models import (
    ATTACHMENTS_FOLDER,
    DOCUMENTS_FOLDER,
    DraftAttachment,
    DraftReader,
    ReferralDocument,
    ReferralRecipient,
    ResponseAttachment,
    ResponseDraft,
    ResponseVersion,
)
from challenges.remiss.models.parts import StoredFile
from malmoandan.accounts.models import User
from malmoandan.running.queue import MAIL_RETRY, PDF_RETRY

# A form with an error keeps its file for a day (KEPT_SECONDS of admin/forms.py), and a file is
# stored a moment before its row: one that old has no row that is still to come.
ORPHAN_AFTER = timedelta(hours=26)
# The folders, and the models whose rows name the files in them.
FOLDERS: dict[str, list[type[StoredFile]]] = {
    ATTACHMENTS_FOLDER: [DraftAttachment, ResponseAttachment],
    DOCUMENTS_FOLDER: [ReferralDocument],
}


@app.task(name="remiss.mail_draft_link", retry=MAIL_RETRY)
def mail_link(draft_id: str) -> None:
    draft = _draft(draft_id)
    if draft and draft.owner_email and not draft.is_sent:
        mails.draft_link(draft)


@app.task(name="remiss.mail_draft_reader", retry=MAIL_RETRY)
def mail_reader(reader_id: int) -> None:
    reader = _reader(reader_id)
    if reader and not reader.draft.is_sent:
        mails.asked_to_read(reader)


@app.task(name="remiss.mail_reader_answered", retry=MAIL_RETRY)
def mail_reader_answered(reader_id: int, at: str) -> None:
    reader = _reader(reader_id)
    if reader and reader.draft.owner_email and not reader.draft.is_sent:
        mails.reader_answered(reader, at)


@app.task(name="remiss.mail_receipt", retry=MAIL_RETRY)
def mail_receipt(version_id: int, user_id: int = 0) -> None:
    """The receipt, with the whole answer as PDF. A correction since changes nothing in it.

    It goes to who sent this version, also when a colleague has sent the body's next one since.
    """
    version = _version(version_id)
    to = version.response.email
    if user_id and to:
        sender = User.objects.filter(pk=user_id).first()
        to = sender.email if sender else ""
    if to:  # it may have been erased since
        mails.receipt(version, receipts.stored_receipt(version), to=to)


@app.task(name="remiss.mail_replaced", retry=MAIL_RETRY)
def mail_replaced(version_id: int, user_id: int) -> None:
    mails.replaced(_version(version_id), User.objects.get(pk=user_id))


@app.task(name="remiss.make_receipt", retry=PDF_RETRY)
def make_receipt(version_id: int, language: str) -> None:
    receipts.store_receipt(_version(version_id), language=language)


@app.periodic(cron="23 * * * *")
@app.task(name="remiss.remove_orphaned_files")
def remove_orphaned_files(timestamp: int) -> None:
    """Remove what was handed in to a draft that is gone, or whose row never came."""
    before = timezone.now() - ORPHAN_AFTER
    for folder, models in FOLDERS.items():
        for name in _stored(folder) - _used(models):
            if default_storage.get_modified_time(name) < before:
                default_storage.delete(name)


def _stored(folder: str) -> set[str]:
    try:
        _folders, files = default_storage.listdir(folder)
    except FileNotFoundError:  # nobody has handed in any yet
        return set()
    return {f"{folder}/{file}" for file in files}


def _used(models: list[type[StoredFile]]) -> set[str]:
    return {
        name
        for model in models
        for name in model._base_manager.values_list("stored_name", flat=True)
    }


@app.periodic(cron="41 3 * * *")
@app.task(name="remiss.forget_old_drafts")
def forget_old_drafts(timestamp: int) -> None:
    """Delete drafts when their time is over: sent ones, and those that nobody goes on with.

    Both are kept REMISS_DRAFTS_KEPT_DAYS after they were saved last; what was never sent also so
    long after the last day, because a late answer is taken too.
    """
    oldest = DRAFTS.served_its_time()
    day = deadlines.day_in_malmo(oldest)
    over = Q(referral__due_date__lt=day) & (
        Q(recipient=None) | Q(recipient__due_date=None) | Q(recipient__due_date__lt=day)
    )
    old = ResponseDraft.objects.filter(saved_at__lt=oldest)
    old.filter(over | Q(sent_version__isnull=False)).delete()
    # Begun and left at once, by a machine or by mistake.
    old.filter(owner_email="", saved_at__lt=F("begun_at") + timedelta(minutes=1)).delete()


@app.periodic(cron="51 3 * * *")
@app.task(name="remiss.forget_addresses")
def forget_addresses(timestamp: int) -> None:
    """Take the invited bodies' addresses away, long after nothing is to be mailed to them."""
    day = deadlines.day_in_malmo(ADDRESSES.served_its_time())
    over = ReferralRecipient.objects.filter(referral__due_date__lt=day)
    with transaction.atomic():
        personal_data.empty_recipients(over.exclude(email__endswith=personal_data.NOWHERE))


def _draft(draft_id: str) -> ResponseDraft | None:
    found = ResponseDraft.objects.select_related("referral", "recipient")
    return found.filter(pk=draft_id).first()


def _reader(reader_id: int) -> DraftReader | None:
    """The colleague, unless the draft was thrown away since."""
    found = DraftReader.objects.select_related("draft__referral", "draft__recipient")
    return found.filter(pk=reader_id).first()


def _version(version_id: int) -> ResponseVersion:
    found = ResponseVersion.objects.select_related("response__referral", "response__recipient")
    version: ResponseVersion = found.get(pk=version_id)
    return version
