"""A backup of the portal while it runs."""

from pathlib import Path

from django.db import connection, transaction
from django.utils import timezone

from malmoandan.running.backups import rows, stored_files
from malmoandan.running.backups.archive import BackupError, Writer, sha256
from malmoandan.running.models import Backup


def make(path: Path) -> Backup:
    """Write the whole portal, as it is at one moment, to the file; raises BackupError."""
    if path.exists():
        raise BackupError(f"{path} finns redan. Välj ett annat namn.")
    try:
        with Writer(path) as archive:
            archive.manifest.made_at = timezone.now().isoformat()
            stored_files.write_keys(archive)
            stored_files.write(archive)
            _write_rows(archive)
            stored_files.write(archive)
    except OSError as error:
        raise BackupError(f"{path} går inte att skriva: {error.strerror}.") from error
    return Backup.objects.create(size=path.stat().st_size, sha256=sha256(path))


@transaction.atomic(durable=True)
def _write_rows(archive: Writer) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
    rows.write(archive)
