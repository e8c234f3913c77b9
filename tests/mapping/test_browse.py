"""Browsing the mapping: filters with counts, search, order, pages, files."""

import csv
import io
import json
import re

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from mapping.browse import TABLES
from mapping.index import forget_indexes
from mapping.models import CooperationForm, Level, Step
from tests.browser import findings_in_all_looks
from tests.challenges.seats import make_area
from tests.factories import make_organisation, make_signature, make_user
from tests.mapping.cooperations import make_department, make_edition, make_round
from tests.people import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_index():
    forget_indexes()


def titles(response):
    return [row["title"] for row in response.context["rows"]]


def options(response, name):
    return dict(response.context["form"].fields[name].widget.choices)


def test_without_a_round_the_page_says_that_nothing_is_published(client):
    make_edition(make_round(published=False))
    response = client.get("/kartlaggning/")
    assert response.status_code == 200
    assert "Ingen kartläggning är publicerad ännu" in response.text


def test_a_round_without_cooperations_says_so_and_tells_of_itself(client):
    make_round(name="Kartläggningen 2018", made_by="Stadskontoret", note="Två rapporter.")
    response = client.get("/kartlaggning/")
    assert "inga uppgifter om enskilda samverkan" in response.text
    assert "Stadskontoret" in response.text


def test_filters_narrow_and_say_how_many_they_would_find(client):
    culture, area = make_department("Kulturförvaltningen"), make_area("Jämlik fritid")
    make_edition(title="A", parties=[culture], areas=[area], form=CooperationForm.IOP)
    make_edition(title="B", parties=[culture], level=Level.DIALOGUE, steps=[Step.AGENDA])
    make_edition(title="C", city_parts=["norr"])
    response = client.get("/kartlaggning/", {"forvaltning": culture.slug})
    assert titles(response) == ["A", "B"]
    assert options(response, "form")["iop"].endswith("(1)")
    assert options(response, "forvaltning")[culture.slug] == "Kulturförvaltningen (2)"
    assert options(response, "organisation")[culture.slug] == "Kulturförvaltningen (2)"
    assert "dialog" not in options(response, "form")  # it would find nothing
    for asked, found in [
        ({"form": "iop"}, ["A"]),
        ({"omrade": area.slug}, ["A"]),
        ({"niva": "dialog", "steg": "satta-agendan"}, ["B"]),
        ({"del": "norr"}, ["C"]),
        ({"organisation": culture.slug}, ["A", "B"]),
        ({"q": "kulturförv"}, ["A", "B"]),
        ({"belopp": "okant"}, ["A", "B", "C"]),
        ({"pagar": "ja", "ordning": "nyast"}, ["A", "B", "C"]),
        ({"q": "finnsinte"}, []),
    ]:
        assert titles(client.get("/kartlaggning/", asked)) == found, asked


@pytest.mark.parametrize(
    "wrong", ["form=handslag", "ar=hej", "omgang=ingen", "organisation=ingen", "q=" + "a" * 300]
)
def test_what_is_not_understood_is_told_beside_what_was_asked(client, wrong):
    make_edition()
    response = client.get(f"/kartlaggning/?{wrong}")
    assert response.status_code == 400
    assert "Vi förstår inte vad du söker" in response.text
    for ending in ["csv", "xlsx", "json"]:
        assert client.get(f"/kartlaggning.{ending}?{wrong}").status_code == 400


def test_a_wrong_question_keeps_the_organisation_that_was_chosen(client):
    club = make_organisation(name="Möllans odlare")
    make_edition(parties=[make_department(), club])
    response = client.get(f"/kartlaggning/?ar=hej&organisation={club.slug}")
    assert options(response, "organisation") == {"": "Alla", club.slug: "Möllans odlare"}


@pytest.mark.parametrize("odd", ["sida=-1", "sida=999999", "q=%00", "q='%22:*", "sida=x&q=%F0%9F"])
def test_odd_questions_are_answered(client, odd):
    make_edition()
    assert client.get(f"/kartlaggning/?{odd}").status_code == 200


def test_an_earlier_round_is_shown_again(client):
    first, second = make_round(2026), make_round(2027)
    old = make_edition(first, title="Som det var", until_round=second)
    make_edition(second, cooperation=old.cooperation, title="Som det är")
    assert titles(client.get("/kartlaggning/")) == ["Som det är"]
    response = client.get("/kartlaggning/", {"omgang": first.slug})
    assert titles(response) == ["Som det var"]
    assert f"?omgang={first.slug}" in response.text


def test_invented_rounds_are_marked_in_page_and_files(client):
    call_command("make_invented_round", "--cooperations=30", "--organisations=9", verbosity=0)
    response = client.get("/kartlaggning/")
    assert "Allt i den här omgången är påhittat" in response.text
    first = response.context["rows"][0]
    assert "Påhittade uppgifter." in client.get(first["url"]).text
    assert "påhittade uppgifter" in client.get("/kartlaggning.json").json()["title"]


def test_nothing_is_ranked_by_who_has_signed(client):
    """Rule 1: the same page whether or not an organisation has signed."""
    signed, other = make_organisation(name="B"), make_organisation(name="A")
    for organisation in (signed, other):
        make_edition(title=f"Med {organisation.name}", parties=[organisation, make_department()])
    before = [client.get(f"/kartlaggning/?ordning={o}") for o in ("namn", "nyast", "belopp")]
    make_signature(organisation=signed)
    after = [client.get(f"/kartlaggning/?ordning={o}") for o in ("namn", "nyast", "belopp")]
    assert [titles(r) for r in before] == [titles(r) for r in after]
    assert [options(r, "organisation") for r in before] == [
        options(r, "organisation") for r in after
    ]
    assert titles(after[0]) == ["Med A", "Med B"]


def _queries(client, address):
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        response = client.get(address)
    assert response.status_code == 200
    return len(captured), response


@pytest.mark.django_db(transaction=True)
def test_ten_thousand_rows_cost_the_same_queries_and_a_light_page():
    client = sign_in(make_user())  # a page for anyone would come from the cache
    for number, organisations in [(10, 10), (10_000, 2_000)]:
        size = [f"--cooperations={number}", f"--organisations={organisations}"]
        call_command("make_invented_round", "--remove", verbosity=0)
        call_command("make_invented_round", *size, verbosity=0)
        addresses = ["/kartlaggning/?ar=2026", "/kartlaggning/?q=påhittat", "/kartlaggning/?sida=9"]
        counted = [_queries(client, address) for address in addresses]
        if number == 10:
            few = [count for count, _response in counted]
        else:
            assert all(now <= before for before, (now, _r) in zip(few, counted, strict=True))
            assert len(counted[0][1].content) < 60_000


@pytest.mark.django_db(transaction=True)
def test_what_is_removed_leaves_nothing_behind():
    from malmoandan.organisations.models import Organisation
    from mapping.models import Cooperation, CooperationEdition, SurveyRound

    call_command("make_invented_round", "--cooperations=50", verbosity=0)
    assert Cooperation.objects.count() == 50
    call_command("make_invented_round", "--remove", verbosity=0)
    for model in (Cooperation, CooperationEdition, SurveyRound, Organisation):
        assert not model.objects.exists()


def test_a_public_portal_is_given_nothing_invented_unless_forced(settings):
    from django.core.management import CommandError

    settings.PUBLIC_HOSTS = ["malmoandan.example"]
    with pytest.raises(CommandError, match="publik"):
        call_command("make_invented_round")


def test_files_hold_the_rows_that_the_filter_finds(client):
    city, club = make_department("Kulturförvaltningen"), make_organisation(name="Möllans odlare")
    make_edition(
        title="=Odling",
        amounts={city: {2024: 1000, 2025: None}, club: {2024: 0}},
        ends_on=None,
        starts_on=None,
        ongoing=False,
        areas=[make_area("Jämlik fritid")],
    )
    make_edition(title="Annat", form=CooperationForm.IOP)
    text = client.get("/kartlaggning.csv?q=odling").content.decode("utf-8-sig")
    [row] = csv.DictReader(io.StringIO(text))
    assert row["rubrik"] == "'=Odling"
    assert (row["stadens_parter"], row["ideburna_parter"]) == (city.name, club.name)
    assert (row["stadens_kronor"], row["ideburna_kronor"], row["okanda_belopp"]) == (
        "1000",
        "0",
        "1",
    )
    [row] = client.get("/kartlaggning.json?form=iop").json()["rows"]
    assert row["rubrik"] == "Annat"
    book = load_workbook(io.BytesIO(client.get("/kartlaggning.xlsx").content))
    assert book.worksheets[0].max_row == 3
    described = client.get("/kartlaggning.csv-metadata.json").json()
    named = [column["name"] for column in described["tableSchema"]["columns"]]
    assert named == text.splitlines()[0].split(",")


@pytest.mark.parametrize("name", TABLES)
def test_each_table_comes_as_a_file(client, name):
    city = make_department()
    make_edition(amounts={city: {2024: 5}}, areas=[make_area()], level="dialogue", steps=["agenda"])
    told = client.get(f"/kartlaggning/tabeller/{name}.json").json()
    assert told["rows"], name
    assert client.get(f"/kartlaggning/tabeller/{name}.csv").status_code == 200
    assert client.get(f"/kartlaggning/tabeller/{name}.xlsx").status_code == 200


def test_money_by_year_says_what_is_unknown(client):
    city = make_department()
    from datetime import date

    make_edition(
        amounts={city: {2024: 5, 2025: None}}, starts_on=date(2024, 1, 1), ends_on=date(2025, 2, 1)
    )
    rows = client.get("/kartlaggning/tabeller/pengar-ar.json").json()["rows"]
    assert [(row["year"], row["city"], row["unknown"]) for row in rows] == [
        (2024, 5, 0),
        (2025, 0, 1),
    ]


def test_an_unknown_table_is_not_found(client):
    make_edition()
    assert client.get("/kartlaggning/tabeller/ingen.csv").status_code == 404


def test_only_reading_is_allowed(client):
    make_edition()
    assert client.post("/kartlaggning/").status_code == 405
    assert client.post("/kartlaggning.csv").status_code == 405


def test_htmx_gets_the_list_and_the_new_numbers_but_no_search_field(client):
    make_edition(title="Läxhjälp")
    make_edition(title="Odling")
    response = client.get("/kartlaggning/?q=läx", headers={"HX-Request": "true"})
    assert "Läxhjälp" in response.text
    assert "<h1" not in response.text
    assert response["HX-Replace-Url"] == reverse("mapping:index") + "?q=l%C3%A4x"
    assert response.text.count('hx-swap-oob="true"') == 2
    assert "Gemensamma projekt och verksamheter (1)" in response.text
    assert 'id="mapping-q"' not in response.text


def test_addresses_in_json_are_whole(client):
    edition = make_edition()
    [row] = json.loads(client.get("/kartlaggning.json").content)["rows"]
    assert re.match(r"https?://", row["adress"])
    assert row["adress"].endswith(edition.get_absolute_url())


def test_the_list_and_a_cooperation_are_accessible_in_every_look(portal, browser_page):
    city, club = make_department("Hälsa-, vård- och omsorgsförvaltningen"), make_organisation()
    edition = make_edition(
        title=f"Odling {'ö' * 60}",
        description="Vi odlar ihop.",
        form=CooperationForm.IOP,
        goals="Fler odlar.",
        level=Level.DIALOGUE,
        steps=[Step.AGENDA],
        amounts={city: {2024: 150_000, 2025: None}, club: {}},
        sources=f"https://example.org/{'a' * 90}",
    )
    address = edition.get_absolute_url()
    for page in [
        "/kartlaggning/?steg=satta-agendan",
        "/kartlaggning/?q=zzz",
        "/kartlaggning/?ar=x",
        address,
    ]:
        browser_page.goto(portal.url + page)
        assert findings_in_all_looks(browser_page) == [], page


def test_the_numbers_follow_a_choice_and_what_is_typed_stays(portal, browser_page):
    make_edition(title="Läxhjälp", level=Level.DIALOGUE)
    make_edition(title="Odling", form=CooperationForm.SUPPORT)
    browser_page.goto(f"{portal.url}/kartlaggning/")
    with browser_page.expect_response("**/htmx*"):  # fetched when somebody begins
        browser_page.get_by_text("Fler filter").click()
    browser_page.wait_for_load_state("networkidle")
    browser_page.get_by_label("Nivå av delaktighet").select_option("dialog")
    browser_page.locator(
        "#mapping-form option", has_text="Gemensamma projekt och verksamheter (1)"
    ).wait_for(state="attached")
    browser_page.locator("#mapping-form option", has_text="Bidrag").wait_for(state="detached")
    browser_page.get_by_label("Sök samverkan").press_sequentially("odling")
    browser_page.get_by_text("Ingen samverkan stämmer").wait_for()
    assert browser_page.get_by_label("Sök samverkan").input_value() == "odling"
    assert browser_page.get_by_label("Nivå av delaktighet").input_value() == "dialog"
