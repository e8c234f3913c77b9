from datetime import timedelta

from django.core.files.storage import default_storage
from django.utils import timezone
from procrastinate.contrib.django import app

from malmoandan.pages import search
from malmoandan.pages.models import DOCUMENTS_FOLDER, DocumentVersion

# Longer than a form that came back wrong keeps its file (pages/admin.py).
FORGOTTEN_AFTER = timedelta(days=2)


@app.periodic(cron="*/5 * * * *")
@app.task(name="pages.read_changes", queueing_lock="pages.read_changes")
def read_changes(timestamp: int) -> None:
    """Read in what changed while nobody searched, or more than one search should read in."""
    while search.catch_up():
        pass


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
