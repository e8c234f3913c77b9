"""Writes the parts of a Word file: headings, paragraphs, tables and fields, in Swedish.

Paragraphs are XML of our own making: python-docx looks its styles up for each, which takes minutes
for a thousand answers.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from challenges.remiss.compilation.reading import for_xml, paragraphs

LANGUAGE = "sv-SE"
TEXT_WIDTH = 9070  # the width between the margins, in twentieths of a point


def empty_document(*, title: str, comments: str, made_at: datetime) -> WordDocument:
    """An A4 document in Swedish, with the styles that the writer uses."""
    document = Document()
    facts = document.core_properties
    facts.title = for_xml(title)[:255]
    facts.author = "Malmöandan"
    facts.language = LANGUAGE
    facts.comments = comments
    facts.created = facts.modified = made_at
    page = document.sections[0]
    page.orientation = WD_ORIENT.PORTRAIT
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2.5)
    styles = document.styles
    _speak_swedish(styles)
    for name in ("Title", "Heading 1", "Heading 2", "Heading 3"):
        styles[name].font.color.rgb = RGBColor(0x0C, 0x3A, 0x44)
    for name, size, bold in (("Table Head", 7, True), ("Table Text", 9, False)):
        style = styles.add_style(name, 1)
        style.base_style = styles["Normal"]
        style.font.size, style.font.bold = Pt(size), bold
        style.paragraph_format.space_after = Pt(0)
    position = styles.add_style("Position", 1)
    position.base_style = styles["Normal"]
    position.font.bold = True
    position.paragraph_format.keep_with_next = True
    return document


def _speak_swedish(styles: Any) -> None:
    """The template's language is English: a screen reader would read Swedish aloud as that."""
    for language in styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), LANGUAGE)


class Writer:
    """Adds to the end of a document."""

    def __init__(self, document: WordDocument) -> None:
        self.body = document.element.body
        self.end = self.body.sectPr
        self.ids = {style.name: style.style_id for style in document.styles}

    def heading(self, text: str, level: int) -> None:
        self.paragraph(text, f"Heading {level}")

    def paragraph(self, text: str, style: str = "Normal") -> None:
        self.end.addprevious(self.made_paragraph(text, style))

    def texts(self, text: str) -> None:
        for part in paragraphs(text):
            self.paragraph(part)

    def made_paragraph(self, text: str, style: str = "Normal") -> Any:
        """The paragraph, not yet anywhere; a line feed in the text becomes a break."""
        paragraph = OxmlElement("w:p")
        if style != "Normal":
            properties = OxmlElement("w:pPr")
            name = OxmlElement("w:pStyle")
            name.set(qn("w:val"), self.ids[style])
            properties.append(name)
            paragraph.append(properties)
        run = OxmlElement("w:r")
        paragraph.append(run)
        for number, line in enumerate(for_xml(text).split("\n")):
            if number:
                run.append(OxmlElement("w:br"))
            words = OxmlElement("w:t")
            words.text = line
            words.set(qn("xml:space"), "preserve")
            run.append(words)
        return paragraph

    def field(self, code: str, shown: Sequence[str]) -> None:
        """A field that Word can bring up to date, and what it shows until then."""
        lines = [self.made_paragraph(text) for text in shown]
        first = lines[0]
        for position, part in enumerate(
            (_field_mark("begin"), _field_code(code), _field_mark("separate"))
        ):
            first.insert(position, part)
        lines[-1].append(_field_mark("end"))
        for line in lines:
            self.end.addprevious(line)

    def table(
        self, head: Sequence[str], rows: Iterable[Sequence[str | int]], widths: Sequence[int]
    ) -> None:
        """A table whose first row is repeated on every page; widths in hundredths of it."""
        table = OxmlElement("w:tbl")
        table.append(_table_properties(self.ids["Table Grid"]))
        grid = OxmlElement("w:tblGrid")
        for width in widths:
            column = OxmlElement("w:gridCol")
            column.set(qn("w:w"), str(width * TEXT_WIDTH // 100))
            grid.append(column)
        table.append(grid)
        table.append(self._row(head, widths, header=True))
        for row in rows:
            table.append(self._row(row, widths))
        self.end.addprevious(table)
        self.paragraph("")

    def _row(
        self, values: Sequence[str | int], widths: Sequence[int], *, header: bool = False
    ) -> Any:
        row = OxmlElement("w:tr")
        properties = OxmlElement("w:trPr")
        properties.append(OxmlElement("w:cantSplit"))
        if header:
            properties.append(OxmlElement("w:tblHeader"))
        row.append(properties)
        for value, width in zip(values, widths, strict=True):
            cell = OxmlElement("w:tc")
            cell.append(_cell_width(width))
            cell.append(self.made_paragraph(str(value), "Table Head" if header else "Table Text"))
            row.append(cell)
        return row


def _field_mark(kind: str) -> Any:
    run, mark = OxmlElement("w:r"), OxmlElement("w:fldChar")
    mark.set(qn("w:fldCharType"), kind)
    run.append(mark)
    return run


def _field_code(code: str) -> Any:
    run, text = OxmlElement("w:r"), OxmlElement("w:instrText")
    text.set(qn("xml:space"), "preserve")
    text.text = code
    run.append(text)
    return run


def _cell_width(hundredths: int) -> Any:
    """LibreOffice and Word on the web look at the cells, not at the grid."""
    properties, width = OxmlElement("w:tcPr"), OxmlElement("w:tcW")
    width.set(qn("w:type"), "pct")
    width.set(qn("w:w"), str(hundredths * 50))  # in fiftieths of a per cent
    properties.append(width)
    return properties


def _table_properties(style: str) -> Any:
    properties = OxmlElement("w:tblPr")
    name, look = OxmlElement("w:tblStyle"), OxmlElement("w:tblLook")
    name.set(qn("w:val"), style)
    look.set(qn("w:firstRow"), "1")
    width = OxmlElement("w:tblW")
    width.set(qn("w:type"), "pct")
    width.set(qn("w:w"), "5000")
    layout = OxmlElement("w:tblLayout")
    layout.set(qn("w:type"), "fixed")
    for part in (name, width, layout, look):
        properties.append(part)
    return properties
