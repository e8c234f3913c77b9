"""A folder of backups: each has the time in its name, and old ones go."""

from pathlib import Path

from django.utils import timezone

PATTERN = "malmoandan-????-??-??T??????Z.backup"


def new_file(folder: Path) -> Path:
    """A name by the time in UTC, which never goes back: names are in the order they were made."""
    return folder / f"malmoandan-{timezone.now():%Y-%m-%dT%H%M%SZ}.backup"


def remove_all_but(keep: int, folder: Path) -> list[Path]:
    """Remove the oldest; return what was removed. Files of other names are nobody's business."""
    old = sorted(folder.glob(PATTERN))[:-keep]
    for path in old:
        path.unlink()
    return old
