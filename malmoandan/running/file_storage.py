"""Files on disk that are there whole or not at all, also after a full disk or a power cut."""

import os
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage


class WholeFiles(FileSystemStorage):
    """A file gets its name when all of it is on the disk; what is left of a failure is removed.

    Rows name files and are committed after them: a row must never name half a file. Raises
    OSError when the disk does not take it.
    """

    def _save(self, name: str, content: "File[Any]") -> str:
        part = f"{name}.{uuid4().hex}.part"
        path = Path(self.path(part))
        try:
            super()._save(part, content)  # type: ignore[misc]
            _reach_the_disk(path)
            name = self.get_available_name(name)  # another file may have taken it meanwhile
            path.rename(self.path(name))
        except OSError:
            path.unlink(missing_ok=True)
            raise
        _reach_the_disk(path.parent)
        return name


def _reach_the_disk(path: Path) -> None:
    """Return when the file, or the folder's list of names, would survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
