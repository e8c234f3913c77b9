"""The page of one cooperation, and how it is found and corrected."""

from datetime import date

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from malmoandan.pages import search
from mapping.index import forget_indexes
from mapping.models import (
    Confirmation,
    CooperationEdition,
    CooperationForm,
    Level,
    MatrixTool,
    Objection,
    Step,
    SurveyRound,
)
from tests.challenges.seats import make_area
from tests.factories import make_organisation, make_signature, make_user
from tests.mapping.cooperations import make_department, make_edition, make_round

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_index():
    forget_indexes()


def page(client, edition, query=""):
    return client.get(edition.get_absolute_url() + query)


def test_the_page_tells_all_facts_with_the_unknown_said(client):
    city, club = make_department("Kulturförvaltningen"), make_organisation(name="Möllans odlare")
    MatrixTool.objects.create(level="dialogue", step="agenda", tools="hearing, framtidsråd")
    edition = make_edition(
        title="Odling för alla",
        description="Vi odlar ihop.",
        areas=[make_area("Jämlik fritid")],
        level=Level.DIALOGUE,
        steps=[Step.AGENDA],
        city_parts=["norr"],
        starts_on=date(2024, 1, 1),
        start_precision="year",
        ends_on=date(2025, 12, 31),
        end_precision="year",
        amounts={city: {2024: 150_000, 2025: None}, club: {2024: 0}},
        sources="https://example.org/rapport\nMuntligt\njavascript:alert(1)",
        registry_number="STK-2018-938",
    )
    text = page(client, edition).text
    for expected in [
        *["Odling för alla", "Vi odlar ihop.", "Jämlik fritid", "hearing, framtidsråd", "Norr"],
        *["2024 – 2025", "Kulturförvaltningen", "Möllans odlare", "STK-2018-938", "okänt"],
        'href="https://example.org/rapport"',
        "2 belopp är okända och ingår inte i summan.",
    ]:
        assert expected in text, expected
    assert 'href="javascript' not in text


def test_without_amounts_they_are_said_to_be_unknown(client):
    assert "okända, inte att de är noll" in page(client, make_edition()).text


def test_the_way_through_the_rounds_is_told(client):
    first, second, third = make_round(2026), make_round(2027), make_round(2028)
    old = make_edition(first, title="Läxhjälp", until_round=third)
    Confirmation.objects.create(edition=old, round=second)
    make_edition(
        third,
        cooperation=old.cooperation,
        title="Läxhjälp på loven",
        parties=[party.organisation for party in old.parties.all()],
    )
    response = page(client, old)
    told = [(c.round.number, c.what, c.changed) for c in response.context["chapters"]]
    assert told == [
        (2028, "Ändrad", ["rubrik"]),
        (2027, "Bekräftad utan ändring", []),
        (2026, "Ny i kartläggningen", []),
    ]
    assert "<bdi>Läxhjälp på loven</bdi>" in response.text
    earlier = page(client, old, f"?omgang={first.slug}")
    assert "Så här stod det i" in earlier.text
    assert "<bdi>Läxhjälp</bdi>" in earlier.text


def test_a_cooperation_that_a_round_has_dropped_stays_with_its_history(client):
    first, second = make_round(2026), make_round(2027)
    edition = make_edition(first, until_round=second)
    response = page(client, edition)
    assert response.status_code == 200
    assert "finns inte med i den senaste omgången" in response.text
    assert "Finns inte längre med" in response.text


def test_what_no_published_round_has_shown_is_not_found(client):
    edition = make_edition(make_round(published=False))
    assert page(client, edition).status_code == 404
    assert client.get("/kartlaggning/finns-inte/").status_code == 404
    shown = make_edition(make_round())
    assert page(client, shown, "?omgang=finns-inte").status_code == 404
    assert page(client, shown, f"?omgang={edition.from_round.slug}").status_code == 404


def test_a_draft_of_the_next_round_does_not_shine_through(client):
    edition = make_edition(make_round(2026), title="Publicerad")
    coming = make_round(2027, published=False)
    CooperationEdition.objects.filter(pk=edition.pk).update(until_round=coming)
    make_edition(coming, cooperation=edition.cooperation, title="Hemlig")
    text = page(client, edition).text
    assert "Publicerad" in text
    assert "Hemlig" not in text


def test_a_partnership_leads_to_the_one_before_and_after(client):
    before = make_edition(form=CooperationForm.IOP, title="Första avtalet")
    after = make_edition(
        form=CooperationForm.IOP,
        title="Andra avtalet",
        goals="Fler i arbete",
        predecessor=before.cooperation,
    )
    assert before.get_absolute_url() in page(client, after).text
    assert "Fler i arbete" in page(client, after).text
    assert "Andra avtalet" in page(client, before).text


def test_only_objections_that_are_decided_are_shown_and_nobody_is_named(client):
    edition, person = make_edition(), make_user("alva@example.org", name="Alva Ek")
    club = make_organisation(name="Möllans odlare")
    Objection.objects.create(edition=edition, organisation=club, text="Fel.", made_by=person)
    assert "Möllans odlare" not in page(client, edition).text
    Objection.objects.update(
        state="upheld", decided_at=timezone.now(), decided_by=person, answer="Parten är rättad."
    )
    text = page(client, edition).text
    assert "Parten är rättad." in text
    assert "Möllans odlare" in text
    assert "Alva" not in text


def test_the_page_is_the_same_whoever_has_signed(client):
    club = make_organisation()
    edition = make_edition(parties=[club, make_department()])
    before = page(client, edition).text
    make_signature(organisation=club)
    assert page(client, edition).text == before


def test_many_parties_and_amounts_cost_no_more_queries(client):
    def queries(edition):
        page(client, edition)
        with CaptureQueriesContext(connection) as captured:
            page(client, edition)
        return len(captured)

    few = make_edition(amounts={make_department(): {2024: 1}})
    many = make_edition(
        amounts={make_organisation(): {2020 + n: n for n in range(5)} for _ in range(30)},
        areas=[make_area() for _ in range(3)],
    )
    assert queries(few) == queries(many)


def test_the_site_wide_search_finds_what_is_published_alone():
    edition = make_edition(title="Simskola i Kroksbäck")
    hidden = make_round(2099, published=False)
    make_edition(hidden, title="Simhopp i hemlighet")
    search.rebuild()
    from malmoandan.pages.models import SearchEntry

    found = SearchEntry.objects.filter(kind="samverkan").values_list("title", "url")
    assert list(found) == [("Simskola i Kroksbäck", edition.get_absolute_url())]


def test_the_map_of_the_site_has_the_mapping(client):
    edition = make_edition()
    text = client.get("/sitemap.xml").text
    assert "/kartlaggning/</loc>" in text
    assert edition.get_absolute_url() in text


def test_the_known_content_is_loaded_once_and_says_nothing_of_cooperations():
    from malmoandan.organisations.models import Organisation

    call_command("load_content", verbosity=0)
    call_command("load_content", verbosity=0)
    assert SurveyRound.objects.get().made_by == "Stadskontoret"
    assert not CooperationEdition.objects.exists()
    departments = Organisation.objects.departments()
    assert departments.count() == 20
    assert departments.existing(date(2017, 4, 30)).filter(name__startswith="Stadsomr").count() == 5
    assert departments.existing(date(2017, 5, 1)).filter(name__startswith="Stadsomr").count() == 0
    merged = departments.filter(successor__name="Fastighets- och gatukontoret")
    assert {d.last_day for d in merged} == {date(2018, 6, 30)}
    assert merged.count() == 2
    assert MatrixTool.objects.count() == 24


def test_the_money_of_an_earlier_round_ends_with_its_own_year(client):
    first = make_round(2025, as_of=date(2025, 10, 1))
    make_round(2027)
    city, club = make_department(), make_organisation()
    edition = make_edition(first, amounts={city: {2024: 5}, club: {}}, starts_on=date(2024, 1, 1))
    money = page(client, edition, f"?omgang={first.slug}").context["money"]
    assert money.years == [2024, 2025]
    assert (money.known, money.unknown) == (5, 3)


def test_a_partnership_names_the_one_it_follows_once_that_is_public(client):
    earlier = make_edition(form=CooperationForm.IOP, title="Det första partnerskapet")
    later = make_edition(form=CooperationForm.IOP, predecessor=earlier.cooperation)
    hidden = make_edition(make_round(published=False), form=CooperationForm.IOP, title="Hemligt")
    other = make_edition(form=CooperationForm.IOP, predecessor=hidden.cooperation)
    assert f'<a href="{earlier.get_absolute_url()}"><bdi>Det första' in page(client, later).text
    assert "Följer på" not in page(client, other).text
