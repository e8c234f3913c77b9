"""Files that people hand in: judged by what they hold, never by what they are called."""

import io
import logging
import unicodedata
import warnings
import zipfile
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _
from PIL import Image

from malmoandan.publishing import pdf_files, virus_scan
from malmoandan.publishing.active_parts import ActiveFile, refuse_active_parts
from malmoandan.publishing.office_files import UnknownFile, UnsafeFile, kind_of_office_file

logger = logging.getLogger(__name__)

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 60_000_000
# What Pillow raises when the bytes do not add up.
PICTURE_ERRORS = (OSError, SyntaxError, ValueError, Image.DecompressionBombError)
PICTURES = {"PNG": ".png", "JPEG": ".jpg"}
_OFFICE = "application/vnd.openxmlformats-officedocument."
CONTENT_TYPES = {
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".docx": f"{_OFFICE}wordprocessingml.document",
    ".xlsx": f"{_OFFICE}spreadsheetml.sheet",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
}


def kind_of(file: UploadedFile) -> str:
    """Return the ending that the content deserves: .pdf, .png or .jpg.

    Raises ValidationError when it is anything else, or damaged.
    """
    file.seek(0)
    content = file.read()
    file.seek(0)
    if content.startswith(b"%PDF-") and b"%%EOF" in content[-2048:]:
        return ".pdf"
    try:
        return _kind_of_picture(content)
    except PICTURE_ERRORS as error:
        raise ValidationError(
            _("Filen går inte att läsa. Bifoga en hel PDF-, JPEG- eller PNG-fil.")
        ) from error


def kind_of_any(file: UploadedFile) -> str:
    """The same, and beside those: .docx, .xlsx, .odt or .ods."""
    file.seek(0)
    content = file.read()
    file.seek(0)
    if not content.startswith(b"PK"):
        return kind_of(file)
    try:
        return kind_of_office_file(content)
    except UnsafeFile as error:
        raise ValidationError(
            _(
                "Filen innehåller makron eller är krypterad eller mycket hårt packad. "
                "Spara den utan makron och lösenord, eller som PDF."
            )
        ) from error
    except UnknownFile as error:
        raise ValidationError(
            _("Filen går inte att läsa. Bifoga en hel PDF-, DOCX-, XLSX-, ODT- eller ODS-fil.")
        ) from error


def harmless_kind(file: UploadedFile, kinds: Mapping[str, Any]) -> str:
    """Return the ending, one of `kinds`, of a file that somebody else will open.

    Whatever would run, or fetch something, when it is opened is refused, and so is what is two
    kinds of file at once. ClamAV has its say, where there is one. Raises ValidationError with a
    sentence for the person who chose the file; the one for other kinds is the value in `kinds`.
    """
    file.seek(0)
    content = file.read()
    file.seek(0)
    try:
        ending = _judge(content)
        if ending not in kinds:
            raise UnknownFile("of another kind")
        virus_scan.scan(content)
    except (pdf_files.DamagedPDF, UnknownFile, _NoPicture) as error:
        raise ValidationError(kinds[".pdf"]) from error
    except (pdf_files.ActivePDF, ActiveFile) as error:
        raise ValidationError(_ATTACHMENT_ACTIVE) from error
    except (pdf_files.LockedPDF, UnsafeFile) as error:
        raise ValidationError(_ATTACHMENT_UNSAFE) from error
    except virus_scan.VirusFound as error:
        raise ValidationError(_ATTACHMENT_VIRUS) from error
    except virus_scan.ScannerDown as error:
        logger.warning("ClamAV gave no verdict: %s", type(error.__cause__ or error).__name__)
        raise ValidationError(_SCANNER_DOWN, code="scanner_down") from error
    return ending


def _judge(content: bytes) -> str:
    if content.startswith(b"%PDF-"):
        pdf_files.check_pdf(content)
        return ".pdf"
    if b"%PDF-" in content[:1024]:  # PDF readers look that far for the beginning
        raise UnknownFile("a PDF as well")
    if content.startswith(b"PK"):
        ending = kind_of_office_file(content)
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            refuse_active_parts(archive)
        return ending
    if zipfile.is_zipfile(io.BytesIO(content)):
        raise UnknownFile("a zip file as well")
    try:
        return _kind_of_picture(content)
    except PICTURE_ERRORS as error:
        raise _NoPicture from error


class _NoPicture(ValueError):
    pass


# The endings that are taken, each with the sentence for whoever chose another kind.
DOCUMENTS = dict.fromkeys(
    (".pdf", ".png", ".jpg"),
    _("Filen går inte att läsa. Bifoga en hel PDF-, JPEG- eller PNG-fil."),
)
ANY_DOCUMENTS = dict.fromkeys(
    CONTENT_TYPES,
    _("Filen går inte att läsa. Bifoga en hel PDF-, DOCX-, XLSX-, ODT- eller ODS-fil."),
)
ATTACHMENTS = dict.fromkeys(
    (".pdf", ".docx", ".odt", ".png", ".jpg"),
    _(
        "Filen går inte att läsa eller är av ett slag som vi inte tar emot. "
        "Bifoga en hel PDF-, DOCX-, ODT-, JPEG- eller PNG-fil."
    ),
)
_ATTACHMENT_ACTIVE = _(
    "Filen innehåller något som kan köras eller hämtas när den öppnas, till exempel skript, "
    "länkade bilder eller andra filer. Skriv ut den till en ny PDF och bifoga den."
)
_ATTACHMENT_UNSAFE = _(
    "Filen innehåller makron eller är krypterad eller mycket hårt packad. "
    "Spara den utan makron och lösenord, eller som PDF."
)
_ATTACHMENT_VIRUS = _("Virusskyddet stoppade filen. Den är inte sparad.")
_SCANNER_DOWN = _(
    "Virusskyddet svarar inte just nu, så vi kan inte ta emot filen. Allt annat du har fyllt i "
    "är sparat. Försök igen om en stund."
)


def _kind_of_picture(content: bytes) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            picture = Image.open(io.BytesIO(content), formats=list(PICTURES))
        except Image.DecompressionBombWarning as warning:
            raise ValueError("too many pixels") from warning
    if picture.width * picture.height > MAX_PIXELS:
        raise ValueError("too many pixels")
    picture.verify()
    return PICTURES[str(picture.format)]


def shown_name(name: str, ending: str) -> str:
    """The sender's file name, fit to be shown and saved: one line, no path, the true ending."""
    stem = name.replace("\\", "/").rsplit("/", 1)[-1].rsplit(".", 1)[0]
    stem = "".join(c for c in unicodedata.normalize("NFC", stem) if c.isalnum() or c in " _-().")
    return (stem.strip(" .")[:80] or "fil") + ending


def store(file: UploadedFile, folder: str) -> str:
    """Keep the file under a name of our own; return that name."""
    return store_as(file, folder, kind_of(file))


def store_as(file: UploadedFile, folder: str, ending: str) -> str:
    """The same for a file whose ending the content is known to deserve."""
    file.seek(0)
    return default_storage.save(f"{folder}/{uuid4().hex}{ending}", ContentFile(file.read()))


class DocumentField(forms.FileField):
    """A PDF or a picture of at most 10 MB."""

    accept = ".pdf,.png,.jpg,.jpeg"
    kinds: Mapping[str, Any] = DOCUMENTS

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.FileInput(attrs={"accept": self.accept}))
        super().__init__(allow_empty_file=False, **kwargs)
        self.error_messages["empty"] = _("Filen är tom. Välj en annan fil.")

    def clean(self, data: Any, initial: Any = None) -> Any:
        file = super().clean(data, initial)
        if not isinstance(file, UploadedFile):
            return file
        if (file.size or 0) > MAX_BYTES:
            raise ValidationError(_("Filen är för stor. Den får vara högst 10 MB."))
        file.name = shown_name(file.name or "", self.judge(file))
        return file

    def judge(self, file: UploadedFile) -> str:
        """The ending that the content deserves. Raises ValidationError."""
        return harmless_kind(file, self.kinds)


class AnyDocumentField(DocumentField):
    """A PDF, a picture, a word processor file or a spreadsheet of at most 10 MB."""

    accept = ",".join([*CONTENT_TYPES, ".jpeg"])
    kinds = ANY_DOCUMENTS


class AttachmentField(DocumentField):
    """What belongs to an answer: a PDF, a DOCX or ODT text, or a picture, of at most 10 MB."""

    accept = ".pdf,.docx,.odt,.png,.jpg,.jpeg"
    kinds = ATTACHMENTS


def download(stored_name: str, shown: str) -> HttpResponse:
    """The stored file as one to save. Should a browser show it after all, nothing in it runs."""
    ending = stored_name[stored_name.rindex(".") :]
    with default_storage.open(stored_name) as file:
        response = HttpResponse(file.read(), content_type=CONTENT_TYPES[ending])
    disposition = content_disposition_header(True, shown)
    response.headers["Content-Disposition"] = disposition or "attachment"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
