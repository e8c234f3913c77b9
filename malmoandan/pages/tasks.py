from datetime import timedelta

from django.core.files.storage import default_storage
from django.utils import timezone
from procrastinate.contrib.django import app

from malmoandan.pages import search
from malmoandan.pages.models import DOCUMENTS_FOLDER, Document, DocumentText, DocumentVersion
from malmoandan.publishing.file_text import file_text
from malmoandan.running.queue import PDF_RETRY

# Longer than a form that came back wrong keeps its file (pages/admin.py).
FORGOTTEN_AFTER = timedelta(days=2)


@app.periodic(cron="*/5 * * * *")
@app.task(name="pages.read_changes", queueing_lock="pages.read_changes")
def read_changes(timestamp: int) -> None:
    """Read in what changed while nobody searched, or more than one search should read in."""
    while search.catch_up():
        pass


@app.task(name="pages.read_file", retry=PDF_RETRY)
def read_file(document_id: int) -> None:
    """Let the search know what the document's file says. One that cannot be read says nothing."""
    document = Document.objects.filter(pk=document_id).prefetch_related("versions").first()
    current = document and document.current
    if (
        not current
        or DocumentText.objects.filter(document_id=document_id, sha256=current.sha256).exists()
    ):
        return
    with default_storage.open(current.stored_name) as file:
        text = file_text(file.read(), current.ending)
    DocumentText.objects.update_or_create(
        document_id=document_id, defaults={"sha256": current.sha256, "text": text}
    )


@app.periodic(cron="7 * * * *")
@app.task(name="pages.read_old_files", queueing_lock="pages.read_old_files")
def read_old_files(timestamp: int) -> None:
    """Read the files that were handed in before the portal read files."""
    unread = Document.objects.filter(inside__isnull=True, versions__isnull=False).distinct()
    for document_id in unread.values_list("pk", flat=True):
        read_file(document_id=document_id)


@app.periodic(cron="27 * * * *")
@app.task(name="pages.remove_unused_files")
def remove_unused_files(timestamp: int) -> None:
    """Remove files of forms that were never sent again, and of drafts that were deleted."""
    try:
        _folders, files = default_storage.listdir(DOCUMENTS_FOLDER)
    except FileNotFoundError:  # nobody has handed in any yet
        return
    stored = {f"{DOCUMENTS_FOLDER}/{file}" for file in files}
    used = set(DocumentVersion.objects.values_list("stored_name", flat=True))
    for name in stored - used:
        if default_storage.get_modified_time(name) < timezone.now() - FORGOTTEN_AFTER:
            default_storage.delete(name)
