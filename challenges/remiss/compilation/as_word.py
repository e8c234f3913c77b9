"""A compilation as one Word file, with real headings, so that it can be edited and navigated.

Paragraphs are written as XML of our own making: python-docx looks its styles up for each, which
takes minutes for a thousand answers.
"""

import io
from collections.abc import Iterable, Sequence
from typing import Any

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from challenges.remiss.compilation.chapters import chapters
from challenges.remiss.compilation.contents import Answer, Compilation, Outcome, PositionRow
from challenges.remiss.compilation.reading import (
    for_xml,
    key_figures,
    others_like,
    paragraphs,
    section_title,
)

LANGUAGE = "sv-SE"


def render_word(compilation: Compilation) -> bytes:
    """The whole compilation as .docx."""
    document = _empty_document(compilation)
    writer = _Writer(document)
    writer.paragraph(f"Sammanställning av remissvar: {compilation.title}", "Title")
    _write_facts(writer, compilation)
    _write_contents(writer, compilation)
    _write_overview(writer, compilation)
    _write_positions(writer, compilation)
    _write_outcomes(writer, compilation)
    _write_bodies(writer, compilation)
    _write_answers(writer, compilation)
    _write_texts(writer, compilation)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


class _Writer:
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

    def table(self, head: Sequence[str], rows: Iterable[Sequence[str | int]]) -> None:
        """A table whose first row is repeated on every page."""
        table = OxmlElement("w:tbl")
        table.append(_table_properties(self.ids["Table Grid"]))
        grid = OxmlElement("w:tblGrid")
        for _title in head:
            grid.append(OxmlElement("w:gridCol"))
        table.append(grid)
        table.append(self._row(head, header=True))
        for row in rows:
            table.append(self._row(row))
        self.end.addprevious(table)
        self.paragraph("")

    def _row(self, values: Sequence[str | int], *, header: bool = False) -> Any:
        row = OxmlElement("w:tr")
        properties = OxmlElement("w:trPr")
        properties.append(OxmlElement("w:cantSplit"))
        if header:
            properties.append(OxmlElement("w:tblHeader"))
        row.append(properties)
        for value in values:
            cell = OxmlElement("w:tc")
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


def _table_properties(style: str) -> Any:
    properties = OxmlElement("w:tblPr")
    name, look = OxmlElement("w:tblStyle"), OxmlElement("w:tblLook")
    name.set(qn("w:val"), style)
    look.set(qn("w:firstRow"), "1")
    width = OxmlElement("w:tblW")
    width.set(qn("w:type"), "pct")
    width.set(qn("w:w"), "5000")
    for part in (name, width, look):
        properties.append(part)
    return properties


def _empty_document(compilation: Compilation) -> WordDocument:
    document = Document()
    facts = document.core_properties
    facts.title = for_xml(f"Sammanställning av remissvar: {compilation.title}")[:255]
    facts.author = "Malmöandan"
    facts.language = LANGUAGE
    facts.comments = compilation.address
    facts.created = facts.modified = compilation.made_at
    page = document.sections[0]
    page.orientation = WD_ORIENT.PORTRAIT
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2.5)
    styles = document.styles
    _speak_swedish(styles)
    for name in ("Title", "Heading 1", "Heading 2", "Heading 3"):
        styles[name].font.color.rgb = RGBColor(0x0C, 0x3A, 0x44)
    for name, bold in (("Table Head", True), ("Table Text", False)):
        style = styles.add_style(name, 1)
        style.base_style = styles["Normal"]
        style.font.size, style.font.bold = Pt(9), bold
        style.paragraph_format.space_after = Pt(0)
    return document


def _speak_swedish(styles: Any) -> None:
    """The template's language is English: a screen reader would read Swedish aloud as that."""
    for language in styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), LANGUAGE)


def _write_facts(writer: _Writer, compilation: Compilation) -> None:
    facts = [
        ("Diarienummer", compilation.registry_number),
        ("Avsändare", compilation.sender),
        ("Sista svarsdag", compilation.due_date.isoformat()),
        ("Läge", compilation.phase),
        ("Sammanställd", compilation.made_at.strftime("%Y-%m-%d %H.%M")),
        ("På webben", compilation.address),
    ]
    for label, value in facts:
        if value:
            writer.paragraph(f"{label}: {value}")


def _write_contents(writer: _Writer, compilation: Compilation) -> None:
    writer.heading("Innehåll", 1)
    shown = ["Översikt", "Ställningstaganden"]
    shown += ["Så här blev det"] if compilation.outcomes else []
    shown += ["Remissinstanser", "Svaren och deras sammanfattningar"]
    shown += [section.title for section in compilation.sections]
    writer.field('TOC \\o "1-1" \\h \\z \\u', shown)


def _write_overview(writer: _Writer, compilation: Compilation) -> None:
    writer.heading("Översikt", 1)
    writer.table(["Vad", "Antal"], key_figures(compilation.figures))
    for event in compilation.events:
        writer.paragraph(f"{event.day.isoformat()}: {event.what}. {event.reason}".strip())


def _write_positions(writer: _Writer, compilation: Compilation) -> None:
    figures = compilation.figures
    writer.heading("Ställningstaganden", 1)
    writer.heading("Helheten, efter vem som svarar", 2)
    _write_counts(writer, compilation, "Grupp", figures.by_group)
    if figures.by_section:
        writer.heading("Avsnitt för avsnitt", 2)
        _write_counts(writer, compilation, "Avsnitt", figures.by_section)


def _write_counts(
    writer: _Writer, compilation: Compilation, head: str, rows: list[PositionRow]
) -> None:
    words = [word.label.capitalize() for word in compilation.positions]
    writer.table([head, *words, "Svar"], [[r.label, *r.counts, r.total] for r in rows])


def _write_outcomes(writer: _Writer, compilation: Compilation) -> None:
    if not compilation.outcomes:
        return
    writer.heading("Så här blev det", 1)
    for outcome in compilation.outcomes:
        writer.heading(_about(compilation, outcome), 2)
        writer.texts(outcome.text)
        change = [outcome.day.isoformat(), outcome.change, outcome.link]
        writer.paragraph(" · ".join(part for part in change if part))


def _about(compilation: Compilation, outcome: Outcome) -> str:
    if outcome.reference:
        return f"Till svar {outcome.reference}"
    if outcome.section is not None:
        return section_title(compilation, outcome.section)
    return "Hela remissen"


def _write_bodies(writer: _Writer, compilation: Compilation) -> None:
    writer.heading("Remissinstanser", 1)
    if not compilation.bodies:
        writer.paragraph("Ingen var särskilt inbjuden.")
        return
    writer.table(
        ["Namn", "Slag", "Svar", "Sista dag", "Referens"],
        [
            [
                body.name,
                body.kind,
                body.status_label.capitalize(),
                body.last_day.isoformat(),
                body.reference,
            ]
            for body in compilation.bodies
        ],
    )


def _write_answers(writer: _Writer, compilation: Compilation) -> None:
    writer.heading("Svaren och deras sammanfattningar", 1)
    for answer in compilation.answers:
        if answer.is_first:
            writer.heading(answer.name, 2)
            writer.paragraph(_facts_of(answer))
            if answer.position_label:
                writer.paragraph(answer.position_label.capitalize(), "Intense Quote")
            writer.texts(answer.summary)
            _write_notes(writer, compilation, answer)


def _facts_of(answer: Answer) -> str:
    facts = [
        answer.reference,
        answer.group_label,
        f"mottaget {answer.received_on.isoformat()}",
        "för sent" if answer.late else "",
        f"version {answer.version}" if answer.version > 1 else "",
        f"för {answer.on_behalf_of}" if answer.on_behalf_of else "",
        f"beslutat av {answer.decided_by}" if answer.decided_by else "",
        answer.decided_on.isoformat() if answer.decided_on else "",
    ]
    return " · ".join(fact for fact in facts if fact)


def _write_notes(writer: _Writer, compilation: Compilation, answer: Answer) -> None:
    if answer.campaign:
        others = others_like(compilation, answer)
        writer.paragraph(f"{len(others) + 1} nästan likalydande svar. De andra: {_names(others)}")
    for mask in answer.masks:
        writer.paragraph(f"Maskerat {mask.day.isoformat()}: {mask.reason}. {mask.note}".strip())
    if answer.files:
        writer.paragraph("Bilagor på webben: " + ", ".join(file.name for file in answer.files))


def _write_texts(writer: _Writer, compilation: Compilation) -> None:
    for chapter in chapters(compilation):
        writer.heading(chapter.section.title, 1)
        if not chapter.entries:
            writer.paragraph("Ingen har skrivit om det här avsnittet.")
        for entry in chapter.entries:
            writer.heading(f"{entry.answer.name} ({entry.answer.reference})", 2)
            if entry.text.position_label:
                writer.paragraph(entry.text.position_label.capitalize(), "Intense Quote")
            writer.texts(entry.text.text)
            if entry.also:
                names = _names(entry.also)
                writer.paragraph(f"Nästan samma text i {len(entry.also)} svar till: {names}")


def _names(answers: Iterable[Answer]) -> str:
    return ", ".join(f"{answer.name} ({answer.reference})" for answer in answers)
