import io

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from malmoandan.publishing.files import DocumentField, shown_name

PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"


def picture(kind, size=(40, 30), mode="RGB"):
    content = io.BytesIO()
    Image.new(mode, size).save(content, kind)
    return content.getvalue()


def clean(content, name="protokoll.pdf"):
    return DocumentField().clean(SimpleUploadedFile(name, content))


@pytest.mark.parametrize(
    ("content", "name", "kept"),
    [
        (PDF, "Protokoll årsmöte.pdf", "Protokoll årsmöte.pdf"),
        (picture("JPEG"), "foto.JPEG", "foto.jpg"),
        (picture("PNG"), "foto.pdf", "foto.png"),  # the content decides, not the name
        (PDF, "../../etc/passwd", "passwd.pdf"),
        (PDF, "C:\\hemligt\\p\u202efdp.exe", "pfdp.pdf"),
        (PDF, "<script>.pdf", "script.pdf"),
        (PDF, ".pdf", "fil.pdf"),
    ],
)
def test_a_document_is_kept_under_its_true_ending(content, name, kept):
    assert clean(content, name).name == kept


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"MZ\x90\x00 not a document",
        b"PK\x03\x04 a word document",
        b"GIF89a\x01\x00\x01\x00",
        b"%PDF-1.7 cut off in the midd",
        picture("PNG")[:40],
        picture("BMP"),
        b"<html>%PDF-</html>",
        b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*",
    ],
)
def test_what_is_no_whole_document_is_refused(content):
    with pytest.raises(ValidationError, match="går inte att läsa"):
        clean(content)


def test_a_picture_that_unfolds_to_gigabytes_is_refused():
    with pytest.raises(ValidationError, match="går inte att läsa"):
        clean(picture("PNG", size=(20_000, 4_000), mode="1"))


def test_an_empty_and_a_large_file_are_refused_in_words():
    with pytest.raises(ValidationError, match="tom"):
        clean(b"")
    with pytest.raises(ValidationError, match="10 MB"):
        clean(PDF + b" " * (10 * 1024 * 1024))


def test_a_long_name_is_cut():
    assert len(shown_name("ö" * 300 + ".pdf", ".pdf")) <= 84
