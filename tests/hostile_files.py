"""Files that mean harm, by what they are, and harmless ones that look a little like them."""

import io
import struct
import warnings
import zipfile
import zlib

from PIL import Image

from tests.malmoandan.pages.publications import (
    XLSX_TYPE,
    office_file,
    open_document,
    zipped,
)

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
HTML = b"<!doctype html><script>alert(document.domain)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
MACRO_TYPE = "application/vnd.ms-word.document.macroEnabled.main+xml"
RELATIONSHIPS = "word/_rels/document.xml.rels"


def pdf(*objects: bytes, head: bytes = b"%PDF-1.7\n", tail: bytes = b"") -> bytes:
    """The least that begins and ends as a PDF, with these objects in it."""
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % (n, o) for n, o in enumerate(objects, start=1))
    return head + body + b"trailer <</Root 1 0 R>>\nstartxref\n0\n%%EOF\n" + tail


def packed(content: bytes, more: bytes = b"/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode"):
    """An object stream, where the objects cannot be seen in the file as it stands."""
    data = zlib.compress(content)
    return b"<<%s /Length %d>>\nstream\n%s\nendstream" % (more, len(data), data)


def picture(kind: str = "PNG", size=(40, 30), mode="RGB", **options) -> bytes:
    content = io.BytesIO()
    Image.new(mode, size).save(content, kind, **options)
    return content.getvalue()


def relationship(kind: str, target: str, mode: str = 'TargetMode="External"') -> str:
    row = f'<Relationship Id="r1" Type="x/{kind}" Target="{target}" {mode}/>'
    return f"<Relationships>{row}</Relationships>"


def odt(content: str) -> bytes:
    return open_document(**{"content.xml": content})


def _bomb(*, parts: int, megabytes: int) -> bytes:
    return office_file(
        **{f"word/media/{n}.png": b"\0" * (megabytes * 1024 * 1024) for n in range(parts)}
    )


def _huge_png() -> bytes:
    """200,000 by 200,000 pixels by its header, in a hundred bytes."""
    data = struct.pack("!IIBBBBB", 200_000, 200_000, 8, 2, 0, 0, 0)

    def chunk(kind: bytes, content: bytes) -> bytes:
        crc = zlib.crc32(kind + content)
        return struct.pack("!I", len(content)) + kind + content + struct.pack("!I", crc)

    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", data)
        + chunk(b"IDAT", zlib.compress(b""))
        + chunk(b"IEND", b"")
    )


def _twice_named() -> bytes:
    file = io.BytesIO(office_file())
    with zipfile.ZipFile(file, "a") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # zipfile finds it odd too
        archive.writestr("word/document.xml", "<other/>")
    return file.getvalue()


def _utf16(xml: str) -> bytes:
    return b"\xff\xfe" + xml.encode("utf-16-le")


XXE = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><w>&e;</w>'
LAUGHS = "<!DOCTYPE l [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;'>]><l>&b;</l>"

# What it is called, the name it comes under, and its content. Each is refused.
REFUSED: list[tuple[str, str, bytes]] = [
    ("a program", "svar.pdf", b"MZ\x90\x00" + b"\0" * 200),
    ("a shell script", "svar.pdf", b"#!/bin/sh\nrm -rf /\n"),
    ("a page with a script", "svar.pdf", HTML),
    ("an SVG with a script", "bild.png", SVG),
    ("an SVG under its own name", "bild.svg", SVG),
    ("EICAR", "svar.pdf", EICAR),
    ("EICAR in a zip file", "svar.zip", zipped({"eicar.com": EICAR})),
    ("EICAR in a text", "svar.docx", office_file(**{"word/media/image1.com": b"MZ" + EICAR})),
    ("a zip file", "svar.docx", zipped({"svar.txt": "Vi tillstyrker."})),
    ("a zip file in a zip file", "svar.docx", zipped({"a.zip": zipped({"b.zip": zipped({})})})),
    ("a gzip file", "svar.pdf", b"\x1f\x8b\x08" + b"\0" * 40),
    ("an old Word file", "svar.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512),
    ("RTF with an object", "svar.docx", rb"{\rtf1{\object\objdata 0105}}"),
    ("a GIF", "bild.png", picture("GIF")),
    ("a BMP", "bild.jpg", picture("BMP")),
    ("a spreadsheet", "svar.docx", office_file(XLSX_TYPE)),
    ("an e-book", "svar.odt", zipped({"mimetype": "application/epub+zip"})),
    # PDF
    ("a PDF that is cut off", "svar.pdf", pdf()[:20]),
    ("a page before a PDF", "svar.pdf", HTML + pdf()),
    ("a PDF and a zip file", "svar.pdf", pdf(tail=zipped({"x.html": HTML}))),
    ("a PDF and a program in Java", "svar.jar", pdf(tail=zipped({"META-INF/MANIFEST.MF": "x"}))),
    ("JavaScript", "svar.pdf", pdf(b"<</OpenAction <</S /JavaScript /JS (app.alert(1))>>>>")),
    ("JavaScript, spelt oddly", "svar.pdf", pdf(b"<</S /J#61vaScr#69pt /JS (x)>>")),
    ("JavaScript, packed", "svar.pdf", pdf(packed(b"5 0 <</S /JavaScript /JS (x)>>"))),
    ("JavaScript, packed in secret", "svar.pdf", pdf(packed(b"5 0 <</S /JavaScript>>", b"/X 1"))),
    ("a program to start", "svar.pdf", pdf(b"<</S /Launch /F (cmd.exe)>>")),
    (
        "a file in a PDF",
        "svar.pdf",
        pdf(b"<</Type /Filespec /EF <</F 2 0 R>>>>", b"<</Type /EmbeddedFile>>"),
    ),
    ("a form that sends itself", "svar.pdf", pdf(b"<</S /SubmitForm /F (http://x.example)>>")),
    ("an XFA form", "svar.pdf", pdf(b"<</AcroForm <</XFA [(a) 2 0 R]>>>>")),
    ("a film in a PDF", "svar.pdf", pdf(b"<</Subtype /RichMedia>>")),
    ("an encrypted PDF", "svar.pdf", pdf(b"<</Encrypt 3 0 R>>")),
    ("a PDF that unfolds", "svar.pdf", pdf(packed(b"5 0 " + b" " * 20_000_000))),
    (
        "objects packed oddly",
        "svar.pdf",
        pdf(packed(b"x", b"/Type /ObjStm /Filter [/ASCIIHexDecode /FlateDecode]")),
    ),
    # DOCX
    ("macros", "svar.docx", office_file(**{"word/vbaProject.bin": b"macro"})),
    ("a macro document", "svar.docx", office_file(MACRO_TYPE)),
    ("a control", "svar.docx", office_file(**{"word/activeX/activeX1.bin": b"x"})),
    (
        "an OLE object",
        "svar.docx",
        office_file(**{"word/embeddings/o.bin": b"\xd0\xcf\x11\xe0" + b"\0" * 99}),
    ),
    ("a program in a text", "svar.docx", office_file(**{"word/media/a.png": b"MZ\x90\0"})),
    ("a zip file in a text", "svar.docx", office_file(**{"word/media/a.png": zipped({"b": "c"})})),
    ("a text in a text", "svar.docx", office_file(**{"word/embeddings/a.docx": office_file()})),
    (
        "a workbook with a program in a text",
        "svar.docx",
        office_file(**{"word/embeddings/a.xlsx": office_file(XLSX_TYPE, **{"xl/x.bin": b"MZ"})}),
    ),
    (
        "a template from elsewhere",
        "svar.docx",
        office_file(**{RELATIONSHIPS: relationship("attachedTemplate", "http://x.example/t.dotm")}),
    ),
    (
        "a picture from elsewhere",
        "svar.docx",
        office_file(**{RELATIONSHIPS: relationship("image", "file://x.example/a.png")}),
    ),
    (
        "an object from elsewhere, spelt oddly",
        "svar.docx",
        office_file(
            **{RELATIONSHIPS: relationship("oleObject", "mhtml:a>b", 'TargetMode="&#69;xternal"')}
        ),
    ),
    (
        "DDE",
        "svar.docx",
        office_file(
            **{
                "word/document.xml": "<w:instrText>DDE</w:instrText>"
                "<w:instrText>AUTO c:\\\\cmd</w:instrText>"
            }
        ),
    ),
    (
        "DDE in one attribute",
        "svar.docx",
        office_file(**{"word/document.xml": '<w:fldSimple w:instr="&#68;DEAUTO cmd"/>'}),
    ),
    ("XXE in a text", "svar.docx", office_file(**{"word/document.xml": XXE})),
    ("XXE in UTF-16", "svar.docx", office_file(**{"word/document.xml": _utf16(XXE)})),
    ("a billion laughs", "svar.docx", office_file(**{"word/settings.xml": LAUGHS})),
    (
        "an odd encoding",
        "svar.docx",
        office_file(**{"word/a.xml": '<?xml version="1.0" encoding="UTF-7"?><a/>'}),
    ),
    ("a path out of the archive", "svar.docx", office_file(**{"../../evil.sh": "x"})),
    ("two parts of one name", "svar.docx", _twice_named()),
    ("a text that is a PDF too", "svar.docx", b"PK%PDF-1.7\n" + office_file()),
    ("a zip bomb", "svar.docx", _bomb(parts=4, megabytes=40)),
    ("6,000 parts", "svar.docx", zipped({f"part{n}": "" for n in range(6_000)})),
    # ODT
    ("macros in Basic", "svar.odt", open_document(**{"Basic/Standard/M.xml": "<x/>"})),
    (
        "a script on opening",
        "svar.odt",
        odt('<script:event-listener script:event-name="dom:load"/>'),
    ),
    (
        "a picture from the net",
        "svar.odt",
        odt('<draw:image xlink:href="https://x.example/a.png"/>'),
    ),
    (
        "a file on the reader's disk",
        "svar.odt",
        odt('<text:section-source xlink:href="file:///etc/passwd"/>'),
    ),
    ("DDE in ODT", "svar.odt", odt('<office:dde-source office:dde-application="soffice"/>')),
    ("XXE in ODT", "svar.odt", odt(XXE)),
    ("an encrypted ODT", "svar.odt", open_document(manifest="<m><encryption-data/></m>")),
    # Pictures
    ("a picture of 40 billion pixels", "bild.png", _huge_png()),
    ("a picture of 80 million pixels", "bild.png", picture(size=(20_000, 4_000), mode="1")),
    ("a picture that is cut off", "bild.png", picture()[:40]),
    ("a picture that is a zip file too", "bild.png", picture() + zipped({"x.html": HTML})),
    ("a picture that is a PDF too", "bild.jpg", picture("JPEG", comment=b"%PDF-1.7\n") + pdf()),
    ("nothing", "svar.pdf", b""),
    ("null bytes", "svar.pdf", b"\0" * 4096),
]

# Names that mean harm. Their content is a good PDF, and this is what they become.
NAMES: list[tuple[str, str]] = [
    ("../../../etc/passwd", "passwd.pdf"),
    ("..\\..\\windows\\system32\\cmd.exe", "cmd.pdf"),
    ("/etc/cron.d/evil", "evil.pdf"),
    ("svar\u202efdp.exe", "svarfdp.pdf"),
    ("svar.pdf.exe", "svar.pdf.pdf"),
    ("svar\r\nSet-Cookie: a=b.pdf", "svarSet-Cookie ab.pdf"),
    ('svar";filename=evil.html', "svarfilenameevil.pdf"),
    ("<img src=x onerror=alert(1)>.pdf", "img srcx onerroralert(1).pdf"),
    ("\x1b[31mrött.pdf", "31mrött.pdf"),
    ("CON.pdf", "CON.pdf"),
    (".htaccess", "fil.pdf"),
    ("å" * 5_000 + ".pdf", "å" * 80 + ".pdf"),
    ("\u200b\u2060.pdf", "fil.pdf"),
    ("=HYPERLINK(1).pdf", "HYPERLINK(1).pdf"),
]

# Ordinary files that a quick judge could take for hostile ones.
TAKEN: list[tuple[str, bytes, str]] = [
    ("a PDF", pdf(b"<</Type /Catalog /OpenAction [3 0 R /Fit]>>"), ".pdf"),
    ("a PDF with packed objects", pdf(packed(b"5 0 <</Type /Page>>")), ".pdf"),
    ("a PDF with a link", pdf(b"<</S /URI /URI (https://malmo.se)>>"), ".pdf"),
    ("a text", office_file(), ".docx"),
    (
        "a text with a link",
        office_file(**{RELATIONSHIPS: relationship("hyperlink", "https://malmo.se")}),
        ".docx",
    ),
    (
        "a text with a diagram",
        office_file(**{"word/embeddings/a.xlsx": office_file(XLSX_TYPE)}),
        ".docx",
    ),
    (
        "a text with a page number",
        office_file(**{"word/document.xml": "<w:instrText>PAGE</w:instrText>"}),
        ".docx",
    ),
    (
        "an ODT with a picture",
        odt('<office:scripts/><draw:image xlink:href="Pictures/a.png"/>'),
        ".odt",
    ),
    ("a PNG", picture(), ".png"),
    ("a JPEG", picture("JPEG"), ".jpg"),
    ("a page behind the beginning of a PDF", pdf(tail=HTML), ".pdf"),
    ("a JPEG with a page in its comment", picture("JPEG", comment=HTML), ".jpg"),
]
