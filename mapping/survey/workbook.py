"""A handed in workbook as lines: what stands in which row, under which heading. Judges no content.

Formulas are refused rather than computed, and what a hostile file could do is stopped before:
macros, entities and bombs by `publishing.files`, XML tricks by defusedxml, size by the limits here.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import IO, Any

from malmoandan.organisations.likeness import folded
from mapping.models.parties import FIRST_YEAR, LAST_YEAR
from mapping.survey.sheets import COOPERATIONS, NEW, PARTIES, Column, Layout

MOST_ROWS = 20_000
MOST_SCANNED = 60_000  # rows that look used but are empty
MOST_COLUMNS = 150
FORMULA, ERROR = "f", "e"
REQUIRED = {COOPERATIONS: {"title"}, PARTIES: {"number", "party"}, NEW: {"name"}}


class UnreadableFile(ValueError):
    """The file as a whole cannot be read; the text says why, in Swedish."""


@dataclass
class Problem:
    """One thing that is wrong: where, what stands there, and why it cannot be used."""

    sheet: str
    row: int
    column: str
    value: str
    text: str


@dataclass
class Line:
    """One row with content: its cells by the columns' keys, without the empty ones."""

    sheet: str
    row: int
    cells: dict[str, Any]
    problems: list[Problem] = field(default_factory=list)
    headings: Mapping[str, str] = field(default_factory=dict)

    def wrong(self, key: str, text: str) -> None:
        value = self.cells.get(key)
        shown = "" if value is None else str(value)[:120]
        heading = self.headings.get(key, key)
        self.problems.append(Problem(self.sheet, self.row, heading, shown, text))


Lines = dict[str, list[Line]]


def read(file: IO[bytes], layout: Layout) -> Lines:
    """The lines of each sheet. Raises UnreadableFile."""
    from openpyxl import load_workbook  # loads much, and few processes ever read a sheet

    # What a damaged or hostile part makes the reader raise is not a closed list.
    try:
        book = load_workbook(file, read_only=True, data_only=False, keep_links=False)
    except Exception as error:
        raise UnreadableFile(_DAMAGED) from error
    try:
        return {name: list(_lines(book, name, columns)) for name, columns in layout.sheets.items()}
    except UnreadableFile:
        raise
    except Exception as error:
        raise UnreadableFile(_DAMAGED) from error
    finally:
        book.close()


def _lines(book: Any, name: str, columns: list[Column]) -> Iterator[Line]:
    if name not in book.sheetnames:
        if name == COOPERATIONS:
            raise UnreadableFile(f"Fliken ”{name}” saknas. Använd mallen som du hämtar här.")
        return
    rows = book[name].iter_rows(max_col=MOST_COLUMNS)
    places = _places(name, next(rows, ()), columns)
    headings = {key: heading for key, heading in places.values()}
    used = 0
    for number, cells in enumerate(rows, start=2):
        line = Line(name, number, {}, headings=headings)
        for place, (key, _heading) in places.items():
            if place < len(cells):
                _take(line, key, cells[place])
        if set(line.cells) - {"number"} or line.problems:
            used += 1
            yield line
        if used > MOST_ROWS or number > MOST_SCANNED:
            raise UnreadableFile(
                f"Fliken ”{name}” har för många rader. Högst {MOST_ROWS} går på en gång."
            )


def _take(line: Line, key: str, cell: Any) -> None:
    value = cell.value
    if value is None or (isinstance(value, str) and not value.strip()):
        return
    line.cells[key] = value
    if cell.data_type == FORMULA:
        line.wrong(key, "Rutan har en formel. Skriv värdet i stället.")
        line.cells[key] = None
    elif cell.data_type == ERROR:
        line.wrong(key, "Rutan visar ett fel från kalkylprogrammet. Skriv värdet.")
        line.cells[key] = None


def _places(name: str, cells: Any, columns: list[Column]) -> dict[int, tuple[str, str]]:
    """Which column of the sheet holds what, by the headings, in whatever order they stand."""
    known = {folded(column.heading): column for column in columns}
    found: dict[int, tuple[str, str]] = {}
    for place, cell in enumerate(cells):
        heading = str(cell.value or "").strip()
        column = known.get(folded(heading))
        year = re.fullmatch(r"kronor ([0-9]{4})", folded(heading))
        if column:
            found[place] = column.key, column.heading
        elif year and name == PARTIES and FIRST_YEAR <= int(year[1]) <= LAST_YEAR:
            found[place] = f"year:{year[1]}", heading
    keys = [key for key, _heading in found.values()]
    for column in columns:
        if column.key in REQUIRED[name] and column.key not in keys:
            raise UnreadableFile(
                f"Kolumnen ”{column.heading}” saknas i fliken ”{name}”. Ändra inte rubrikerna."
            )
    twice = {key for key in keys if keys.count(key) > 1}
    if twice:
        headings = ", ".join(sorted({heading for key, heading in found.values() if key in twice}))
        raise UnreadableFile(f"Fliken ”{name}” har samma rubrik två gånger: {headings}.")
    return found


_DAMAGED = "Filen går inte att läsa. Spara den som XLSX i kalkylprogrammet och försök igen."
