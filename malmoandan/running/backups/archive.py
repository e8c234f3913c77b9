"""The file that a backup is: a zip of parts, and last in it the manifest with their checksums."""

import hashlib
import json
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from io import BufferedIOBase
from pathlib import Path
from types import TracebackType
from typing import IO, Any

FORMAT = 1
MANIFEST = "manifest.json"
CHUNK = 1024 * 1024
BROKEN = "Säkerhetskopian är trasig eller ändrad: {}. Ingenting har återställts."


class BackupError(Exception):
    """What stops a backup or a restore, in words for whoever runs it."""


@dataclass
class Table:
    name: str
    columns: list[str]


@dataclass
class Manifest:
    """What an archive holds. `parts` has the SHA-256 of each part under its name in the zip."""

    made_at: str = ""
    migrations: list[tuple[str, str]] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    # name -> last value, and whether it has been handed out
    sequences: dict[str, tuple[int, bool]] = field(default_factory=dict)
    parts: dict[str, str] = field(default_factory=dict)
    format: int = FORMAT

    def names(self, folder: str) -> list[str]:
        """The parts of a folder, without the folder."""
        return [name.removeprefix(folder) for name in self.parts if name.startswith(folder)]


class _Hashed(BufferedIOBase):
    """Counts the checksum of what passes to a file that is written."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.digest = hashlib.sha256()

    def write(self, data: Any) -> int:
        self.digest.update(data)
        return self.file.write(data)


class Writer:
    """Writes an archive beside `path`; it gets its name only when it is whole and on the disk."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.unfinished = path.with_name(f"{path.name}.part")
        self.manifest = Manifest()

    def __enter__(self) -> "Writer":
        # Personal data: for its owner's eyes from the first byte on.
        descriptor = os.open(self.unfinished, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        self.file = os.fdopen(descriptor, "w+b")
        self.zip = zipfile.ZipFile(self.file, "w", zipfile.ZIP_DEFLATED, allowZip64=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _error: object, _trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._finish()
        finally:
            self.file.close()
            self.unfinished.unlink(missing_ok=True)

    @contextmanager
    def part(self, name: str) -> Iterator[_Hashed]:
        with self.zip.open(name, "w", force_zip64=True) as file:
            hashed = _Hashed(file)
            yield hashed
        self.manifest.parts[name] = hashed.digest.hexdigest()

    def _finish(self) -> None:
        self.zip.writestr(MANIFEST, json.dumps(asdict(self.manifest), ensure_ascii=False, indent=1))
        self.zip.close()
        self.file.flush()
        os.fsync(self.file.fileno())
        # Fails where the name has been taken meanwhile, which a rename would overwrite.
        os.link(self.unfinished, self.path)


@contextmanager
def opened(path: Path) -> Iterator["Reader"]:
    """The archive, after every byte of it has been checked; raises BackupError."""
    try:
        file = zipfile.ZipFile(path)
    except OSError as error:
        raise BackupError(f"{path} går inte att läsa: {error.strerror}.") from error
    except (zipfile.BadZipFile, ValueError) as error:
        raise BackupError(BROKEN.format("filen är avkortad eller ingen säkerhetskopia")) from error
    with file:
        reader = Reader(file)
        reader.check()
        yield reader


class Reader:
    def __init__(self, file: zipfile.ZipFile) -> None:
        self.zip = file
        self.manifest = self._manifest()

    def part(self, name: str) -> IO[bytes]:
        return self.zip.open(name)

    def check(self) -> None:
        """Raise BackupError unless each part is there, is what was written, and nothing else is."""
        names = self.zip.namelist()
        if sorted(names) != sorted([*self.manifest.parts, MANIFEST]):
            raise BackupError(BROKEN.format("dess delar är inte de som den räknar upp"))
        for name, wanted in self.manifest.parts.items():
            if self._sha256(name) != wanted:
                raise BackupError(BROKEN.format(f"kontrollsumman för {name} stämmer inte"))

    def _sha256(self, name: str) -> str:
        try:
            with self.part(name) as file:
                return hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
        except Exception:  # whatever a changed byte makes of it
            return ""

    def _manifest(self) -> Manifest:
        try:
            told = json.loads(self.zip.read(MANIFEST))
            form = told["format"]
            if form == FORMAT:
                tables = [Table(**table) for table in told.pop("tables")]
                moves = [(app, name) for app, name in told.pop("migrations")]
                return Manifest(tables=tables, migrations=moves, **told)
        except Exception as error:  # whatever a changed byte makes of it
            raise BackupError(BROKEN.format("innehållsförteckningen går inte att läsa")) from error
        raise BackupError(
            f"Säkerhetskopian är gjord av en annan version av portalen (format {form}), som den "
            "här versionen inte kan läsa. Ingenting har återställts."
        )


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
