"""The spreadsheet: the same columns as a blank form, filled with last time's rows, or bad rows."""

import io
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import xlsxwriter
from django.utils import translation
from xlsxwriter.utility import xl_col_to_name

from malmoandan.organisations.models import Organisation
from mapping.models import Precision, SurveyRound
from mapping.survey.report import TEXTS, Report
from mapping.survey.sheets import (
    COOPERATIONS,
    HELP,
    LISTS,
    NEW,
    PARTIES,
    UNKNOWN,
    YES,
    Column,
    Layout,
    fixed_words,
)
from mapping.survey.workbook import Line, Lines

EMPTY_ROWS = 1000  # with drop-down lists and colours, below those that are filled
WRONG = "Fel"
_OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "yyyy-mm-dd",
    "in_memory": True,
}
Cells = Mapping[str, Any]


def filled(
    survey_round: SurveyRound,
    organisation: Organisation,
    layout: Layout,
    reports: Mapping[int, Report],
    names: Mapping[int, str],
) -> bytes:
    """The template with last time's rows. `names` are the organisations to choose among."""
    with translation.override("sv"):
        rows, parties = [], []
        for number, (key, said) in enumerate(reports.items(), start=1):
            rows.append(_row(number, key, said))
            parties += [_party(number, names[p], money) for p, money in said.parties.items()]
        sheets = {COOPERATIONS: rows, PARTIES: parties, NEW: []}
        return _workbook(survey_round, organisation, layout, sheets, list(names.values()))


def bad_rows(
    survey_round: SurveyRound,
    organisation: Organisation,
    layout: Layout,
    lines: Lines,
    names: Iterable[str],
) -> bytes:
    """The rows that could not be used, as they stood, with what is wrong in a last column.

    With them the other rows about the same cooperations, so that the file can be handed in too.
    """
    with translation.override("sv"):
        numbers = {
            line.cells.get("number")
            for name in (COOPERATIONS, PARTIES)
            for line in lines[name]
            if line.problems
        } - {None}
        sheets: dict[str, list[Cells]] = {
            name: [
                _as_it_stood(line)
                for line in found
                if line.problems or name == NEW or line.cells.get("number") in numbers
            ]
            for name, found in lines.items()
        }
        return _workbook(survey_round, organisation, layout, sheets, list(names), wrong=True)


def _as_it_stood(line: Line) -> Cells:
    said = " ".join(f"{problem.column}: {problem.text}" for problem in line.problems)
    stood = {problem.column: problem.value for problem in line.problems}
    cells = dict(line.cells)
    for key, heading in line.headings.items():
        if key in cells and cells[key] is None:  # a formula, shown as text
            cells[key] = stood.get(heading)
    return {**cells, "wrong": said}


def _row(number: int, key: int, said: Report) -> Cells:
    words = fixed_words()
    labels = {name: {v: w for w, v in words[name].items()} for name in ("former", "nivåer")}
    return {
        **{name: getattr(said, name) for name in TEXTS},
        "id": key,
        "version": said.fingerprint(),
        "number": number,
        "form": labels["former"].get(said.form, ""),
        "level": labels["nivåer"].get(said.level, ""),
        "starts": _day(said.starts_on, said.start_precision),
        "ends": _day(said.ends_on, said.end_precision),
        "ongoing": YES if said.ongoing else None,
        **{f"step:{step}": YES for step in said.steps},
        **{f"part:{part}": YES for part in said.city_parts},
        **{f"area:{area}": YES for area in said.areas},
    }


def _day(day: date | None, precision: str) -> date | int | None:
    return day.year if day and precision == Precision.YEAR else day


def _party(number: int, name: str, money: Mapping[int, int | None]) -> Cells:
    years = {f"year:{year}": UNKNOWN if sek is None else sek for year, sek in money.items()}
    return {"number": number, "party": name, **years}


def _workbook(
    survey_round: SurveyRound,
    organisation: Organisation,
    layout: Layout,
    sheets: Mapping[str, list[Cells]],
    names: list[str],
    *,
    wrong: bool = False,
) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, _OPTIONS) as book:
        book.set_properties({"title": f"{survey_round.name}: {organisation.name}"})
        formats = _formats(book)
        written = {name: book.add_worksheet(name) for name in sheets}
        help_sheet, lists = book.add_worksheet(HELP), book.add_worksheet(LISTS)
        ranges = _write_lists(lists, {**fixed_words(), "organisationer": names})
        for name, columns in layout.sheets.items():
            extra = [Column("wrong", WRONG, "Det här behöver rättas.", 60, wrapped=True)]
            columns = [*columns, *extra] if wrong else columns
            _write_sheet(written[name], columns, sheets[name], ranges, formats)
        _write_help(help_sheet, survey_round, organisation, formats)
        lists.protect()
        lists.hide()
    return file.getvalue()


def _formats(book: Any) -> dict[str, Any]:
    top = {"valign": "top", "locked": False}
    heading = {"bold": True, "text_wrap": True, "valign": "top", "border": 1, "bg_color": "#f1ecdf"}
    return {
        "heading": book.add_format(heading),
        "plain": book.add_format(top),
        "wrapped": book.add_format({**top, "text_wrap": True}),
        "day": book.add_format({**top, "num_format": "yyyy-mm-dd", "align": "left"}),
        "money": book.add_format({**top, "num_format": "# ##0"}),
        "locked": book.add_format({"valign": "top", "font_color": "#777777"}),
        "text": book.add_format({"text_wrap": True, "valign": "top"}),
    }


def _write_lists(sheet: Any, lists: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """A column for each list; returns where each stands, for the drop-down lists."""
    ranges = {}
    for place, (name, words) in enumerate(lists.items()):
        words = list(words)
        sheet.write_string(0, place, name)
        for row, word in enumerate(words, start=1):
            sheet.write_string(row, place, word)
        letter = xl_col_to_name(place)
        ranges[name] = f"={LISTS}!${letter}$2:${letter}${max(len(words), 1) + 1}"
    return ranges


def _write_sheet(
    sheet: Any,
    columns: list[Column],
    rows: list[Cells],
    ranges: Mapping[str, str],
    formats: Mapping[str, Any],
) -> None:
    last = len(rows) + EMPTY_ROWS
    for place, column in enumerate(columns):
        kind = _format_of(column)
        hidden = {"hidden": True} if column.hidden else {}
        sheet.set_column(place, place, column.width, formats[kind], hidden)
        sheet.write_string(0, place, column.heading, formats["heading"])
        if column.help:
            sheet.write_comment(0, place, column.help, {"x_scale": 2})
        if column.choices:
            sheet.data_validation(1, place, last, place, _choices(column, ranges))
    for number, cells in enumerate(rows, start=1):
        for place, column in enumerate(columns):
            _write_cell(sheet, number, place, cells.get(column.key), formats[_format_of(column)])
    sheet.set_row(0, 48)
    sheet.freeze_panes(1, 4 if len(columns) > 12 else 1)
    # Only headings and the hidden columns are locked; no password, so nobody is shut out.
    allowed = [
        *["format_cells", "format_columns", "format_rows", "insert_rows", "delete_rows"],
        *["sort", "autofilter", "select_locked_cells", "select_unlocked_cells"],
    ]
    sheet.protect("", dict.fromkeys(allowed, True))


def _format_of(column: Column) -> str:
    if column.hidden:
        return "locked"
    if column.key in {"starts", "ends"}:
        return "plain"  # a year is no date: each date brings its own format
    if column.key.startswith("year:"):
        return "money"
    return "wrapped" if column.wrapped else "plain"


def _choices(column: Column, ranges: Mapping[str, str]) -> dict[str, Any]:
    """Drop-down lists help, and the upload judges: a name may be typed that is on no list."""
    strict = column.choices != "organisationer"
    return {
        "validate": "list",
        "source": ranges[column.choices],
        "error_type": "stop" if strict else "information",
        "error_title": column.heading[:32],
        "error_message": "Välj ett av orden i listan." if strict else "Namnet står inte i listan.",
    }


def _write_cell(sheet: Any, row: int, place: int, value: Any, form: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, date):
        sheet.write_datetime(row, place, value)
    elif isinstance(value, bool):
        sheet.write_boolean(row, place, value, form)
    elif isinstance(value, int | float):
        sheet.write_number(row, place, value, form)
    else:
        sheet.write_string(row, place, str(value), form)


def _write_help(
    sheet: Any, survey_round: SurveyRound, organisation: Organisation, formats: Mapping[str, Any]
) -> None:
    sheet.set_column(0, 0, 100)
    last = f"{survey_round.last_day:%Y-%m-%d}" if survey_round.last_day else "–"
    lines = [
        f"{survey_round.name}: {organisation.name}. Sista dag: {last}.",
        "Fliken Samverkan har en rad för varje samverkan. Det ni rapporterade förra gången står "
        "redan där. Stämmer raden, låt den stå. Ändra det som är fel. Finns samverkan inte "
        "längre, skriv Ja i kolumnen Har upphört. Ta inte bort rader: en rad som saknas ändrar "
        "ingenting.",
        "En ny samverkan skriver ni på en tom rad under de andra, med ett eget nummer i Nr.",
        "Fliken Parter och pengar har en rad för varje part i varje samverkan, från båda "
        "sektorerna. Nr är numret på raden i fliken Samverkan. Pengar anges i hela kronor för "
        "varje år. Skriv ”vet inte” när beloppet är okänt: det är inte detsamma som 0.",
        "Finns en part inte i listan, skriv namnet under Part och lägg till organisationen i "
        "fliken Nya organisationer.",
        "Spara som XLSX och lämna in filen på portalen. Ni ser vad som händer innan något sparas.",
    ]
    for number, line in enumerate(lines):
        sheet.write_string(number, 0, line, formats["text"])
