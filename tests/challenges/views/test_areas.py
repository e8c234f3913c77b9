import csv
import io
from datetime import date

import pytest
from django.core.management import call_command

from malmoandan.organisations.models import Sector
from tests.browser import assert_well_formed
from tests.challenges.seats import in_days, make_area, make_host, make_plan
from tests.factories import make_signature, make_user
from tests.people import sign_in

pytestmark = pytest.mark.django_db
ADDRESSES = ["/utmaningar/", "/samordnare/"]


def seats(client, area):
    page = client.get(f"/utmaningar/{area.slug}/")
    return {seat.sector: seat for seat in page.context["seats"]}


def test_without_a_plan_the_page_says_so(client):
    page = client.get("/utmaningar/")
    assert "inga uppgifter om någon antagen plan" in page.text
    assert_well_formed(page.content)


def test_the_real_content_is_shown_and_nothing_is_claimed_of_today(client):
    call_command("load_content", verbosity=0)
    page = client.get("/utmaningar/")
    assert "gällde till och med 31 december 2022" in page.text
    assert "Delaktig, trygghet, demokrati" in page.text
    assert page.text.count("Båda platserna är lediga") == 5
    assert_well_formed(page.content)


def test_the_real_content_is_in_english_for_who_reads_english(client):
    call_command("load_content", verbosity=0)
    for address in ["/utmaningar/", "/samordnare/", "/utmaningar/ungas-halsa-och-livsstil/"]:
        page = client.get(f"{address}?sprak=en")
        main = page.text.partition("<main")[2].partition("</main>")[0]
        assert 'lang="sv"' not in main
        assert_well_formed(page.content)
    assert "Young people’s health and lifestyle" in page.text


def test_what_nobody_wrote_in_english_is_marked_as_swedish(client):
    area = make_area("Fritid")
    page = client.get(f"/utmaningar/{area.slug}/?sprak=en").text
    assert '<h1 lang="sv">Fritid</h1>' in page


def test_both_wordings_of_the_fourth_area_lead_to_one_page(client):
    call_command("load_content", verbosity=0)
    page = client.get("/utmaningar/delaktighet-trygghet-demokrati/").text
    assert "”Delaktig, trygghet, demokrati” (förslag)" in page
    assert "”Delaktighet, trygghet, demokrati” (har upphört)" in page


def test_hosts_stand_with_since_when_and_vacancies_openly(client):
    area = make_area()
    make_host(area, name="Alva Ek", public=True, first_day=date(2026, 3, 1), unit="Enheten")
    page = client.get(f"/utmaningar/{area.slug}/")
    assert "Alva Ek" in page.text
    assert "Värd sedan 1 mars 2026" in page.text
    assert "Platsen är ledig" in page.text
    assert_well_formed(page.content)


def test_nothing_of_a_person_shows_without_consent(client):
    area = make_area()
    account = make_user("alva@example.org")
    make_host(area, name="Alva Ek", account=account)
    make_host(area, Sector.CIVIL, name="Bo Berg", first_day=in_days(9))
    make_host(area, Sector.CIVIL, name="Cia Dahl", last_day=in_days(-1))
    for address in [f"/utmaningar/{area.slug}/", *ADDRESSES, "/utmaningar.csv", "/utmaningar.json"]:
        page = client.get(address).text
        for personal in ("Alva", "Bo Berg", "Cia", "example.org"):
            assert personal not in page, address


def test_former_hosts_stay_with_their_years(client):
    area = make_area()
    make_host(
        area, public=True, name="Alva Ek", first_day=date(2019, 1, 1), last_day=date(2021, 6, 30)
    )
    page = client.get(f"/utmaningar/{area.slug}/").text
    assert "2019–2021, Malmö stad: <bdi>Alva Ek</bdi>" in page


def test_a_host_of_today_is_gone_the_day_after_the_last(client):
    area = make_area()
    host = make_host(area, last_day=in_days(0))
    assert seats(client, area)["city"].host == host
    host.first_day, host.last_day = in_days(-9), in_days(-1)
    host.save()
    assert seats(client, area)["city"].host is None


def test_an_area_without_a_place_in_the_plan_keeps_its_address(client):
    area = make_area("Gammal utmaning")
    area.in_plans.get().plan.areas.all().delete()
    page = client.get("/utmaningar/gammal-utmaning/")
    assert "Utmaningen finns inte i" in page.text


def test_an_area_that_left_the_plan_keeps_the_words_of_the_last_one_that_had_it(client):
    for year, name in ((2012, "Äldst"), (2016, "Sist")):
        plan = make_plan("Fritid", first_day=date(year, 1, 1), last_day=date(year, 12, 31))
        plan.areas.update(name=name)
    make_plan("Arbete")
    assert client.get("/utmaningar/fritid/").context["place"].name == "Sist"


def test_an_unknown_area_is_not_found(client):
    for slug in ("finns-inte", "a" * 300, "-"):
        assert client.get(f"/utmaningar/{slug}/").status_code == 404


def test_text_from_people_is_only_text(client):
    area = make_area("<script>alert(1)</script>")
    make_host(area, public=True, name="<img src=x>", unit='"><b>')
    page = client.get(f"/utmaningar/{area.slug}/").text
    assert "<script>alert" not in page
    assert "<img src=x>" not in page


def test_the_host_sees_that_the_area_is_the_own(client):
    host = make_host(account=make_user())
    address = f"/utmaningar/{host.area.slug}/"
    assert "Du är värd" in sign_in(host.account).get(address).text
    assert "Du är värd" not in client.get(address).text


def test_the_files_hold_every_seat_and_describe_their_fields(client):
    plan = make_plan("Fritid", "Arbete")
    area = plan.areas.get(order=1).area
    make_host(area, public=True, name="=1+1", first_day=date(2020, 1, 1), last_day=in_days(-1))
    make_host(area, Sector.CIVIL, name="Bo Berg")
    answer = client.get("/utmaningar.csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    seen = [(row["address"], row["sector"], row["vacant"], row["holds"]) for row in rows]
    assert seen == [
        ("fritid", "Malmö stad", "false", "false"),
        ("fritid", "Malmö stad", "true", "false"),
        ("fritid", "Idéburen sektor", "false", "true"),
        ("arbete", "Malmö stad", "true", "false"),
        ("arbete", "Idéburen sektor", "true", "false"),
    ]
    assert rows[0]["name"] == "'=1+1"
    described = client.get("/utmaningar.csv-metadata.json").json()["tableSchema"]["columns"]
    assert [column["name"] for column in described] == list(rows[0])
    assert len(client.get("/utmaningar.json").json()["rows"]) == 5
    assert client.get("/utmaningar.xlsx").content.startswith(b"PK")


@pytest.mark.parametrize("ending", ["csv", "xlsx", "json", "csv-metadata.json"])
def test_a_file_of_nothing_is_a_file(client, ending):
    assert client.get(f"/utmaningar.{ending}").status_code == 200


def test_only_reading_is_possible(client):
    area = make_area()
    for address in [*ADDRESSES, f"/utmaningar/{area.slug}/", "/utmaningar.csv"]:
        assert client.post(address).status_code == 405


@pytest.mark.parametrize("address", ["/utmaningar/", "/utmaningar.json", "/utmaningar/fritid/"])
def test_as_many_questions_for_many_as_for_few(client, django_assert_max_num_queries, address):
    plan = make_plan("Fritid", *[f"Utmaning {n}" for n in range(20)])
    client.get(address)
    with django_assert_max_num_queries(14) as few:
        client.get(address)
    for place in plan.areas.select_related("area"):
        for years_ago in range(5):
            day = date(2015 + years_ago, 1, 1)
            make_host(place.area, first_day=day, last_day=date(2015 + years_ago, 12, 31))
        make_host(place.area, Sector.CIVIL)
    with django_assert_max_num_queries(len(few)):
        client.get(address)


def test_nothing_depends_on_who_has_signed(client, django_assert_max_num_queries):
    make_signature()
    host = make_host(account=make_user())
    mine = sign_in(host.account)
    pages = [*ADDRESSES, f"/utmaningar/{host.area.slug}/", "/utmaningar.json"]
    with django_assert_max_num_queries(100) as asked:
        for address in pages:
            assert client.get(address).status_code == 200
        assert mine.get("/mina-sidor/omraden/").status_code == 200
    assert len(asked) > 10
    assert [query for query in asked.captured_queries if "signatures_" in query["sql"]] == []
