"""The text inside files: read by a program of its own, which a hostile file cannot outgrow."""

import io
import os
import subprocess
import sys
import zipfile
import zlib

import pytest
import xlsxwriter
from weasyprint import HTML

from malmoandan.publishing import file_text as reading
from malmoandan.publishing.file_text import READER, file_text
from malmoandan.publishing.read_file import LONGEST_TEXT, MOST_PAGES


def pdf_of(body):
    return HTML(string=f"<html lang=sv><body>{body}</body></html>").write_pdf()


def pdf_with_stream(content, more=b""):
    """A PDF of one page that draws `content`; the readers find its objects without a table."""
    return b"".join(
        [
            b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n",
            b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n",
            b"3 0 obj<</Type/Page/Parent 2 0 R/Contents 4 0 R/MediaBox[0 0 9 9]>>endobj\n",
            b"4 0 obj<</Length %d%s>>stream\n" % (len(content), more),
            content,
            b"\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF",
        ]
    )


def zipped(**parts):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/") + ".xml", content)
    return file.getvalue()


def test_the_text_of_a_pdf_is_read_page_by_page():
    body = '<p>Folkhälsoarbetet</p><p style="break-before: page">Åtgärder i Öster</p>'

    assert file_text(pdf_of(body), ".pdf").split() == ["Folkhälsoarbetet", "Åtgärder", "i", "Öster"]


def test_a_word_parted_at_the_end_of_a_line_is_one_word():
    body = "<p style='width: 4em; hyphens: manual'>sam&shy;verkans&shy;över&shy;ens&shy;kommelse"

    assert file_text(pdf_of(body), ".pdf") == "samverkansöverenskommelse"


def test_the_text_of_word_processor_files_is_read():
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    docx = f'<w:d xmlns:w="{word}"><w:p><w:r><w:t>Hög</w:t></w:r><w:r><w:t>skola</w:t></w:r></w:p>'
    docx += "<w:p><w:instrText>HEMLIG</w:instrText><w:t>Äng &amp; å</w:t></w:p></w:d>"
    text = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
    odt = f'<o xmlns:t="{text}"><t:h>Rubrik</t:h><t:p>Ett<t:s/>två <t:span>tre</t:span></t:p></o>'

    assert file_text(zipped(word__document=docx), ".docx").split("\n") == ["Högskola", "Äng & å"]
    assert file_text(zipped(content=odt), ".odt").split() == ["Rubrik", "Ett", "två", "tre"]


def test_the_words_of_a_spreadsheet_are_read_without_its_numbers():
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, ["Föreningsbidrag", 4711, "Öster"])

    assert file_text(file.getvalue(), ".xlsx").split() == ["Föreningsbidrag", "Öster"]


def test_pictures_have_no_text():
    assert file_text(b"\x89PNG", ".png") == ""


def test_a_long_file_is_read_to_a_limit():
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    docx = f'<w:d xmlns:w="{word}"><w:p><w:t>{"ord " * LONGEST_TEXT}</w:t></w:p></w:d>'

    assert len(file_text(zipped(word__document=docx), ".docx")) == LONGEST_TEXT - 1


# Made when it is their turn: the large ones take seconds.
BOMBS = {
    "noise": lambda: (os.urandom(200_000), ".pdf"),
    "noise in a pdf": lambda: (b"%PDF-1.7\n" + os.urandom(200_000) + b"%%EOF", ".pdf"),
    "a gigabyte in a stream": lambda: (
        pdf_with_stream(zlib.compress(bytes(10**9), 1), b"/Filter/FlateDecode"),
        ".pdf",
    ),
    "a page that is its own parent": lambda: (
        b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[2 0 R]/Count 9>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF",
        ".pdf",
    ),
    "an endless drawing": lambda: (pdf_with_stream(b"q BT " * 300_000), ".pdf"),
    "a gigabyte in a part": lambda: (zipped(content="<o>" + " " * 10**9), ".odt"),
    "elements without end": lambda: (zipped(content="<a>" * 10**7), ".ods"),
    "entities": lambda: (
        zipped(content='<!DOCTYPE o [<!ENTITY a "b">]><o><p>&a;</p></o>'),
        ".odt",
    ),
    "a zip that is none": lambda: (b"PK\x03\x04" + os.urandom(1000), ".docx"),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_hostile_file_has_no_text_and_does_no_harm(name):
    content, ending = BOMBS[name]()

    assert file_text(content, ending) == ""


def test_a_reader_that_takes_too_long_is_stopped(monkeypatch):
    monkeypatch.setattr(reading, "SECONDS", 0.01)

    assert file_text(pdf_of("<p>Hej"), ".pdf") == ""


def test_the_reader_has_given_up_memory_files_and_the_portal():
    """It could neither write a file nor open the settings' modules if a file took it over."""
    probe = (
        f"import runpy, sys; reader = runpy.run_path({str(READER)!r}); reader['limit_itself']()\n"
        "print('django' in sys.modules, 'malmoandan' in sys.modules)\n"
        "for act in (lambda: bytearray(10 ** 9), lambda: open('x', 'wb', 0).write(b'x' * 9)):\n"
        "    try: act(); print('done')\n"
        "    except (MemoryError, OSError) as error: print(type(error).__name__)\n"
    )
    done = subprocess.run([sys.executable, "-I", "-c", probe], capture_output=True, text=True,
                          cwd="/tmp", env={})  # fmt: skip

    assert done.stdout.split() == ["False", "False", "MemoryError", "OSError"]
    assert MOST_PAGES < 1000
