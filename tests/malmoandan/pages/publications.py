"""News, documents and files that the tests of pages start from."""

import io
import zipfile
from datetime import date, timedelta
from itertools import count

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from challenges.models import ChallengeArea
from malmoandan.pages.admin import add_version
from malmoandan.pages.models import Document, News

PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"
_serial = count(1)
_MAIN = "application/vnd.openxmlformats-officedocument."
DOCX_TYPE = f"{_MAIN}wordprocessingml.document.main+xml"
XLSX_TYPE = f"{_MAIN}spreadsheetml.sheet.main+xml"


def make_area(name=None):
    return ChallengeArea.objects.create(name=name or f"Utmaning {next(_serial)}")


def make_news(*, areas=(), **fields):
    """A news item that became public an hour ago, unless told otherwise."""
    fields = {
        "title": f"Nyhet {next(_serial)}",
        "lead": "Vi ses på Möllan.",
        "published_from": timezone.now() - timedelta(hours=1),
    } | fields
    item = News.objects.create(**fields)
    item.areas.set(areas)
    return item


def make_document(*, content=PDF, name="plan.pdf", areas=(), **fields):
    fields = {
        "title": f"Dokument {next(_serial)}",
        "kind": Document.Kind.PLAN,
        "day": date(2018, 6, 13),
        "published_from": timezone.now() - timedelta(hours=1),
    } | fields
    document = Document.objects.create(**fields)
    document.areas.set(areas)
    if content:
        add_version(document, SimpleUploadedFile(name, content))
    return document


def zipped(parts, compression=zipfile.ZIP_DEFLATED):
    """A zip file of named parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def office_file(main_type=DOCX_TYPE, **more):
    """The least that says it is a text or a spreadsheet; `more` are further parts."""
    listing = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Override PartName="/word/document.xml" ContentType="{main_type}"/></Types>'
    )
    return zipped({"[Content_Types].xml": listing, "word/document.xml": "<w/>"} | more)


def open_document(kind="text", manifest="<manifest/>", **more):
    return zipped(
        {
            "mimetype": f"application/vnd.oasis.opendocument.{kind}",
            "META-INF/manifest.xml": manifest,
            "content.xml": "<office/>",
        }
        | more
    )
