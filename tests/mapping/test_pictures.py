"""The mapping's pictures: what they count, and where they lead."""

import re
from datetime import date
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from malmoandan.organisations.models import CityPart
from mapping.drawing import Drawn, Names
from mapping.index import Selection, current_index, forget_indexes
from mapping.models import CooperationForm, Level, Step, SurveyRound
from mapping.pictures import (
    MOST_ROWS,
    around,
    departments_by_areas,
    forms_over_years,
    level_by_step,
    money_over_years,
    organisations_by_departments,
    pairs,
    parts_of_the_city,
)
from tests.browser import assert_well_formed, findings_in_all_looks
from tests.challenges.seats import make_area
from tests.factories import make_organisation
from tests.mapping.cooperations import make_department, make_edition, make_round

pytestmark = pytest.mark.django_db

PAGES = ["", "forvaltningar/", "organisationer/"]


@pytest.fixture(autouse=True)
def _no_index():
    forget_indexes()
    yield
    forget_indexes()


def drawn(**values):
    index = current_index(SurveyRound.objects.current())
    return Drawn(index, index.select(Selection(values)), Names.read())


def counts(table):
    return {
        (row.heading.name, column.name): cell.value
        for row in table.rows
        for column, cell in zip(table.columns, row.cells, strict=True)
    }


def make_some():
    """Two departments, two clubs, one area; a cooperation with several parties and no amount."""
    culture, leisure = make_department("Kultur"), make_department("Fritid")
    club, choir, area = make_organisation(name="Klubben"), make_organisation(name="Kören"), None
    area = make_area("Jämlik fritid")
    make_edition(
        parties=[culture, leisure, club, choir],
        areas=[area],
        level=Level.DIALOGUE,
        steps=[Step.AGENDA, Step.DECISION],
        city_parts=[CityPart.NORTH, CityPart.SOUTH],
    )
    make_edition(
        amounts={culture: {2024: 500, 2025: None}, club: {2024: 0}},
        form=CooperationForm.IOP,
        starts_on=date(2024, 1, 1),
        ends_on=date(2025, 12, 31),
    )
    return culture, club


def test_a_cooperation_with_many_parties_is_in_each_cell_and_once_in_a_sum():
    make_some()
    table = organisations_by_departments(drawn())
    assert counts(table) == {
        ("Klubben", "Fritid"): 1,
        ("Klubben", "Kultur"): 2,
        ("Kören", "Fritid"): 1,
        ("Kören", "Kultur"): 1,
    }
    assert [row.total.value for row in table.rows] == [2, 1]
    assert table.total.value == 2


def test_what_has_no_area_has_a_column_of_its_own():
    make_some()
    table = departments_by_areas(drawn())
    assert counts(table)["Kultur", "Jämlik fritid"] == 1
    assert counts(table)["Kultur", "Ingen angiven"] == 1


def test_the_matrix_is_four_by_six_and_says_what_is_missing():
    make_some()
    table = level_by_step(drawn())
    assert (len(table.rows), len(table.columns)) == (4, 6)
    assert table.rows[0].heading.name == "Partnerskap"
    assert counts(table)["Dialog", "Besluta"] == 1
    assert "1 av 2 samverkan saknar uppgift om nivå eller steg." in table.notes


def test_more_organisations_than_have_room_share_a_row_that_is_said():
    department = make_department()
    for number in range(MOST_ROWS + 2):
        make_edition(parties=[department, make_organisation(name=f"Förening {number:02}")])
    table = organisations_by_departments(drawn())
    assert len(table.rows) == MOST_ROWS + 1
    assert table.rows[-1].heading.name == "Bara andra organisationer"
    assert table.rows[-1].total.value == 2
    assert "2 organisationer har ingen egen rad" in " ".join(table.notes)


def test_years_go_no_further_than_today():
    make_edition(starts_on=date(2025, 1, 1), ends_on=date(2199, 12, 31))
    years = [row[0] for row in forms_over_years(drawn()).rows]
    assert years[0] == "2025"
    assert len(years) <= 15
    assert "2199" not in years


def test_forms_are_counted_each_year_they_run():
    make_some()
    rows = {row[0]: [str(value) for value in row[1:]] for row in forms_over_years(drawn()).rows}
    assert rows["2024"] == ["0", "0", "1", "1", "2"]


def test_unknown_money_is_counted_and_not_summed():
    make_some()
    rows = {row[0]: (row[1].value, row[2]) for row in money_over_years(drawn()).rows}
    # 2024: four parties of the first say nothing; the second's two are known, one of them 0.
    assert rows["2024"] == (500, 4)
    assert rows["2025"] == (0, 6)


def test_a_part_of_the_city_counts_what_takes_place_there():
    make_some()
    values = {row[0]: row[1].value for row in parts_of_the_city(drawn()).rows}
    assert (values["Norr"], values["Söder"], values["Öster"]) == (1, 1, 0)
    assert values["Ingen del angiven"] == 1


def test_partners_of_a_party_stand_by_form():
    culture, _club = make_some()
    rows = [[*row[:2], row[2].value] for row in around(drawn(), culture).rows]
    joint, iop = str(CooperationForm.JOINT.label), str(CooperationForm.IOP.label)
    partners = [("Fritid", joint), ("Klubben", joint), ("Kören", joint), ("Klubben", iop)]
    assert rows == [[name, form, 1] for name, form in partners]


def test_pairs_are_drawn_only_while_they_can_be_read():
    make_some()
    assert len(pairs(drawn()).rows) == 4
    department = make_department()
    for _n in range(61):
        make_edition(parties=[department, make_organisation()])
    assert pairs(drawn()) is None


def test_nothing_is_drawn_of_nothing():
    make_round()
    empty = drawn()
    for draw in (organisations_by_departments, departments_by_areas, forms_over_years, pairs):
        assert draw(empty) is None
    assert money_over_years(empty) is None
    assert level_by_step(empty).total.value == 0


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_to_as_many_as_its_cell_says(client, page):
    make_some()
    html = client.get(f"/kartlaggning/bilder/{page}").content.decode()
    links = re.findall(r'<a href="(/kartlaggning/\?[^"]*)">([\d\xa0]+)</a>', html)
    assert links
    for address, number in set(links):
        if "ar=" in address and "form=" not in address:
            continue  # kronor, not cooperations
        shown = client.get(unescape(address)).context["page"].paginator.count
        assert shown == int(number), address


def test_the_page_obeys_the_filter_of_the_list(client):
    make_some()
    assert client.get("/kartlaggning/bilder/").context["total"] == 2
    response = client.get("/kartlaggning/bilder/?form=iop")
    assert response.context["total"] == 1
    assert "Idéburet offentligt partnerskap" in response.content.decode()
    assert (
        'href="/kartlaggning/bilder/?form=iop"'
        in client.get("/kartlaggning/?form=iop").content.decode()
    )


def test_a_cell_of_another_year_than_the_chosen_has_no_link(client):
    make_some()
    html = client.get("/kartlaggning/bilder/?ar=2025").content.decode()
    assert "ar=2024" not in html


def test_the_chosen_organisation_stands_in_the_middle_of_a_picture(client):
    culture, _club = make_some()
    html = client.get(f"/kartlaggning/bilder/?organisation={culture.slug}").content.decode()
    assert "Runt Kultur" in html


def test_bad_questions_are_answered_plainly(client):
    make_some()
    assert client.get("/kartlaggning/bilder/?form=banan").status_code == 400
    assert client.get("/kartlaggning/bilder/banan/").status_code == 404
    assert client.post("/kartlaggning/bilder/").status_code == 405
    assert client.get("/kartlaggning/bilder/?q=finnsinte").status_code == 200


def test_without_a_published_round_the_page_says_so(client):
    make_round(published=False)
    assert client.get("/kartlaggning/bilder/").status_code == 200


def test_invented_rounds_are_marked(client):
    make_edition(make_round(1_000_001, invented=True))
    assert "Påhittade uppgifter." in client.get("/kartlaggning/bilder/").content.decode()


@pytest.mark.parametrize("page", PAGES)
def test_pages_are_well_formed_light_and_ask_as_much_for_many(client, page):
    address = f"/kartlaggning/bilder/{page}"
    departments = [make_department() for _n in range(16)]
    area = make_area()
    for number in range(3):
        make_edition(parties=[departments[number], make_organisation()], areas=[area])
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(address)
    for number in range(60):
        parties = [departments[number % 16], departments[number % 7], make_organisation()]
        make_edition(parties=list(dict.fromkeys(parties)), areas=[area], level=Level.DIALOGUE)
    client.get(address)
    with CaptureQueriesContext(connection) as many:
        html = client.get(address).content
    assert_well_formed(html)
    assert len(html) < 45_000  # with style sheet and typefaces under 100 kB
    assert len(many) <= len(few)


def test_pages_are_accessible_in_all_looks(portal, browser_page):
    make_some()
    for page in PAGES:
        browser_page.goto(f"{portal.url}/kartlaggning/bilder/{page}")
        for summary in browser_page.locator("summary").all():
            summary.click()
        assert findings_in_all_looks(browser_page) == [], page
