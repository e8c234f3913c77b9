"""Every format is read back by a reader of its own kind, as a stranger's program would."""

import csv
import io
import json
from datetime import date

import openpyxl
import pytest

from malmoandan.publishing.exports import (
    Column,
    Table,
    csv_metadata_response,
    csv_response,
    json_response,
    xlsx_response,
)

HOSTILE = [
    '=HYPERLINK("https://evil.example","klicka")',
    "+46401234567",
    "-2+3",
    "@SUM(A1:A9)",
    "\t=1+1",
    "\r=1+1",
    " =1+1",
    "＝1+1",
    "|calc",
    "%0A=1",
    "<script>alert(1)</script>",
    'citat " och komma, och\nny rad',
    "\u202edrow\u202c",
    "{=1+1}",
    "https://forening.example.org/",
    "0040",
    "å" * 200,
    "👩‍👩‍👧 Regnbågsfamiljer",
]


def table(rows, **fields):
    columns = [
        Column("namn", "Namn", "Organisationens namn.", lambda row: row["name"]),
        Column("dag", "Dag", "Dagen.", lambda row: row["day"], datatype="date"),
        Column("antal", "Antal", "Hur många.", lambda row: row["number"], datatype="integer"),
        Column("med", "Med", "Om den är med.", lambda row: row["flag"], datatype="boolean"),
    ]
    source = "https://portal.example/lista/?q=a"
    return Table("lista", "En lista", source, columns, rows, fields.pop("selection", {}))


def row(name="Ö", day=date(2015, 12, 7), number=4, flag=True):
    return {"name": name, "day": day, "number": number, "flag": flag}


def read_csv(response):
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"), newline="")))


def read_xlsx(response):
    return openpyxl.load_workbook(io.BytesIO(response.content))


@pytest.mark.parametrize("name", HOSTILE)
def test_csv_cell_never_begins_as_a_formula(name):
    [_head, cells] = read_csv(csv_response(table([row(name)]), metadata="/m"))
    assert cells[0].lstrip("'").replace("\\|", "|") == name
    assert not cells[0].startswith(("=", "+", "-", "@", "\t", "\r", " ", "＝"))


@pytest.mark.parametrize("name", HOSTILE)
def test_xlsx_cell_is_text_and_nothing_else(name):
    sheet = read_xlsx(xlsx_response(table([row(name)])))["Uppgifter"]
    cell = sheet["A2"]
    assert cell.data_type == "s"
    assert cell.value.replace("_x000D_", "\r") == name
    assert cell.hyperlink is None


@pytest.mark.parametrize("name", HOSTILE)
def test_json_holds_the_name_to_the_letter(name):
    [read] = json.loads(json_response(table([row(name)])).content)["rows"]
    assert read["namn"] == name


def test_csv_speaks_utf_8_that_excel_understands():
    response = csv_response(table([row()]), metadata="https://portal.example/m.json")
    assert response.content.startswith(b"\xef\xbb\xbfnamn,dag,antal,med\r\n")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Link"].startswith('<https://portal.example/m.json>; rel="describedby"')
    assert 'filename="lista-' in response["Content-Disposition"]


def test_values_are_dates_numbers_and_truths_in_each_format():
    rows = [row(), row(day=None, number=None, flag=False)]
    assert read_csv(csv_response(table(rows), metadata="/m"))[1:] == [
        ["Ö", "2015-12-07", "4", "true"],
        ["Ö", "", "", "false"],
    ]
    assert json.loads(json_response(table(rows)).content)["rows"] == [
        {"namn": "Ö", "dag": "2015-12-07", "antal": 4, "med": True},
        {"namn": "Ö", "dag": None, "antal": None, "med": False},
    ]
    sheet = read_xlsx(xlsx_response(table(rows)))["Uppgifter"]
    cells = list(sheet.iter_rows(min_row=2, values_only=True))
    assert cells[0][0] == "Ö"
    assert cells[0][1].date() == date(2015, 12, 7)
    assert cells[0][2:] == (4, "Ja")
    assert cells[1] == ("Ö", None, None, "Nej")


def test_xlsx_shows_dates_as_iso():
    sheet = read_xlsx(xlsx_response(table([row()])))["Uppgifter"]
    assert sheet["B2"].number_format == "yyyy-mm-dd"


def test_xlsx_keeps_its_head_in_sight():
    sheet = read_xlsx(xlsx_response(table([row()])))["Uppgifter"]
    assert sheet.freeze_panes == "A2"
    assert [cell.value for cell in sheet[1]] == ["Namn", "Dag", "Antal", "Med"]


def test_xlsx_tells_where_the_rows_come_from_and_what_they_mean():
    workbook = read_xlsx(xlsx_response(table([row()], selection={"Sökord": "=1+1"})))
    about = dict(workbook["Om uppgifterna"].iter_rows(max_col=2, values_only=True))
    assert about["Källa"] == "https://portal.example/lista/?q=a"
    assert about["Urval"] == "Sökord: =1+1"
    assert about["Namn"] == "Organisationens namn."
    assert about["Hämtat"].startswith("20")


def test_files_without_rows_still_have_their_heads():
    assert read_csv(csv_response(table([]), metadata="/m")) == [["namn", "dag", "antal", "med"]]
    assert json.loads(json_response(table([])).content)["rows"] == []
    assert read_xlsx(xlsx_response(table([])))["Uppgifter"].max_row == 1


def test_metadata_describes_each_column_of_the_csv_by_its_head():
    address = "https://portal.example/lista.csv"
    head = read_csv(csv_response(table([]), metadata="/m"))[0]
    response = csv_metadata_response(table([]), address=address)
    described = json.loads(response.content)
    assert response["Content-Type"] == "application/csvm+json"
    assert described["url"] == address
    columns = described["tableSchema"]["columns"]
    assert [column["titles"][0] for column in columns] == head
    assert [column["datatype"] for column in columns] == ["string", "date", "integer", "boolean"]


def test_json_describes_itself():
    read = json.loads(json_response(table([row()], selection={"Sökord": "a"})).content)
    assert read["source"] == "https://portal.example/lista/?q=a"
    assert read["filter"] == {"Sökord": "a"}
    assert [field["key"] for field in read["fields"]] == list(read["rows"][0])
