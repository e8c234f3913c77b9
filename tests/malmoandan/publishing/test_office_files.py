"""Office files come as zip files from strangers: each is judged by its content."""

import struct
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from malmoandan.publishing import office_files
from malmoandan.publishing.files import AnyDocumentField, DocumentField
from malmoandan.publishing.office_files import UnknownFile, UnsafeFile, kind_of_office_file
from tests.malmoandan.pages.publications import (
    PDF,
    XLSX_TYPE,
    office_file,
    open_document,
    zipped,
)


def clean(content, name="plan.docx"):
    return AnyDocumentField().clean(SimpleUploadedFile(name, content))


@pytest.mark.parametrize(
    ("content", "ending"),
    [
        (office_file(), ".docx"),
        (office_file(XLSX_TYPE), ".xlsx"),
        (open_document(), ".odt"),
        (open_document("spreadsheet"), ".ods"),
        (PDF, ".pdf"),
    ],
)
def test_the_content_decides_the_ending(content, ending):
    assert clean(content, "något.exe").name == f"något{ending}"


def test_a_file_that_a_real_program_wrote_is_taken(tmp_path):
    import openpyxl

    workbook = openpyxl.Workbook()
    workbook.save(tmp_path / "budget.xlsx")

    assert clean((tmp_path / "budget.xlsx").read_bytes()).name == "plan.xlsx"


@pytest.mark.parametrize(
    "content",
    [
        office_file(**{"word/vbaProject.bin": b"macro"}),
        office_file(**{"word/VBAPROJECT.BIN": b"macro"}),
        office_file("application/vnd.ms-word.document.macroEnabled.main+xml"),
        office_file(XLSX_TYPE, **{"xl/macrosheets/sheet1.xml": "<x/>"}),
        office_file(**{"word/activeX/activeX1.bin": b"control"}),
        open_document(**{"Basic/Standard/Module1.xml": "<x/>"}),
        open_document(**{"Scripts/python/evil.py": "import os"}),
        open_document(manifest="<manifest><encryption-data/></manifest>"),
        zipped({"[Content_Types].xml": '<!DOCTYPE x [<!ENTITY a "b">]><Types>&a;</Types>'}),
        zipped({f"part{number}": "" for number in range(office_files.MOST_PARTS + 1)}),
        zipped({"[Content_Types].xml": "<Types/>"}, zipfile.ZIP_LZMA),
    ],
)
def test_what_could_harm_is_refused_in_words(content):
    with pytest.raises(UnsafeFile):
        kind_of_office_file(content)
    with pytest.raises(ValidationError, match="makron"):
        clean(content)


def test_a_file_that_unfolds_to_gigabytes_is_refused(monkeypatch):
    monkeypatch.setattr(office_files, "MOST_UNPACKED_BYTES", 1_000_000)

    with pytest.raises(UnsafeFile):
        kind_of_office_file(office_file(**{"word/media/bomb.bin": b"\0" * 1_000_001}))


def test_a_listing_that_unfolds_is_refused(monkeypatch):
    monkeypatch.setattr(office_files, "LARGEST_LIST_BYTES", 100)

    with pytest.raises(UnsafeFile):
        kind_of_office_file(office_file())


def test_an_encrypted_part_is_refused():
    content = bytearray(office_file())
    place = content.index(b"PK\x01\x02")  # the directory's entry of the first part
    content[place + 8 : place + 10] = struct.pack("<H", 1)

    with pytest.raises(UnsafeFile):
        kind_of_office_file(bytes(content))


@pytest.mark.parametrize(
    "content",
    [
        zipped({"hello.txt": "hello"}),
        zipped({"mimetype": "application/epub+zip"}),
        zipped({"mimetype": b"\xff\xfe"}),
        zipped({"[Content_Types].xml": "<Types"}),
        office_file("application/vnd.openxmlformats-officedocument.presentationml.slideshow"),
        office_file()[:200],
        b"PK\x03\x04 cut off",
        b"PK",
        open_document("presentation"),
    ],
)
def test_anything_else_is_refused(content):
    with pytest.raises(UnknownFile):
        kind_of_office_file(content)
    with pytest.raises(ValidationError, match="går inte att läsa"):
        clean(content)


def test_a_damaged_part_is_found():
    content = office_file(**{"word/media/a.txt": "0123456789" * 200})
    place = content.index(b"word/media/a.txt") + len("word/media/a.txt")
    damaged = content[:place] + bytes(b ^ 0x55 for b in content[place : place + 8])

    with pytest.raises(UnknownFile):
        kind_of_office_file(damaged + content[place + 8 :])


def test_minutes_are_still_no_office_files():
    with pytest.raises(ValidationError):
        DocumentField().clean(SimpleUploadedFile("protokoll.docx", office_file()))
