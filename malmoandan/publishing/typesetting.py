"""Sets pages with WeasyPrint, and finishes the file so that it keeps to both standards.

Of the portal only publishing/pdf.py imports this module, when a PDF is to be made.
"""

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import page as page_validation
import pydyf
from weasyprint import HTML, Attachment, Document, URLFetcher
from weasyprint.text.fonts import FontConfiguration

from malmoandan.publishing.fonts import only_our_fonts
from malmoandan.publishing.pdf import NO_GLYPH, PDFError, SourceFile

# Pango is not safe in two threads.
_one_at_a_time = threading.Lock()

PDFUA_METADATA = b"""<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<pdfuaid:part>1</pdfuaid:part></rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 to which the file conforms</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
</rdf:RDF>"""


def typeset(
    name: str, html: str, made_at: datetime, files: list[SourceFile], fillable: bool
) -> bytes:
    """The HTML as a PDF that keeps to both standards. Raises PDFError, which tells the `name`."""
    with _one_at_a_time, _calm_collector():
        try:
            pdf = _write(html, made_at, files, fillable)
        except _MissingGlyphs as missing:
            html = html.translate(dict.fromkeys(missing.codepoints, NO_GLYPH))
            pdf = _write(html, made_at, files, fillable)
    if problems := standards_broken(pdf):
        raise PDFError(f"{name}: " + "; ".join(problems))
    return pdf


# The validator guards itself against hostile files; ours are long. A list of bookmarks is a chain.
_OUR_LIMITS = page_validation.SafetyLimits(max_reference_depth=20_000, max_table_grid_rows=20_000)


def standards_broken(data: bytes) -> list[str]:
    """What keeps the file from being PDF/A-3a and PDF/UA-1 at once; empty when it is both."""
    return [
        f"{failure.rule_id} {failure.message}"
        for profile in ("3a", "ua1")
        for failure in page_validation.validate_pdf_bytes(
            data, profile=profile, limits=_OUR_LIMITS
        ).failures
        # A false alarm: it counts the line feed before endstream as part of the stream.
        if not failure.rule_id.endswith("STREAM-LENGTH-001")
    ]


class _MissingGlyphs(Exception):
    def __init__(self, codepoints: set[int]) -> None:
        self.codepoints = codepoints


def _write(html: str, made_at: datetime, files: list[SourceFile], fillable: bool) -> bytes:
    fetcher = URLFetcher(allowed_protocols={"data"}, allow_redirects=False, fail_on_errors=True)
    with only_our_fonts():
        fonts = FontConfiguration()
    document = HTML(string=html, url_fetcher=fetcher).render(font_config=fonts, pdf_forms=fillable)
    attachments = [_attachment(file, made_at, fetcher) for file in files]
    return document.write_pdf(pdf_variant="pdf/a-3a", finisher=_finish, attachments=attachments)


def _attachment(file: SourceFile, made_at: datetime, fetcher: URLFetcher) -> Attachment:
    return Attachment(
        string=file.content,
        name=file.name,
        description=file.description,
        created=made_at,
        modified=made_at,
        relationship=file.relationship,
        url_fetcher=fetcher,
    )


@contextmanager
def _calm_collector() -> Iterator[None]:
    """Python's cycle collector, told to leave the page tree alone: it made the cost quadratic."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(200_000, 50, 1000)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def _finish(document: Document, pdf: pydyf.PDF) -> None:
    """Last touches before the file is written; WeasyPrint calls it."""
    missing = {code for font in document.fonts.values() for code in font.missing}
    if missing:
        raise _MissingGlyphs(missing)
    _promise_both_standards(pdf)
    _mark_footers_as_artifacts(pdf)
    _name_languages(document, pdf)
    _map_every_glyph(pdf)
    _give_fields_appearances(document, pdf)


def _promise_both_standards(pdf: pydyf.PDF) -> None:
    """State PDF/UA-1 beside PDF/A-3a in the one rdf:RDF, which readers must find uncompressed."""
    metadata = _resolve(pdf, pdf.catalog["Metadata"])
    metadata.stream = [metadata.stream[0].replace(b"</rdf:RDF>", PDFUA_METADATA)]
    metadata.compress = False


def _mark_footers_as_artifacts(pdf: pydyf.PDF) -> None:
    """Page numbers are no part of what is read: WeasyPrint leaves them marked, but in no tree."""
    root = _resolve(pdf, pdf.catalog["StructTreeRoot"])
    owners_by_page = _resolve(pdf, root["ParentTree"])["Nums"][1::2]
    in_tree = set(_descendants(pdf, root))
    pages = [_resolve(pdf, reference) for reference in pdf.page_references]
    for page, owners in zip(pages, owners_by_page, strict=False):  # annotations come after pages
        outside = {mcid for mcid, owner in enumerate(owners) if _number(owner) not in in_tree}
        operators = _resolve(pdf, page["Contents"]).stream
        for position, operand in enumerate(operators):
            if isinstance(operand, dict) and operand.get("MCID") in outside:
                operators[position - 1] = b"/Artifact"
                operators[position] = b"<</Type /Pagination>>"
        for mcid in outside:
            owners[mcid] = b"null"


def _name_languages(document: Document, pdf: pydyf.PDF) -> None:
    """An article with a language of its own keeps it: the Swedish text in an English frame."""
    languages = {
        box.element.get("lang")
        for page in document.pages
        for box in page._page_box.descendants()
        if box.element is not None and box.element_tag == "article"
    }
    if len(languages) > 1:
        raise PDFError("All articles of one document must share one language.")
    for element in pdf.objects:
        if isinstance(element, dict) and element.get("S") == "/Art" and None not in languages:
            element["Lang"] = pydyf.String(*languages)


def _map_every_glyph(pdf: pydyf.PDF) -> None:
    """Letters drawn as several glyphs (Devanagari) leave some without a character of their own.

    An empty mapping is malformed: such a glyph reads as a zero width space.
    """
    for stream in pdf.objects:
        if isinstance(stream, pydyf.Stream) and b"endcmap" in stream.stream:
            stream.stream = [line.replace(b"> <>", b"> <200b>") for line in stream.stream]


def _give_fields_appearances(document: Document, pdf: pydyf.PDF) -> None:
    """PDF/A shows what the file says, not what a reader makes up: an empty field looks empty."""
    form = pdf.catalog.get("AcroForm")
    if form is None:
        return
    form.pop("NeedAppearances")
    for reference in form["Fields"]:
        field = _resolve(pdf, reference)
        left, top, right, bottom = field["Rect"]
        extra = {
            "Type": "/XObject",
            "Subtype": "/Form",
            "BBox": pydyf.Array((0, 0, abs(right - left), abs(top - bottom))),
        }
        empty = pydyf.Stream([b"/Tx BMC EMC"], extra)
        pdf.add_object(empty)
        if "AP" in field:  # a box to tick has its look when ticked already
            field["AP"]["N"]["Off"] = empty.reference
        else:
            field["AP"] = pydyf.Dictionary({"N": empty.reference})


def _number(reference: bytes) -> int:
    return int(reference.split()[0])


def _resolve(pdf: pydyf.PDF, reference: bytes) -> Any:
    return pdf.objects[_number(reference)]


def _descendants(pdf: pydyf.PDF, element: pydyf.Dictionary) -> Iterator[int]:
    waiting = [element]
    while waiting:
        for kid in waiting.pop().get("K", ()):
            if isinstance(kid, bytes):
                yield _number(kid)
                waiting.append(_resolve(pdf, kid))
