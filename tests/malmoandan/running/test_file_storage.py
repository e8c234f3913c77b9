import errno
from pathlib import Path

import pytest
from django.core.files.base import ContentFile

from malmoandan.running.file_storage import WholeFiles


class BreaksOff(ContentFile):
    """A file that the disk takes half of."""

    def chunks(self, chunk_size=None):
        yield b"half"
        raise OSError(errno.ENOSPC, "No space left on device")


@pytest.fixture
def storage(tmp_path):
    return WholeFiles(location=tmp_path / "files")


def names(storage):
    return sorted(path.name for path in Path(storage.location).rglob("*") if path.is_file())


def test_a_full_disk_leaves_nothing_behind(storage):
    with pytest.raises(OSError, match="No space left"):
        storage.save("svar/a.pdf", BreaksOff(b""))
    assert names(storage) == []


def test_a_file_has_its_name_and_content_and_nothing_lies_beside_it(storage):
    assert storage.save("svar/a.pdf", ContentFile(b"hela")) == "svar/a.pdf"
    assert names(storage) == ["a.pdf"]
    assert storage.open("svar/a.pdf").read() == b"hela"


def test_two_files_of_one_name_keep_both_contents(storage):
    first = storage.save("svar/a.pdf", ContentFile(b"ett"))
    second = storage.save("svar/a.pdf", ContentFile(b"annat"))
    assert first != second
    assert storage.open(first).read() == b"ett"
