"""The public register: who is shown, found and counted, in which order, and in which files."""

import csv
import io
from datetime import date
from xml.etree import ElementTree

import openpyxl
import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from playwright.sync_api import expect

from malmoandan.organisations.models import CityPart, Kind
from signatures import register
from signatures.models import Origin, State, Way
from tests.browser import assert_well_formed, findings_in_all_looks, follow, go_through
from tests.factories import (
    make_many_signatures,
    make_organisation,
    make_signature,
    make_version,
)

ATOM = "{http://www.w3.org/2005/Atom}"
PAGE = "/undertecknare/"
FILES = ["/undertecknare.csv", "/undertecknare.xlsx", "/undertecknare.json", "/undertecknare.atom"]
HOSTILE = [
    '=HYPERLINK("https://evil.example","klicka")',
    "+46401234567",
    "-2+3",
    "@SUM(A1:A9)",
    "\t=1+1",
    "\r=1+1",
    "rad\nrad",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "{{ 7|add:7 }}{% now 'Y' %}",
    "\"'><b>",
    "\u202edrow\u2066",
    "a\u200bb",
    "å" * 200,
    "W" * 200,
    "👩‍👩‍👧 Regnbågsfamiljer",
    "جمعية",
]


@pytest.fixture(autouse=True)
def _version(db):
    make_version()


def sign(name, state=State.PUBLISHED, *, way=Way.CODE, signed_on=date(2020, 3, 1), **fields):
    organisation = make_organisation(name=name, **fields)
    day = {} if state == State.WAITING else {"signed_on": signed_on}
    origin = Origin.FOUNDING if way == Way.FOUNDING else Origin.WEB
    return make_signature(state, organisation=organisation, way=way, origin=origin, **day)


def shown(client, address=PAGE, **query):
    response = client.get(address, query)
    assert response.status_code == 200
    return [row["name"] for row in response.context["page"].object_list]


def in_csv(client, **query):
    body = client.get("/undertecknare.csv", query).content.decode("utf-8-sig")
    return [row["namn"] for row in csv.DictReader(io.StringIO(body, newline=""))]


def in_xlsx(client, **query):
    body = client.get("/undertecknare.xlsx", query).content
    rows = openpyxl.load_workbook(io.BytesIO(body))["Uppgifter"].iter_rows(min_row=2)
    return [row[0].value for row in rows]


def in_json(client, **query):
    return [row["namn"] for row in client.get("/undertecknare.json", query).json()["rows"]]


def in_atom(client, **query):
    root = ElementTree.fromstring(client.get("/undertecknare.atom", query).content)
    return [title.text for title in root.findall(f"{ATOM}entry/{ATOM}title")]


# Who is shown


@pytest.mark.parametrize("state", [s for s in State if s != State.PUBLISHED])
def test_only_published_signatures_are_public(client, state):
    sign("Dold", state)
    sign("Synlig")
    assert shown(client) == ["Synlig"]
    assert in_csv(client) == in_xlsx(client) == in_json(client) == in_atom(client) == ["Synlig"]


def test_no_address_ever_shows_a_person(client):
    signature = sign("Föreningen")
    person = signature.signatories.get()
    for address in [PAGE, *FILES, "/undertecknare.csv-metadata.json"]:
        body = client.get(address).content
        if address.endswith(".xlsx"):
            cells = openpyxl.load_workbook(io.BytesIO(body))["Uppgifter"].values
            body = str(list(cells)).encode()
        assert person.name.encode() not in body
        assert person.email.encode() not in body


def test_order_is_swedish_and_nothing_but_the_name(client):
    names = ["Örat", "alfa", "Ängen", "Åkern", "Zenit", "Beta"]
    for number, name in enumerate(names):
        sign(name, signed_on=date(2020 - number, 1, 1), is_umbrella=name == "Zenit")
    assert shown(client) == ["alfa", "Beta", "Zenit", "Åkern", "Ängen", "Örat"]


def test_founding_signatories_are_marked(client):
    sign("Grundaren", way=Way.FOUNDING, signed_on=date(2015, 12, 7))
    sign("Senare")
    rows = client.get(PAGE).context["page"].object_list
    assert [(row["name"], row["founding"]) for row in rows] == [
        ("Grundaren", True),
        ("Senare", False),
    ]
    content = client.get(PAGE).content.decode()
    assert content.count("Med från första dagen</span>") == 1
    assert '<time datetime="2015-12-07">7 december 2015</time>' in content


@pytest.mark.parametrize(
    "website", ["javascript:alert(1)", "ftp://a.example", "data:text/html,x", "http"]
)
def test_only_web_addresses_become_links(client, website):
    sign("Länken", website=website)
    assert 'rel="nofollow noopener"' not in client.get(PAGE).content.decode()
    assert client.get("/undertecknare.json").json()["rows"][0]["webbplats"] is None


def test_website_is_linked_without_a_recommendation(client):
    sign("Länken", website="https://www.lanken.example/om?a=1")
    link = '<a href="https://www.lanken.example/om?a=1" rel="nofollow noopener">lanken.example</a>'
    assert link in client.get(PAGE).content.decode()


def test_signature_of_each_text_has_a_row_of_its_own(client):
    organisation = make_organisation(name="Båda")
    make_signature(organisation=organisation)
    newer = make_version()
    make_signature(organisation=organisation, version=newer)
    assert shown(client) == ["Båda", "Båda"]
    assert shown(client, version="2") == ["Båda"]
    assert "Version 2" in client.get(PAGE, {"version": "2"}).content.decode()


# Searching and filtering


@pytest.mark.parametrize(
    "query",
    [
        "kultur",
        "KULTUR",
        "förening",
        "forening",
        "FÖRENING västan",
        "vastan kultur",
        "KFV",
        "  Västan  ",
        "Va\u0308stan",
        "ｋｕｌｔｕｒ",
        "kul\u200btur",
        "kul\x00tur\x01",
    ],
)
def test_search_finds_inside_words_whatever_marks_case_and_order(client, query):
    sign("Kulturföreningen Västan", short_name="KFV")
    sign("Idrottsklubben")
    assert shown(client, q=query) == ["Kulturföreningen Västan"]


@pytest.mark.parametrize("query", ["%", "_", "\\", "kultur öst", "' OR 1=1 --"])
def test_search_takes_signs_for_what_they_are(client, query):
    sign("Kulturföreningen Västan")
    assert shown(client, q=query) == []


@pytest.mark.parametrize("query", ["802002-8711", "8020028711", "16802002-8711", "802002 8711"])
def test_organisation_number_finds_the_one(client, query):
    sign("Numrerad", organisation_number="8020028711")
    sign("En annan")
    assert shown(client, q=query) == ["Numrerad"]


def test_filters_narrow_together(client):
    sign("Rätt", kind=Kind.FOUNDATION, city_part=CityPart.NORTH)
    sign("Fel slag", city_part=CityPart.NORTH)
    sign("Fel del", kind=Kind.FOUNDATION)
    assert shown(client, slag="stiftelse", omrade="norr") == ["Rätt"]
    assert len(shown(client, slag="stiftelse")) == 2


def test_each_kind_has_a_word_in_the_address():
    assert set(register.KIND_WORDS.values()) == set(Kind)


def test_empty_fields_ask_for_nothing(client):
    sign("Synlig")
    assert shown(client, q="", slag="", omrade="", version="", sida="") == ["Synlig"]


@pytest.mark.parametrize(
    "query",
    [
        {"slag": "finns-inte"},
        {"omrade": "mars"},
        {"version": "99"},
        {"version": "1 OR 1=1"},
        {"q": "x" * 201},
        {"slag": "<script>"},
    ],
)
def test_unknown_value_is_refused_in_plain_words(client, query):
    sign("Synlig")
    response = client.get(PAGE, query)
    assert response.status_code == 400
    assert "Vi förstår inte vad du söker" in response.content.decode()
    assert "Synlig" not in response.content.decode()
    assert_well_formed(response.content)
    for address in FILES:
        response = client.get(address, query)
        assert response.status_code == 400
        assert response["Content-Type"].startswith("text/plain")


def test_each_chosen_filter_can_be_taken_away_alone(client):
    sign("Rätt", kind=Kind.FOUNDATION)
    choices = client.get(PAGE, {"q": "rätt", "slag": "stiftelse"}).context["form"].active
    assert [(choice.value, choice.query_without) for choice in choices] == [
        ("rätt", "?slag=stiftelse"),
        ("Stiftelse", "?q=r%C3%A4tt"),
    ]


def test_misspelt_name_meets_a_suggestion_and_a_way_out(client):
    sign("Kulturföreningen Västan")
    sign("Schacksällskapet")
    response = client.get(PAGE, {"q": "kultrförenningen västan"})
    assert response.context["suggestions"] == ["Kulturföreningen Västan"]
    content = response.content.decode()
    assert 'href="/undertecknare/?q=Kulturf%C3%B6reningen%20V%C3%A4stan"' in content
    assert "Visa alla" in content


def test_suggestions_hold_public_names_only(client):
    sign("Kulturföreningen Västan", State.SUBMITTED)
    assert client.get(PAGE, {"q": "kultrföreningen"}).context["suggestions"] == []


def test_register_without_signatures_says_so(client):
    response = client.get(PAGE)
    assert "Ingen har undertecknat ännu" in response.content.decode()
    assert response.context["picture"] is None
    assert_well_formed(response.content)


# Pages


@pytest.fixture
def three_pages():
    make_many_signatures(120)


@pytest.mark.usefixtures("three_pages")
def test_pages_follow_each_other_without_gap_or_repeat(client):
    names = [name for number in ("", "2", "3") for name in shown(client, sida=number)]
    assert len(names) == len(set(names)) == 120
    assert names == in_json(client) == in_csv(client) == in_xlsx(client)


@pytest.mark.usefixtures("three_pages")
def test_page_links_keep_what_was_asked(client):
    content = client.get(PAGE, {"q": "e", "sida": "2"}).content.decode()
    assert 'href="/undertecknare/?q=e" rel="prev"' in content
    assert 'href="/undertecknare/?q=e&amp;sida=3" rel="next"' in content
    assert 'href="/undertecknare/?q=e&amp;sida=2" aria-current="page"' in content
    assert 'href="/undertecknare.csv?q=e"' in content


@pytest.mark.usefixtures("three_pages")
@pytest.mark.parametrize(
    ("asked", "given"), [("0", 3), ("-1", 3), ("99", 3), ("x", 1), ("1e9", 1), ("9" * 40, 3)]
)
def test_page_that_is_none_gives_the_nearest(client, asked, given):
    assert client.get(PAGE, {"sida": asked}).context["page"].number == given


def test_other_methods_are_refused(client):
    assert client.post(PAGE).status_code == 405
    assert client.post("/undertecknare.csv").status_code == 405


def test_htmx_gets_the_part_that_changes_and_the_address_to_share(client):
    sign("Synlig")
    response = client.get(PAGE, {"q": "syn", "slag": ""}, headers={"HX-Request": "true"})
    content = response.content.decode()
    assert "<h1" not in content
    assert 'hx-swap-oob="true"' in content
    assert response["HX-Replace-Url"] == "/undertecknare/?q=syn"
    assert "HX-Request" in response["Vary"]


# Files


@pytest.mark.parametrize("query", [{}, {"q": "a"}, {"slag": "stiftelse"}, {"omrade": "norr"}])
def test_every_file_holds_the_rows_of_the_page(client, query):
    for number, part in enumerate(CityPart.values):
        kind = Kind.FOUNDATION if number % 2 else Kind.ASSOCIATION
        sign(f"Ala {number}" if number < 4 else f"Bo {number}", city_part=part, kind=kind)
    expected = shown(client, **query)
    assert 0 < len(expected) <= len(CityPart.values)
    assert in_csv(client, **query) == in_xlsx(client, **query) == expected
    assert in_json(client, **query) == expected
    assert sorted(in_atom(client, **query)) == sorted(expected)


def test_files_say_what_they_are(client):
    sign("Synlig", organisation_number="8020028711", city_part=CityPart.EAST)
    read = client.get("/undertecknare.json", {"q": "syn"}).json()
    assert read["source"].endswith("/undertecknare/?q=syn")
    assert read["filter"] == {"Sökord": "syn"}
    assert read["rows"][0] | {"version": 0} == {
        "namn": "Synlig",
        "kortnamn": None,
        "organisationsnummer": "802002-8711",
        "organisationsform": "Ideell förening",
        "del_av_malmo": "Öster",
        "webbplats": None,
        "undertecknad": "2020-03-01",
        "version": 0,
        "satt": "på webben",
        "med_fran_forsta_dagen": False,
    }


def test_csv_leads_to_its_description_which_leads_back(client):
    response = client.get("/undertecknare.csv", {"q": "syn"})
    address = response["Link"].partition(">")[0].removeprefix("<")
    described = client.get(address[address.index("/undertecknare") :]).json()
    assert described["url"].endswith("/undertecknare.csv?q=syn")
    head = response.content.decode("utf-8-sig").splitlines()[0].split(",")
    assert [column["name"] for column in described["tableSchema"]["columns"]] == head


def test_feed_has_the_newest_first_and_at_most_a_hundred(client):
    make_many_signatures(120)
    sign("Nyast")
    entries = in_atom(client)
    assert len(entries) == 100
    assert entries[0] == "Nyast"


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_name_is_harmless_everywhere(client, name):
    sign(name)
    page = client.get(PAGE)
    assert_well_formed(page.content)
    assert "<script>alert" not in page.content.decode()
    assert "<img src=x" not in page.content.decode()
    assert in_json(client) == [name]
    [cell] = in_csv(client)
    assert cell.removeprefix("'") == name
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert [value.replace("_x000D_", "\r") for value in in_xlsx(client)] == [name]
    assert in_atom(client)[0].replace("\n", "\r" if "\r" in name else "\n") == name


# Figures and the picture


def test_figures_count_what_is_published_of_one_text(django_assert_num_queries):
    version = make_version()
    first = make_signature(version=version, signed_on=date(2016, 1, 2))
    make_signature(
        version=version,
        signed_on=date(2019, 5, 6),
        organisation=make_organisation(kind=Kind.FOUNDATION, is_umbrella=True),
    )
    make_signature(State.SUBMITTED, version=version)
    make_signature(organisation=first.organisation)
    with django_assert_num_queries(1):
        figures = register.figures(version)
    assert (figures.organisations, figures.umbrellas) == (2, 1)
    assert figures.kinds == [("Ideell förening", 1), ("Stiftelse", 1)]
    assert (figures.first_day, figures.last_day) == (date(2016, 1, 2), date(2019, 5, 6))


def test_figures_of_a_text_nobody_signed_are_zero():
    figures = register.figures(make_version())
    assert (figures.organisations, figures.kinds, figures.first_day) == (0, [], None)


@time_machine.travel("2026-11-22 12:00")
def test_picture_counts_years_without_gaps():
    sign("Ett", signed_on=date(2015, 12, 7))
    sign("Två", signed_on=date(2018, 1, 1))
    picture = register.picture(register.declaration_versions())
    assert len(picture.rows) == 12
    assert picture.rows[:4] == [["2015", 1, 1], ["2016", 0, 1], ["2017", 0, 1], ["2018", 1, 2]]
    assert picture.rows[-1] == ["2026", 0, 2]


@time_machine.travel("2026-02-03 12:00")
def test_picture_of_few_years_counts_quarters():
    sign("Ett", signed_on=date(2025, 6, 30))
    sign("Två", signed_on=date(2025, 7, 1))
    picture = register.picture(register.declaration_versions())
    assert picture.rows == [
        ["2025 kv 2", 1, 1],
        ["2025 kv 3", 1, 2],
        ["2025 kv 4", 0, 2],
        ["2026 kv 1", 0, 2],
    ]


# A hundred thousand


def queries(client, address):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_queries_are_as_many_for_100_000_as_for_10(client):
    addresses = [
        PAGE,
        f"{PAGE}?sida=3",
        f"{PAGE}?q=kultur",
        f"{PAGE}?q=finnsinte",
        "/undertecknare.csv?q=kultur",
        "/undertecknare.atom",
    ]
    make_many_signatures(10)
    few = [queries(client, address) for address in addresses]
    make_many_signatures(100_000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE organisations_organisation, signatures_signature")
    assert [queries(client, address) for address in addresses] == few
    assert client.get(PAGE).context["page"].paginator.count == 100_010
    form = register.RegisterFilter({}, register.declaration_versions())
    assert form.is_valid()
    plan = register.rows(form.found())[:50].explain()
    assert "organisation_swedish_order" in plan
    assert "Sort" not in plan


# In a real browser


@pytest.fixture
def register_url(portal):
    make_version()
    sign("Kulturföreningen Västan", way=Way.FOUNDING, website="https://vastan.example/")
    sign("W" * 200, kind=Kind.FOUNDATION)
    make_many_signatures(60)
    return portal.url + PAGE


def test_list_follows_while_one_types(browser_page, register_url):
    page = browser_page
    page.goto(register_url)
    field = page.get_by_label("Sök organisation")
    field.press_sequentially("foreningen vas")
    expect(page.locator("#register-count")).to_contain_text("9 träffar")
    expect(field).to_be_focused()
    expect(page).to_have_url(f"{register_url}?q=foreningen+vas")
    expect(page.get_by_role("link", name="CSV")).to_have_attribute(
        "href", "/undertecknare.csv?q=foreningen+vas"
    )
    page.get_by_label("Organisationsform").select_option("Stiftelse")
    expect(page.get_by_role("list", name="Valda filter")).to_contain_text("Stiftelse")
    page.reload()
    expect(field).to_have_value("foreningen vas")


def test_search_works_without_scripts(browser_page_without_scripts, register_url):
    page = browser_page_without_scripts
    page.goto(register_url)
    page.get_by_label("Sök organisation").fill("västan")
    page.get_by_label("Organisationsform").select_option("Ideell förening")
    go_through(page.get_by_role("main").get_by_role("button", name="Sök"))
    expect(page.get_by_text("Kulturföreningen Västan", exact=True)).to_be_visible()
    follow(page, "Ta bort Sökord: västan")
    expect(page).to_have_url(f"{register_url}?slag=ideell-forening")


@pytest.mark.parametrize("query", ["", "?sida=2", "?q=vastn", "?q=kultur&omrade=hela", "?slag=x"])
def test_register_is_accessible_in_every_state(browser_page, register_url, query):
    browser_page.goto(register_url + query)
    for details in browser_page.locator("summary").all():
        details.click()
    assert findings_in_all_looks(browser_page) == []
