"""Public pages of organisations: who has one, what it says, what it never says."""

import csv
import io
import re
from datetime import date, timedelta

import pytest
from django.utils import timezone

from challenges.models import ChallengeArea, Host
from malmoandan.organisations.models import CityPart, Kind, Organisation
from mapping.models import SurveyRound
from mapping.organisations.keyset import MOST_COUNTED, PAGE_SIZE
from mapping.organisations.public import public_organisations
from signatures.models import State
from tests.browser import assert_well_formed, findings_in_all_looks
from tests.challenges.dialogues.dialogues import make_dialogue
from tests.factories import make_many_signatures, make_organisation, make_signature
from tests.mapping.cooperations import make_department, make_edition, make_round

pytestmark = pytest.mark.django_db


def names(client, **query):
    response = client.get("/organisationer/", query)
    assert response.status_code == 200
    assert_well_formed(response.content.decode())
    found = r'<p class="register__name"><a href="[^"]*"><bdi>(.*?)</bdi>'
    return re.findall(found, response.content.decode())


def page(client, organisation):
    response = client.get(f"/organisationer/{organisation.slug}/")
    assert response.status_code == 200
    html = response.content.decode()
    assert_well_formed(html)
    return html


def make_host(organisation, **fields):
    area = fields.pop("area", None) or ChallengeArea.objects.create(name="Trygghet")
    fields = {"first_day": date(2020, 1, 1), "sector": organisation.sector} | fields
    return Host.objects.create(organisation=organisation, area=area, **fields)


def test_who_is_named_nowhere_in_public_has_no_page(client):
    unknown = make_organisation(name="Okänd")
    for state in (State.WAITING, State.SUBMITTED, State.WITHDRAWN):
        more = {"withdrawn_at": timezone.now()} if state == State.WITHDRAWN else {}
        make_signature(state, organisation=make_organisation(name=f"Okänd {state}"), **more)
    make_edition(make_round(published=False), parties=[make_organisation(name="Okänd part")])

    assert names(client) == []
    assert client.get(f"/organisationer/{unknown.slug}/").status_code == 404
    assert client.get("/organisationer/finns-inte/").status_code == 404


def test_each_public_mention_gives_a_page(client):
    make_signature(organisation=make_organisation(name="Undertecknare"))
    make_edition(parties=[make_organisation(name="Part")])
    make_host(make_organisation(name="Värd"))
    make_department("Ängsförvaltningen")

    assert names(client) == ["Part", "Undertecknare", "Värd", "Ängsförvaltningen"]


def test_a_party_of_an_earlier_published_round_keeps_its_page(client):
    former = make_organisation(name="Förra")
    first = make_round()
    make_edition(first, parties=[former], until_round=make_round(published=False))
    SurveyRound.objects.filter(published_at=None).update(
        state="published", published_at=timezone.now()
    )

    html = page(client, former)

    assert "Ingen samverkan är rapporterad" in html


def test_the_order_is_swedish_and_asks_nobody_who_has_signed(client):
    wanted = ["Aveny", "Zenit", "Åkern", "Ängen", "Öppet hav"]
    for name in reversed(wanted):
        organisation = make_organisation(name=name)
        if name in ("Zenit", "Öppet hav"):
            make_signature(organisation=organisation)
        else:
            make_edition(parties=[organisation])

    html = client.get("/organisationer/").content.decode()

    assert names(client) == wanted
    assert "undertecknat" not in html.lower().split("<main")[1]


def test_the_filters_narrow_the_list(client):
    make_edition(
        parties=[
            make_organisation(name="Norra boll", city_part=CityPart.NORTH),
            make_organisation(name="Södra stiftelsen", kind=Kind.FOUNDATION, city_part="soder"),
            make_department("Parkförvaltningen"),
        ]
    )

    assert names(client, sektor="malmo-stad") == ["Parkförvaltningen"]
    assert names(client, sektor="ideburen", omrade="norr") == ["Norra boll"]
    assert names(client, slag="stiftelse") == ["Södra stiftelsen"]
    assert names(client, q="sodra") == ["Södra stiftelsen"]
    number = Organisation.objects.get(name="Norra boll").shown_number
    assert names(client, q=number) == ["Norra boll"]
    assert "Ingen organisation stämmer" in client.get("/organisationer/?q=zzz").content.decode()


@pytest.mark.parametrize("bad", ["sektor=x", "slag=x", "omrade=x", "q=" + "x" * 201])
def test_what_is_not_understood_is_refused_in_words(client, bad):
    for ending in ("/", ".csv", ".csv-metadata.json", ".xlsx", ".json"):
        response = client.get(f"/organisationer{ending}?{bad}")
        assert response.status_code == 400
        assert response.content
    assert client.post("/organisationer/").status_code == 405


@pytest.mark.parametrize("bad", ["finns-inte", "\0", "%27", "x" * 500, "å"])
def test_an_unknown_place_in_the_list_gives_its_beginning(client, bad):
    make_department("Parkförvaltningen")

    assert names(client, efter=bad) == names(client, fore=bad) == ["Parkförvaltningen"]


def test_the_pages_follow_each_other_there_and_back(client):
    make_many_signatures(PAGE_SIZE * 2 + 3)
    expected = list(public_organisations().in_swedish_order().values_list("name", flat=True))

    html = client.get("/organisationer/").content.decode()
    seen, addresses = [], []
    while True:
        seen += re.findall(r'register__name"><a href="[^"]*"><bdi>(.*?)</bdi>', html)
        further = re.search(r'href="([^"]*)" rel="next"', html)
        if not further:
            break
        addresses.append(further[1])
        html = client.get(further[1]).content.decode()

    assert seen == expected
    assert len(addresses) == 2
    back = re.search(r'href="([^"]*)" rel="prev"', html)[1]
    html = client.get(back).content.decode()
    assert (
        re.findall(r"><bdi>(.*?)</bdi></a>", html.split("<main")[1])[:PAGE_SIZE] == expected[50:100]
    )
    assert 'rel="prev"' in html


def test_the_page_says_all_that_is_public(client):
    association = make_organisation(
        name="Möllans cykelkök", short_name="MCK", website="https://cykel.example.org/"
    )
    other, department = make_organisation(name="Hyresgästerna"), make_department("Gatukontoret")
    make_edition(title="Laga cykeln", parties=[association, department])
    make_edition(title="Öppen verkstad", parties=[association, department, other], form="support")
    make_edition(title="Annat", parties=[other, department])
    signature = make_signature(organisation=association)
    host = make_host(association, last_day=date(2022, 12, 31))

    html = page(client, association)

    for text in ("MCK", association.shown_number, "https://cykel.example.org/", "Laga cykeln"):
        assert text in html
    assert "Öppen verkstad" in html
    assert "Annat" not in html
    assert "Gatukontoret</bdi></a> (2)" in html
    assert f"/bevis/{signature.reference}/" in html
    assert host.area.get_absolute_url() if hasattr(host.area, "get_absolute_url") else True
    assert f"/utmaningar/{host.area.slug}/" in html
    assert html.count("<h1>") == 1
    assert "<svg" in html


def test_nothing_of_persons_without_consent_is_there(client):
    association = make_organisation(name="Cykelköket", purpose="Hemligt ändamål")
    signature = make_signature(organisation=association)
    make_host(association, name="Hemlig Person", unit="Enheten")

    html = page(client, association)

    assert "Hemlig" not in html
    assert signature.signatories.get().name not in html

    Host.objects.update(name_basis="consent", name_public_since=date(2020, 1, 1))
    assert "Hemlig Person" in page(client, association)


def test_a_draft_round_and_a_draft_dialogue_stay_unknown(client):
    association = make_organisation(name="Cykelköket")
    make_signature(organisation=association)
    make_edition(make_round(published=False), title="Ännu hemligt", parties=[association])
    area = ChallengeArea.objects.create(name="Trygghet")
    make_host(association, area=area, first_day=timezone.localdate() - timedelta(days=99))
    make_dialogue(title="Hemlig dialog", areas=[area], state="planned")

    html = page(client, association)

    assert "emlig" not in html


def test_a_department_says_whence_it_came_and_what_it_became(client):
    city = make_organisation(name="Malmö stad", sector="city", kind=Kind.MUNICIPALITY)
    new = make_department("Fastighets- och gatukontoret", parent=city, first_day=date(2018, 7, 1))
    old = make_department("Gatukontoret", parent=city, last_day=date(2018, 6, 30), successor=new)

    former, later, whole = page(client, old), page(client, new), page(client, city)

    assert "30 juni 2018" in former
    assert f'href="/organisationer/{new.slug}/"' in former
    assert "Tog över efter" in later
    assert f'href="/organisationer/{old.slug}/"' in later
    assert f'href="/organisationer/{city.slug}/"' in later
    assert "Upphörde 2018-06-30" in whole


def test_a_merged_one_leads_on_for_good(client):
    kept = make_department("Kvar")
    merged = make_department("Borta", merged_into=kept, merged_at=timezone.now())

    response = client.get(f"/organisationer/{merged.slug}/")

    assert response.status_code == 301
    assert response["Location"] == f"/organisationer/{kept.slug}/"
    assert names(client) == ["Kvar"]


def test_markup_in_a_name_is_only_a_name(client):
    bad = make_department("<script>alert(1)</script> & Co")
    make_edition(title="<img src=x>", parties=[bad, make_organisation(name="<b>fet</b>")])

    html = page(client, bad) + client.get("/organisationer/").content.decode()

    assert "<script>alert" not in html
    assert "<img" not in html
    assert "<b>fet" not in html


def test_the_files_hold_the_same_rows(client):
    make_department("Ängsförvaltningen", last_day=date(2020, 1, 1))
    make_edition(parties=[make_organisation(name="=1+1", website="javascript:alert(1)")])

    told = client.get("/organisationer.json").json()
    rows = list(
        csv.DictReader(io.StringIO(client.get("/organisationer.csv").content.decode("utf-8-sig")))
    )
    described = client.get("/organisationer.csv-metadata.json").json()

    assert [row["namn"] for row in told["rows"]] == ["=1+1", "Ängsförvaltningen"]
    assert told["rows"][0]["antal_samverkan"] == 1
    assert told["rows"][0]["webbplats"] is None
    assert told["rows"][1]["sista_dag"] == "2020-01-01"
    assert [row["namn"] for row in rows] == ["'=1+1", "Ängsförvaltningen"]
    assert [c["name"] for c in described["tableSchema"]["columns"]] == list(rows[0])
    assert client.get("/organisationer.xlsx").content[:2] == b"PK"
    assert client.get("/organisationer.json?sektor=malmo-stad").json()["filter"] == {
        "Sektor": "Malmö stad"
    }


def test_10_and_10_000_rows_take_the_same_queries_and_a_light_page(
    client, django_assert_num_queries
):
    department = make_department("Parkförvaltningen")
    make_edition(parties=[department, make_organisation()])
    client.get("/organisationer/")
    with django_assert_num_queries(QUERIES_OF_A_LIST):
        client.get("/organisationer/?omrade=hela")
    with django_assert_num_queries(QUERIES_OF_A_LIST + 1):
        client.get("/organisationer/?q=f%C3%B6rening")
    with django_assert_num_queries(QUERIES_OF_A_PAGE):
        page(client, department)

    make_many_signatures(10_000)
    others = list(Organisation.objects.filter(sector="civil")[:60])
    for number in range(60):
        make_edition(
            title=f"Sak {number}", parties=[department, others[number], others[number - 30]]
        )

    with django_assert_num_queries(QUERIES_OF_A_LIST):
        html = client.get("/organisationer/?omrade=hela&q=").content.decode()
    with django_assert_num_queries(QUERIES_OF_A_LIST + 1):
        client.get("/organisationer/?q=f%C3%B6rening")
    with django_assert_num_queries(QUERIES_OF_A_PAGE):
        whole = page(client, department)
    assert len(html.encode()) < 60_000
    assert len(whole.encode()) < 60_000
    assert (
        f"Fler än <strong>{MOST_COUNTED // 1000}" in client.get("/organisationer/").content.decode()
    )


# Of a list 6 reread the mapping's index, which a transaction that has written does not keep.
QUERIES_OF_A_LIST, QUERIES_OF_A_PAGE = 11, 15


@pytest.mark.django_db(transaction=True)
def test_the_pages_are_accessible_in_every_look(live_server, browser_page):
    department = make_department("Hälsa-, vård- och omsorgsförvaltningen")
    for number in range(4):
        make_edition(title=f"Sak {'ö' * 60} {number}", parties=[department, make_organisation()])

    for address in ("", "?q=zzz", "?sektor=nej", f"{department.slug}/"):
        browser_page.goto(f"{live_server.url}/organisationer/{address}")
        assert findings_in_all_looks(browser_page) == []
