"""Word processor files from strangers: refused when opening them would run or fetch something.

Beside macros (office_files.py) that is: templates, pictures and objects that are fetched from
elsewhere, programs and other files inside, fields that start a program (DDE), document types
(XXE). Ordinary links that a reader may click are left alone.
"""

import html
import io
import re
import zipfile

from malmoandan.publishing.office_files import UnknownFile, UnsafeFile, kind_of_office_file

LARGEST_XML_BYTES = 20 * 1024 * 1024

_XML = (".xml", ".rels", ".rdf", ".vml")
_PROGRAMS = (b"MZ", b"\x7fELF", b"\xd0\xcf\x11\xe0", b"#!", b"%PDF-", b"\xca\xfe\xba\xbe")
_ARCHIVES = (b"PK\x03\x04", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"MSCF", b"BZh", b"\xfd7zXZ")
# The rest of a tag: a ">" may stand inside quotes.
_REST = r"""\b(?:[^>"']|"[^"]*"|'[^']*')*>"""
_RELATIONSHIP = re.compile(r"<(?:[\w.-]+:)?Relationship" + _REST)
_EXTERNAL = re.compile(r"TargetMode\s*=\s*[\"']\s*External", re.I)
_HYPERLINK = re.compile(r"Type\s*=\s*[\"'][^\"']*/hyperlink[\"']", re.I)
_FIELD = re.compile(
    r"""<(?:[\w.-]+:)?instrText\b[^>]*>([^<]*)<|:instr\s*=\s*(?:"([^"]*)"|'([^']*)')"""
)
_ACTIVE_FIELD = re.compile(r"DDE|INCLUDETEXT|INCLUDEPICTURE", re.I)
# In OpenDocument, what is drawn or read from its link when the file is opened.
_FETCHED = re.compile(
    r"<(?:[\w.-]+:)(?:image|object|object-ole|plugin|applet|floating-frame|section-source"
    r"|table-source|dde-source|dde-connection-decl)" + _REST
)
_HREF = re.compile(r"href\s*=\s*[\"']([^\"']*)")
_SCRIPT = re.compile(r"<(?:[\w.-]+:)(?:event-listener|script)\b|vnd\.sun\.star\.script")


class ActiveFile(UnsafeFile):
    """Something in it would run, or be fetched, when somebody opens the file."""


def refuse_active_parts(archive: zipfile.ZipFile, *, inside: bool = False) -> None:
    """Look into every part of a DOCX or ODT that office_files.py has found to be one.

    Raises ActiveFile, UnsafeFile or UnknownFile. `inside`: it lies in another such file.
    """
    for part in archive.infolist():
        name = part.filename
        if name.startswith("/") or "\\" in name or ".." in name.split("/"):
            raise ActiveFile("a part that would be unpacked elsewhere")
        if name.lower().endswith(_XML):
            _refuse_active_text(_text(archive, part))
        elif not part.is_dir():
            _refuse_active_bytes(archive, part, inside)


def _text(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> str:
    if part.file_size > LARGEST_XML_BYTES:
        raise UnsafeFile("too large when unpacked")
    content = archive.read(part)
    encoding = "utf-16" if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    text = content.decode(encoding, "replace")
    declared = re.match(r"\s*<\?xml[^>]*encoding\s*=\s*[\"']([\w-]+)", text)
    # In any other encoding the words below could stand unseen.
    if "\0" in text or (declared and declared[1].lower() not in {"utf-8", "utf-16", "us-ascii"}):
        raise UnknownFile("in an encoding that no office program uses")
    return text


def _refuse_active_text(text: str) -> None:
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise ActiveFile("declares a document type")
    for found in _RELATIONSHIP.finditer(text):
        tag = html.unescape(found[0])
        if _EXTERNAL.search(tag) and not _HYPERLINK.search(tag):
            raise ActiveFile("fetches a part from elsewhere")
    fields = "".join("".join(words) for words in _FIELD.findall(text))
    if _ACTIVE_FIELD.search(html.unescape(fields)) or _SCRIPT.search(text):
        raise ActiveFile("a field or a script that runs")
    for found in _FETCHED.finditer(text):
        href = _HREF.search(found[0])
        if ":dde-" in found[0] or (href and _leads_out(html.unescape(href[1]))):
            raise ActiveFile("fetches a part from elsewhere")


def _leads_out(href: str) -> bool:
    return ":" in href or href.startswith(("/", "\\")) or ".." in href


def _refuse_active_bytes(archive: zipfile.ZipFile, part: zipfile.ZipInfo, inside: bool) -> None:
    with archive.open(part) as file:
        begin = file.read(16)
    if begin.startswith(_PROGRAMS) or begin.lstrip().lower().startswith((b"<script", b"<html")):
        raise ActiveFile("another file inside")
    # The figures behind a diagram lie in the document as a workbook of their own.
    if begin.startswith(_ARCHIVES) and (inside or not _is_quiet_workbook(archive.read(part))):
        raise ActiveFile("an archive inside")


def _is_quiet_workbook(content: bytes) -> bool:
    try:
        if kind_of_office_file(content) != ".xlsx":
            return False
    except UnknownFile:
        return False
    with zipfile.ZipFile(io.BytesIO(content)) as workbook:
        refuse_active_parts(workbook, inside=True)
    return True
