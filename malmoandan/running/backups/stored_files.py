"""The files of the portal's storage, out of it and into it: a folder's or an object storage's."""

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage

from malmoandan.running.backups.archive import CHUNK, BackupError, Reader, Writer

FOLDER = "files/"
KEYS = "keys/"


def stored(folder: str = "") -> Iterator[str]:
    """The names of all stored files."""
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    yield from (f"{folder}{name}" for name in files)
    for name in folders:
        yield from stored(f"{folder}{name}/")


def write(archive: Writer) -> None:
    """Write the files that are not in the archive yet.

    Called before the rows' moment and after it: then a file that is removed meanwhile, and one
    that comes meanwhile, are there for the rows that name them.
    """
    for name in stored():
        if f"{FOLDER}{name}" in archive.manifest.parts:
            continue
        try:
            file = default_storage.open(name)
        except FileNotFoundError:  # removed since it was listed
            continue
        with file, archive.part(f"{FOLDER}{name}") as part:
            shutil.copyfileobj(file, part, CHUNK)


def read(archive: Reader) -> None:
    """Store the archive's files under their names; what is the same already stays."""
    for name in archive.manifest.names(FOLDER):
        with archive.part(f"{FOLDER}{name}") as part:
            _store(name, part, archive.manifest.parts[f"{FOLDER}{name}"])


def remove_others(archive: Reader) -> None:
    """Remove what is stored and not in the archive."""
    for name in set(stored()) - set(archive.manifest.names(FOLDER)):
        default_storage.delete(name)


def _store(name: str, content: IO[bytes], sha256: str) -> None:
    if default_storage.exists(name):
        with default_storage.open(name) as file:
            if hashlib.file_digest(file, "sha256").hexdigest() == sha256:
                return
        default_storage.delete(name)
    if default_storage.save(name, File(content, name)) != name:
        raise BackupError(f"Filen {name} kan inte sparas under sitt namn.")


def own_keys() -> list[Path]:
    """The keys that the portal has made itself, in its data folder.

    Those that the environment names belong to whoever made them, who keeps copies elsewhere.
    """
    if settings.PUBLIC_HOSTS:
        return []
    paths = [settings.DATA_DIR / "secret_key", settings.LOCAL_SEAL]
    return [path for path in paths if path.exists()]


def write_keys(archive: Writer) -> None:
    for path in own_keys():
        with archive.part(f"{KEYS}{path.name}") as part:
            part.write(path.read_bytes())


def read_keys(archive: Reader) -> None:
    """Put back the keys of a local portal; a public one has its own."""
    if settings.PUBLIC_HOSTS:
        return
    for name in archive.manifest.names(KEYS):
        if name in {"secret_key", settings.LOCAL_SEAL.name}:
            path = settings.DATA_DIR / name
            path.touch(mode=0o600)
            with archive.part(f"{KEYS}{name}") as part:
                path.write_bytes(part.read())
