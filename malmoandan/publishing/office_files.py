"""Word processor files and spreadsheets: zip files, judged by what they say they hold.

Nothing is unpacked to disk or shown in the portal. What could harm who opens the file (macros,
controls) or the portal (zip bombs) is refused, and so is what nobody could read (encryption).
"""

import io
import struct
import zipfile
import zlib
from xml.etree import ElementTree

MOST_PARTS = 5_000
MOST_UNPACKED_BYTES = 150 * 1024 * 1024
LARGEST_LIST_BYTES = 2 * 1024 * 1024

_MAIN = "application/vnd.openxmlformats-officedocument."
OOXML = {
    f"{_MAIN}wordprocessingml.document.main+xml": ".docx",
    f"{_MAIN}spreadsheetml.sheet.main+xml": ".xlsx",
}
OPEN_DOCUMENT = {
    "application/vnd.oasis.opendocument.text": ".odt",
    "application/vnd.oasis.opendocument.spreadsheet": ".ods",
}
# Others unfold without a limit on memory.
_COMPRESSIONS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
# Folders and files that hold code, in either family of formats.
_CODE = ("vbaproject", "vbadata", "macrosheets/", "activex", "basic/", "scripts/")


# What zipfile and the XML parser raise when the bytes do not add up.
_DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError),
    *(KeyError, struct.error, ElementTree.ParseError, UnicodeDecodeError),
)


class UnsafeFile(ValueError):
    """The file holds macros, is encrypted, or unfolds beyond reason."""


class UnknownFile(ValueError):
    """The file is none of the formats, or damaged."""


def kind_of_office_file(content: bytes) -> str:
    """Return .docx, .xlsx, .odt or .ods by the content. Raises UnsafeFile or UnknownFile."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            kind = _kind(archive, _safe_names(archive))
            if archive.testzip() is not None:
                raise UnknownFile("damaged")
            return kind
    except _DAMAGED as error:
        raise UnknownFile("damaged") from error


def _safe_names(archive: zipfile.ZipFile) -> set[str]:
    parts = archive.infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED_BYTES:
        raise UnsafeFile("too large when unpacked")
    if any(part.compress_type not in _COMPRESSIONS for part in parts):
        raise UnsafeFile("compressed in a way that no office program uses")
    if any(part.flag_bits & 1 for part in parts):
        raise UnsafeFile("encrypted")
    names = [part.filename for part in parts]
    if len(set(names)) != len(names):  # readers disagree about which of two to open
        raise UnsafeFile("two parts of one name")
    if any(mark in name.lower() for name in names for mark in _CODE):
        raise UnsafeFile("macros")
    return set(names)


def _kind(archive: zipfile.ZipFile, names: set[str]) -> str:
    if "mimetype" in names:
        return _kind_of_open_document(archive)
    types = _content_types(archive)
    if any("macro" in kind.lower() or "vba" in kind.lower() for kind in types):
        raise UnsafeFile("macros")
    kinds = {OOXML[kind] for kind in types if kind in OOXML}
    if len(kinds) != 1:
        raise UnknownFile("neither a text nor a spreadsheet")
    return kinds.pop()


def _kind_of_open_document(archive: zipfile.ZipFile) -> str:
    kind = OPEN_DOCUMENT.get(_read(archive, "mimetype").decode().strip())
    if kind is None:
        raise UnknownFile("another kind of document")
    if b"encryption-data" in _read(archive, "META-INF/manifest.xml"):
        raise UnsafeFile("encrypted")
    return kind


def _content_types(archive: zipfile.ZipFile) -> list[str]:
    listing = _read(archive, "[Content_Types].xml")
    if b"<!" in listing.replace(b"<!--", b""):  # a document type is where entity bombs live
        raise UnsafeFile("declares entities")
    root = ElementTree.fromstring(listing)  # noqa: S314 - without entities, see above
    return [element.get("ContentType", "") for element in root]


def _read(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        content = part.read(LARGEST_LIST_BYTES + 1)
    if len(content) > LARGEST_LIST_BYTES:
        raise UnsafeFile("too large when unpacked")
    return content
