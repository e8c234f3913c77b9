"""A compilation as a workbook: what can be sorted, filtered and counted anew. No formulas."""

import io
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import xlsxwriter

from challenges.remiss.compilation.contents import Answer, Compilation
from challenges.remiss.compilation.fields import FIELDS
from challenges.remiss.compilation.reading import for_xml, key_figures, section_title

# Excel's limit for one cell is 32,767; a longer text goes on in the row below.
MOST_CHARACTERS = 32_000
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "yyyy-mm-dd",
}
Cell = str | int | bool | date | None


def render_spreadsheet(compilation: Compilation) -> bytes:
    """The whole compilation as .xlsx."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, OPTIONS) as workbook:
        workbook.set_properties(
            {
                "title": f"Sammanställning av remissvar: {compilation.title}"[:255],
                "author": "Malmöandan",
                "comments": compilation.address,
                "created": compilation.made_at.replace(tzinfo=None),
            }
        )
        sheets = _Sheets(workbook)
        sheets.add("Översikt", ["Vad", "Antal"], _overview(compilation), [44, 60])
        sheets.add("Remissinstanser", *_bodies(compilation))
        sheets.add("Ställningstaganden", *_positions(compilation))
        sheets.add("Svar", *_answers(compilation))
        sheets.add("Synpunkter", *_texts(compilation))
        sheets.add("Så här blev det", *_outcomes(compilation))
        sheets.add("Om uppgifterna", ["Fält", "Rubrik", "Betydelse"], FIELDS, [28, 32, 110])
    return file.getvalue()


class _Sheets:
    def __init__(self, workbook: Any) -> None:
        self.workbook = workbook
        self.bold = workbook.add_format({"bold": True})
        self.wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})

    def add(
        self,
        name: str,
        head: Sequence[str],
        rows: Iterable[Sequence[Cell]],
        widths: Sequence[int],
    ) -> None:
        sheet = self.workbook.add_worksheet(name)
        for position, width in enumerate(widths):
            sheet.set_column(position, position, width)
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, head, self.bold)
        number = 0
        for number, row in enumerate(rows, start=1):
            for position, value in enumerate(row):
                self._write(sheet, number, position, value)
        sheet.autofilter(0, 0, number, len(head) - 1)

    def _write(self, sheet: Any, row: int, position: int, value: Cell) -> None:
        if isinstance(value, bool):
            sheet.write_string(row, position, "Ja" if value else "Nej")
        elif isinstance(value, str):
            sheet.write_string(row, position, for_xml(value), self.wrapped)
        elif isinstance(value, date):
            sheet.write_datetime(row, position, value)
        elif value is not None:
            sheet.write_number(row, position, value)


def _overview(compilation: Compilation) -> Iterable[Sequence[Cell]]:
    yield "Rubrik", compilation.title
    yield "Diarienummer", compilation.registry_number
    yield "Avsändare", compilation.sender
    yield "Sista svarsdag", compilation.due_date
    yield "Läge", compilation.phase
    yield "Sammanställd", compilation.made_at.strftime("%Y-%m-%d %H.%M")
    yield "Källa", compilation.address
    yield from key_figures(compilation.figures)
    for event in compilation.events:
        yield f"{event.day.isoformat()} {event.what}", event.reason


def _bodies(compilation: Compilation) -> tuple[list[str], Any, list[int]]:
    head = ["Namn", "Slag", "Svar", "Sista dag", "Referens"]
    rows = ((b.name, b.kind, b.status_label, b.last_day, b.reference) for b in compilation.bodies)
    return head, rows, [44, 16, 28, 12, 16]


def _positions(compilation: Compilation) -> tuple[list[str], Any, list[int]]:
    words = [word.label.capitalize() for word in compilation.positions]
    figures = compilation.figures
    rows = [
        (about, row.label, *row.counts, row.total)
        for about, counted in (("Helheten", figures.by_group), ("Avsnitt", figures.by_section))
        for row in counted
    ]
    return ["Gäller", "Rad", *words, "Svar"], rows, [12, 44, *[16] * len(words), 10]


def _answers(compilation: Compilation) -> tuple[list[str], Any, list[int]]:
    head = ["Referens", "Svarande", "Grupp", "Inbjuden", "För vems räkning", "Beslutat av"]
    head += ["Beslutsdatum", "Mottaget", "Sent", "Version", "Ställningstagande"]
    head += ["Sammanfattning", "Likalydande med", "Maskeringar", "Bilagor", "Adress"]
    rows = (_answer_row(answer) for answer in compilation.answers)
    return head, rows, [16, 40, 20, 10, 24, 20, 13, 12, 8, 8, 24, 80, 16, 10, 10, 40]


def _answer_row(answer: Answer) -> Sequence[Cell]:
    return (
        answer.reference,
        answer.name,
        answer.group_label,
        answer.invited,
        answer.on_behalf_of,
        answer.decided_by,
        answer.decided_on,
        answer.received_on,
        answer.late,
        answer.version,
        answer.position_label,
        answer.summary[:MOST_CHARACTERS],
        answer.campaign,
        len(answer.masks),
        len(answer.files),
        answer.address,
    )


def _texts(compilation: Compilation) -> tuple[list[str], Any, list[int]]:
    """The summaries, and every text under its section: each answer whole, campaigns too."""
    head = ["Avsnitt", "Rubrik", "Referens", "Svarande", "Ställningstagande", "Del", "Text"]
    return head, _text_rows(compilation), [8, 36, 16, 36, 24, 6, 100]


def _text_rows(compilation: Compilation) -> Iterable[Sequence[Cell]]:
    for answer in compilation.answers:
        for part, text in _parts(answer.summary):
            yield 0, "Sammanfattning", answer.reference, answer.name, "", part, text
    for section in compilation.sections:
        for answer in compilation.answers:
            for said in answer.texts:
                if said.section == section.number:
                    about = (section.number, section.title, answer.reference, answer.name)
                    for part, text in _parts(said.text) or [(1, "")]:
                        yield *about, said.position_label, part, text


def _parts(text: str) -> list[tuple[int, str]]:
    starts = range(0, len(text), MOST_CHARACTERS)
    return [(n, text[s : s + MOST_CHARACTERS]) for n, s in enumerate(starts, start=1)]


def _outcomes(compilation: Compilation) -> tuple[list[str], Any, list[int]]:
    head = ["Gäller", "Text", "Ändring i planen", "Länk", "Dag"]
    rows = (
        (
            o.reference
            or (section_title(compilation, o.section) if o.section else "Hela remissen"),
            o.text,
            o.change,
            o.link,
            o.day,
        )
        for o in compilation.outcomes
    )
    return head, rows, [36, 100, 36, 40, 12]
