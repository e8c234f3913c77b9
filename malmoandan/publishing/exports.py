"""Tables as CSV, XLSX and JSON, each with a description of its fields. Knows no feature.

A feature says which columns there are and hands over its rows; every format shows the same.
"""

import io
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import xlsxwriter
from defusedcsv import csv
from django.http import HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _

Row = Mapping[str, Any]
Value = str | int | bool | date | None
Text = str | Promise

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Spreadsheets drop these before they look for a formula, and the guard of defusedcsv does not
# know them: blanks, and the full-width forms of = + - @.
_ALSO_GUARDED = ("\t", "\r", "\n", " ", "\u00a0", "＝", "＋", "－", "＠")


@dataclass(frozen=True)
class Column:
    """One field. The key is for programs and never changes; title and description for people."""

    key: str
    title: Text
    description: Text
    value: Callable[[Row], Value]
    datatype: str = "string"  # as in CSV on the Web: string, integer, boolean, date, anyURI
    width: int = 20  # in characters, for XLSX


@dataclass(frozen=True)
class Table:
    """Rows with their columns and where they come from.

    `source` is the absolute address of the page that shows the same rows; `selection` says in
    words (label to value) what they were filtered by.
    """

    name: str
    title: Text
    source: str
    columns: list[Column]
    rows: Iterable[Row]
    selection: Mapping[str, str]

    def values(self) -> Iterable[list[Value]]:
        return ([column.value(row) for column in self.columns] for row in self.rows)


def csv_response(table: Table, *, metadata: str) -> HttpResponse:
    """CSV for programs and for Excel; `metadata` is the address of its description."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow([column.key for column in table.columns])
    writer.writerows([_csv_cell(value) for value in values] for values in table.values())
    # The byte order mark tells Excel that å, ä and ö are UTF-8.
    response = _download(file.getvalue().encode("utf-8-sig"), "text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{_file_name(table)}.csv"'
    response["Link"] = f'<{metadata}>; rel="describedby"; type="application/csvm+json"'
    return response


def csv_metadata_response(table: Table, *, address: str) -> HttpResponse:
    """What the fields of the CSV file at `address` mean, as CSV on the Web (W3C)."""
    language = get_language()
    columns = [
        {
            "name": column.key,
            "titles": [column.key, str(column.title)],
            "dc:description": str(column.description),
            "datatype": column.datatype,
        }
        for column in table.columns
    ]
    described = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": language}],
        "url": address,
        "dc:title": str(table.title),
        "dc:language": language,
        "dc:source": table.source,
        "dialect": {"encoding": "utf-8", "header": True},
        "tableSchema": {"columns": columns},
    }
    return _download(_json(described), "application/csvm+json")


def json_response(table: Table) -> HttpResponse:
    described = {
        "title": str(table.title),
        "source": table.source,
        "exported_at": timezone.localtime().isoformat(timespec="seconds"),
        "filter": dict(table.selection),
        "fields": [
            {"key": c.key, "title": str(c.title), "description": str(c.description)}
            for c in table.columns
        ],
        "rows": [
            dict(zip([c.key for c in table.columns], values, strict=True))
            for values in table.values()
        ],
    }
    return _download(_json(described), "application/json")


def xlsx_response(table: Table) -> HttpResponse:
    """A workbook of two sheets: the rows, and what the fields mean and where they come from."""
    file = io.BytesIO()
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_date_format": "yyyy-mm-dd",
    }
    with xlsxwriter.Workbook(file, options) as workbook:
        workbook.set_properties({"title": str(table.title), "comments": table.source})
        bold = workbook.add_format({"bold": True})
        _write_rows(workbook.add_worksheet(_("Uppgifter")), table, bold)
        wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})
        _write_description(workbook.add_worksheet(_("Om uppgifterna")), table, bold, wrapped)
    response = _download(file.getvalue(), XLSX_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{_file_name(table)}.xlsx"'
    return response


def _write_rows(sheet: Any, table: Table, bold: Any) -> None:
    for position, column in enumerate(table.columns):
        sheet.set_column(position, position, column.width)
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, [str(column.title) for column in table.columns], bold)
    number = 0
    for number, values in enumerate(table.values(), start=1):
        for position, value in enumerate(values):
            _write_cell(sheet, number, position, value)
    sheet.autofilter(0, 0, number, len(table.columns) - 1)


def _write_cell(sheet: Any, row: int, position: int, value: Value) -> None:
    if isinstance(value, bool):
        sheet.write_string(row, position, _("Ja") if value else _("Nej"))
    elif isinstance(value, str):
        sheet.write_string(row, position, value)
    elif isinstance(value, date):
        sheet.write_datetime(row, position, value)
    elif value is not None:
        sheet.write_number(row, position, value)


def _write_description(sheet: Any, table: Table, bold: Any, wrapped: Any) -> None:
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 90)
    facts = [
        (_("Innehåll"), str(table.title)),
        (_("Hämtat"), timezone.localtime().strftime("%Y-%m-%d %H:%M")),
        (_("Källa"), table.source),
        (_("Urval"), "; ".join(f"{k}: {v}" for k, v in table.selection.items()) or _("Alla")),
        ("", ""),
        (_("Fält"), _("Betydelse")),
    ]
    facts += [(str(column.title), str(column.description)) for column in table.columns]
    for number, (label, text) in enumerate(facts):
        sheet.write_string(number, 0, label, bold)
        sheet.write_string(number, 1, text, wrapped)


def _csv_cell(value: Value) -> str | int | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str) and value.startswith(_ALSO_GUARDED):
        return f"'{value}"
    return value


def _json(described: dict[str, Any]) -> bytes:
    text = json.dumps(described, ensure_ascii=False, default=date.isoformat)
    return text.encode() + b"\n"


def _file_name(table: Table) -> str:
    return f"{table.name}-{timezone.localdate():%Y-%m-%d}"


def _download(body: bytes, content_type: str) -> HttpResponse:
    return HttpResponse(body, content_type=content_type)
