import io
import random
import shutil
import subprocess
import zipfile
from datetime import date, datetime

import pytest
from openpyxl import load_workbook

from malmoandan.organisations.models import Organisation
from mapping.models import CooperationEdition, ReportFile
from mapping.survey import cells, upload, writing
from mapping.survey.report import reports_of
from tests.challenges.seats import make_area
from tests.factories import make_organisation
from tests.mapping.survey.rounds import (
    as_file,
    columns,
    fill,
    make_department,
    make_open_round,
    report,
    reporter,
    template_of,
    told,
)

pytestmark = pytest.mark.django_db
ROWS, PARTIES, NEW = "Samverkan", "Parter och pengar", "Nya organisationer"


@pytest.fixture
def writer():
    return reporter(make_open_round(), make_department())


@pytest.fixture
def association(writer):
    """Known to reporters, because it is invited."""
    row = make_organisation(name="Läxhjälparna")
    reporter(writer.round, row)
    return row


def full(writer, association, **fields):
    """A report that uses every column."""
    money = {writer.organisation.pk: {2024: 150_000, 2025: None}, association.pk: {2025: 0}}
    values = {
        "title": "Öppet hus & läxhjälp =1+1",
        "description": "Varje tisdag.\n\nOch torsdag.",
        "form": "iop",
        "level": "partnership",
        "steps": ["agenda", "drafting"],
        "city_parts": ["norr", "oster"],
        "areas": [make_area().pk],
        "starts_on": date(2019, 1, 1),
        "start_precision": "year",
        "ends_on": date(2027, 3, 15),
        "sources": "Årsredovisning\nhttps://malmo.example/",
        "registry_number": "STK-2018-938",
        "evaluation": "0123",
        "goals": "Fler klarar skolan",
        "city_contribution": "Lokal",
        "civil_contribution": "Ledare",
        "steering": "Styrgrupp",
        "partnership_evaluation": "Varje år",
        "parties": money,
    }
    return report(writer, **(values | fields))


def add(book, number, title="Ny samverkan", party="Läxhjälparna", row=None, **changed):
    """A good row with its other party, on the same line of both sheets unless told otherwise."""
    row = row or number + 1
    values = {"Nr": number, "Rubrik": title, "Form": "Dialog", "Började": 2020} | changed
    fill(book[ROWS], row, **values)
    fill(book[PARTIES], row, Nr=number, Part=party)


def preview(writer, book):
    return upload.preview(writer, as_file(book))


def hand_in(writer, book):
    file = as_file(book)
    return ReportFile.objects.create(
        round=writer.round,
        organisation=writer.organisation,
        name="mall.xlsx",
        file=upload_name(file),
    )


def upload_name(file):
    from django.core.files.base import ContentFile
    from django.core.files.storage import default_storage

    return default_storage.save("kartlaggning/test.xlsx", ContentFile(file.read()))


def test_the_template_comes_back_as_it_was(writer, association):
    full(writer, association)
    plan = preview(writer, template_of(writer))
    assert told(plan) == []
    assert plan.summary == {"new": 0, "changed": 0, "ended": 0, "unchanged": 1}


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_the_template_goes_through_libreoffice_without_loss(writer, association, tmp_path):
    full(writer, association)
    full(writer, association, title="'Citat och ﷽", ends_on=None, ongoing=True)
    source = tmp_path / "mall.xlsx"
    source.write_bytes(upload.template(writer))
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/lo", "--headless"]
    command += ["--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", tmp_path / "ut", source]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    content = (tmp_path / "ut" / "mall.xlsx").read_bytes()
    plan = upload.preview(writer, io.BytesIO(content))
    assert told(plan) == []
    assert plan.summary == {"new": 0, "changed": 0, "ended": 0, "unchanged": 2}
    book = load_workbook(io.BytesIO(content))
    assert book[ROWS].data_validations.dataValidation
    assert book[ROWS].column_dimensions["A"].hidden
    assert book[ROWS].protection.sheet
    assert book[ROWS]["C1"].comment


def test_new_changed_ended_and_untouched_rows_are_told_apart_and_saved(writer, association):
    keys = [full(writer, association, title=title) for title in ("Ett", "Två", "Tre")]
    later = reporter(make_open_round(2027), writer.organisation)
    book = template_of(later)
    at = {book[ROWS].cell(row=n, column=4).value: n for n in (2, 3, 4)}
    fill(book[ROWS], at["Ett"], Beskrivning="Bara onsdagar")
    fill(book[ROWS], at["Två"], **{"Har_upphört": "Ja", "Slutade_eller_slutar": 2026})
    add(book, 9, "Fyra", row=20)
    file = hand_in(later, book)
    assert told(upload.preview(later, file.file)) == []
    assert upload.preview(later, file.file).summary == {
        **{"new": 1, "changed": 1, "ended": 1, "unchanged": 1},
    }
    upload.apply(writer=later, file=file)
    said = reports_of(CooperationEdition.objects.in_round(later.round))
    assert sorted(row.title for row in said.values()) == ["Ett", "Fyra", "Tre"]
    assert said[keys[0]].description == "Bara onsdagar"
    assert len(reports_of(CooperationEdition.objects.in_round(writer.round))) == 3


def test_the_same_file_twice_says_nothing_new(writer, association):
    full(writer, association)
    later = reporter(make_open_round(2027), writer.organisation)
    book = template_of(later)
    fill(book[ROWS], 2, Rubrik="Ändrad", **{"Har_upphört": None})
    add(book, 9, "Ny", row=20)
    add(book, 10, "Helt ny part", "Odlarna", row=21)
    fill(book[NEW], 2, Namn="Odlarna", Organisationsform="Ideell förening")
    file = hand_in(later, book)
    upload.apply(writer=later, file=file)
    editions = CooperationEdition.objects.count()
    again = upload.apply(writer=later, file=hand_in(later, book))
    assert again.summary == {"new": 0, "changed": 0, "ended": 0, "unchanged": 3}
    assert CooperationEdition.objects.count() == editions
    assert Organisation.objects.filter(name="Odlarna").count() == 1


def test_an_old_file_undoes_nothing(writer, association):
    key = full(writer, association)
    book, touched = template_of(writer), template_of(writer)
    fill(touched[ROWS], 2, Rubrik="Ur filen")
    said = reports_of(CooperationEdition.objects.all())[key]
    said.title = "I portalen"
    writing.save(writer=writer, items=[writing.Item(said, key)])
    assert preview(writer, book).summary["unchanged"] == 1
    assert "har ändrats i portalen" in told(preview(writer, touched))[0][3]


def test_all_or_nothing(writer, association):
    book = template_of(writer)
    add(book, 1, "Bra rad")
    add(book, 2, "Dålig rad", Form="Samtal")
    file = hand_in(writer, book)
    with pytest.raises(upload.HasProblems):
        upload.apply(writer=writer, file=file)
    assert not CooperationEdition.objects.exists()


def test_a_row_that_is_missing_ends_nothing(writer, association):
    full(writer, association)
    book = template_of(writer)
    book[ROWS].delete_rows(2)
    book[PARTIES].delete_rows(2, 2)
    plan = preview(writer, book)
    assert (plan.missing, plan.problems, plan.ended) == (1, [], [])


@pytest.mark.parametrize(
    ("value", "kronor"),
    [
        (1000, 1000),
        (1000.0, 1000),
        ("1 000", 1000),
        ("1\u00a0000", 1000),
        ("1\u202f000 kr", 1000),
        ("1000,00", 1000),
        ("250:-", 250),
        (0, 0),
        ("Vet inte", None),
        ("vet ej", None),
        ("?", None),
    ],
)
def test_amounts_are_read_in_whatever_type_they_come(value, kronor):
    assert cells.kronor(value) == kronor


@pytest.mark.parametrize(
    "value", [-1, "-5", 1.5, "1,5", "1.000", "tusen", True, 10**13, date(2020, 1, 1), float("nan")]
)
def test_what_is_no_amount_is_refused(value):
    with pytest.raises(cells.Wrong):
        cells.kronor(value)


@pytest.mark.parametrize(
    ("value", "day"),
    [
        (2019, (date(2019, 1, 1), "year")),
        (2019.0, (date(2019, 1, 1), "year")),
        ("2019", (date(2019, 1, 1), "year")),
        (" 2019\u00a0", (date(2019, 1, 1), "year")),
        ("2019-03-15", (date(2019, 3, 15), "day")),
        (20190315, (date(2019, 3, 15), "day")),
        (datetime(2019, 3, 15), (date(2019, 3, 15), "day")),
        (date(2019, 3, 15), (date(2019, 3, 15), "day")),
        (datetime(1905, 7, 18), (date(2026, 1, 1), "year")),
        (43539, (date(2019, 3, 15), "day")),
    ],
)
def test_days_are_read_in_whatever_type_they_come(value, day):
    assert cells.day(value) == day


@pytest.mark.parametrize("value", ["igår", "03/15/2019", "2019-13-01", 19, "12019", True, 2019.5])
def test_what_is_no_day_is_refused(value):
    with pytest.raises(cells.Wrong):
        cells.day(value)


def damage(content, part, change):
    """The same file with one part changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for item in old.infolist():
            data = old.read(item)
            new.writestr(item, change(data) if item.filename == part else data)
    out.seek(0)
    return out


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data[: len(data) // 2],
        lambda _data: b"",
        lambda data: data.replace(
            b"<worksheet",
            b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet',
            1,
        ),
    ],
)
def test_a_damaged_or_hostile_part_is_told_and_never_an_error(writer, change):
    content = upload.template(writer)
    with pytest.raises(upload.UnreadableFile):
        upload.preview(writer, damage(content, "xl/worksheets/sheet1.xml", change))


def test_another_file_than_the_template_is_told(writer):
    book = template_of(writer)
    book[ROWS].title = "Blad1"
    with pytest.raises(upload.UnreadableFile, match="Fliken ”Samverkan” saknas"):
        preview(writer, book)
    book = template_of(writer)
    fill(book[ROWS], 1, Rubrik="Titel")
    with pytest.raises(upload.UnreadableFile, match="Kolumnen ”Rubrik” saknas"):
        preview(writer, book)


def test_the_bad_rows_come_as_a_file_that_can_be_handed_in(writer, association):
    book = template_of(writer)
    add(book, 1, "Bra rad")
    add(book, 2, "Dålig rad", Form="Samtal")
    content = upload.bad_rows_of(writer, as_file(book))
    bad = load_workbook(io.BytesIO(content))
    assert bad[ROWS].max_row == 2
    place = columns(bad[ROWS])
    assert bad[ROWS].cell(row=2, column=place["Rubrik"]).value == "Dålig rad"
    assert "Form: Ordet finns inte" in bad[ROWS].cell(row=2, column=place["Fel"]).value
    assert bad[PARTIES].max_row == 2
    fill(bad[ROWS], 2, Form="Dialog")
    assert preview(writer, bad).summary["new"] == 1


def test_the_order_of_columns_does_not_matter_and_unknown_ones_are_left(writer, association):
    book = template_of(writer)
    add(book, 1)
    book[ROWS].insert_cols(1)
    book[ROWS].cell(row=1, column=1, value="Egna anteckningar")
    book[ROWS].cell(row=2, column=1, value="=1+1")
    assert preview(writer, book).summary["new"] == 1


# Each plants one mistake in a good row: the sheet, the heading of the column, the change.
MISTAKES = {
    "no title": (ROWS, "Rubrik", {"Rubrik": None}),
    "long title": (ROWS, "Rubrik", {"Rubrik": "x" * 201}),
    "person's number": (ROWS, "Beskrivning", {"Beskrivning": "Ring 850709-9805"}),
    "no form": (ROWS, "Form", {"Form": None}),
    "unknown form": (ROWS, "Form", {"Form": "Samtal"}),
    "unknown level": (ROWS, "Nivå av delaktighet", {"Nivå_av_delaktighet": "Hög"}),
    "no step": (ROWS, "Steg: Besluta", {"Steg:_Besluta": "kanske"}),
    "no start": (ROWS, "Började", {"Började": "förr"}),
    "end first": (ROWS, "Slutade eller slutar", {"Slutade_eller_slutar": 2019}),
    "two ends": (
        *(ROWS, "Pågår tills vidare"),
        {"Slutade_eller_slutar": 2030, "Pågår_tills_vidare": "Ja"},
    ),
    "all and a part": (
        *(ROWS, "Del av Malmö: Hela Malmö"),
        {"Del_av_Malmö:_Hela_Malmö": "Ja", "Del_av_Malmö:_Norr": "Ja"},
    ),
    "no partnership": (ROWS, "IOP: mål", {"IOP:_mål": "Mål"}),
    "formula": (ROWS, "Källor", {"Källor": "=1+1"}),
    "not theirs": (ROWS, "Rubrik", {"Id": 999_999}),
    "new but over": (ROWS, "Har upphört", {"Har_upphört": "Ja"}),
    "unknown party": (PARTIES, "Part", {"Part": "Ingen alls"}),
    "no party": (PARTIES, "Part", {"Part": None, "Kronor_2025": 5}),
    "no amount": (PARTIES, "Kronor 2025", {"Kronor_2025": "mycket"}),
    "below zero": (PARTIES, "Kronor 2025", {"Kronor_2025": -5}),
    "decimals": (PARTIES, "Kronor 2024", {"Kronor_2024": 10.5}),
}


@pytest.mark.parametrize("kind", MISTAKES)
def test_each_mistake_is_named_where_it_stands_and_alone(writer, association, kind):
    book = template_of(writer)
    add(book, 1, "Bra rad")
    add(book, 2, "Dålig rad")
    sheet, heading, change = MISTAKES[kind]
    fill(book[sheet], 3, **change)
    assert [(s, row, column) for s, row, column, _text in told(preview(writer, book))] == [
        (sheet, 3, heading)
    ]


def test_three_hundred_mistakes_among_ten_thousand_rows_are_named_and_none_else(
    writer, association, django_assert_max_num_queries
):
    book = template_of(writer)
    for number in range(1, 10_001):
        row = number + 1
        book[ROWS].cell(row=row, column=3, value=number)
        book[ROWS].cell(row=row, column=4, value=f"Samverkan {number}")
        book[ROWS].cell(row=row, column=5, value="Dialog")
        book[ROWS].cell(row=row, column=7, value=2020)
        book[PARTIES].cell(row=row, column=1, value=number)
        book[PARTIES].cell(row=row, column=2, value="Läxhjälparna")
    planted = set()
    rows = random.Random(6).sample(range(2, 10_002), 300)
    for place, row in enumerate(rows):
        sheet, heading, change = MISTAKES[list(MISTAKES)[place % len(MISTAKES)]]
        fill(book[sheet], row, **change)
        planted.add((sheet, row, heading))
    with django_assert_max_num_queries(20):
        plan = preview(writer, book)
    assert {(s, row, column) for s, row, column, _text in told(plan)} == planted
    assert len(plan.problems) == 300
    assert len(plan.new) == 9_700
