"""The register as it stood on a day: who, by which names, in every format and on every day."""

import csv
import io
from datetime import date, datetime

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from malmoandan.organisations.models import Organisation
from signatures import register, register_log
from signatures.models import RegisterEntry, Signature, State
from tests.browser import assert_well_formed
from tests.factories import (
    make_many_entries,
    make_many_signatures,
    make_organisation,
    make_signature,
    make_version,
)

Event = RegisterEntry.Event
PAGE = "/undertecknare/"


@pytest.fixture(autouse=True)
def _version(db):
    make_version()


def at(text):
    return timezone.make_aware(datetime.fromisoformat(text))


def publish(name, moment, *, version=None, **facts):
    signature = make_signature(
        organisation=make_organisation(name=name, **facts),
        version=version,
        published_at=at(moment),
        signed_on=at(moment).date(),
    )
    register_log.append(Event.PUBLISHED, signature)
    return signature


def change(signature, moment, **facts):
    Organisation.objects.filter(pk=signature.organisation_id).update(**facts)
    register_log.append(Event.CORRECTED, signature, at=at(moment))


def withdraw(signature, moment):
    signature.state, signature.withdrawn_at = State.WITHDRAWN, at(moment)
    signature.save()
    register_log.append(Event.WITHDRAWN, signature)


def shown(client, **query):
    response = client.get(PAGE, query)
    assert response.status_code == 200
    return [row["name"] for row in response.context["page"].object_list]


def test_signature_stands_from_its_publication_to_its_withdrawal(client):
    signature = publish("Odlarna", "2020-03-01 10:00")
    withdraw(signature, "2021-05-02 10:00")
    assert shown(client) == []
    assert shown(client, per="2020-02-29") == []
    assert shown(client, per="2020-03-01") == ["Odlarna"]
    assert shown(client, per="2021-05-01") == ["Odlarna"]
    assert shown(client, per="2021-05-02") == []


def test_names_and_facts_are_those_of_the_day(client):
    signature = publish("Åkerns odlare", "2020-03-01 10:00", city_part="norr")
    publish("Mittens förening", "2020-03-01 10:00")
    change(signature, "2021-05-02 10:00", name="Zenits odlare", city_part="oster")
    assert shown(client) == ["Mittens förening", "Zenits odlare"]
    assert shown(client, per="2021-05-01") == ["Mittens förening", "Åkerns odlare"]
    assert shown(client, per="2021-05-01", q="åkern", omrade="norr") == ["Åkerns odlare"]
    assert shown(client, per="2021-05-01", omrade="oster") == []
    assert shown(client, per="2021-05-02", omrade="oster") == ["Zenits odlare"]


def test_search_by_number_and_suggestions_know_the_day(client):
    signature = publish("Kulturföreningen", "2020-03-01 10:00", organisation_number="8020028711")
    change(signature, "2021-05-02 10:00", organisation_number=None, name="Annat")
    assert shown(client, per="2020-03-01", q="802002-8711") == ["Kulturföreningen"]
    assert shown(client, per="2021-05-02", q="802002-8711") == []
    response = client.get(PAGE, {"per": "2020-03-01", "q": "Kultrföreningen"})
    assert response.context["suggestions"] == ["Kulturföreningen"]


def test_erasure_after_withdrawal_brings_nothing_back(client):
    signature = publish("Odlarna", "2020-03-01 10:00")
    withdraw(signature, "2021-05-02 10:00")
    register_log.append(Event.ERASED, signature, at=at("2022-01-01 10:00"))
    assert shown(client, per="2022-01-01") == []
    assert shown(client, per="2021-05-01") == ["Odlarna"]


def test_version_of_each_signature_is_told(client):
    publish("Första", "2020-03-01 10:00")
    publish("Andra", "2021-03-01 10:00", version=make_version())
    rows = client.get("/undertecknare.json", {"per": "2021-03-01"}).json()["rows"]
    assert [(row["namn"], row["version"]) for row in rows] == [("Andra", 2), ("Första", 1)]
    assert shown(client, per="2021-03-01", version="2") == ["Andra"]


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-03-28 23:30", "2026-03-28"),
        ("2026-03-29 00:30", "2026-03-29"),  # the day of 23 hours
        ("2026-03-29 23:30", "2026-03-29"),
        ("2026-03-30 00:30", "2026-03-30"),
        ("2025-10-25 23:30", "2025-10-25"),
        ("2025-10-26 00:30", "2025-10-26"),  # the day of 25 hours
        ("2025-10-26 23:30", "2025-10-26"),
        ("2025-10-27 00:30", "2025-10-27"),
    ],
)
def test_day_ends_at_midnight_in_malmo_also_when_the_clock_changes(client, moment, day):
    signature = publish("Odlarna", moment)
    before = date.fromordinal(date.fromisoformat(day).toordinal() - 1)
    assert shown(client, per=day) == ["Odlarna"]
    assert shown(client, per=before.isoformat()) == []
    assert list(Signature.objects.as_of(date.fromisoformat(day))) == [signature]
    assert not Signature.objects.as_of(before)


def test_today_is_the_list_as_it_is_now(client):
    publish("Odlarna", "2020-03-01 10:00")
    today = timezone.localdate().isoformat()
    now, then = (
        client.get(PAGE, query).context["page"].object_list for query in ({}, {"per": today})
    )
    assert now == then


# What the page and the files say


def test_page_says_which_day_it_shows(client):
    publish("Odlarna", "2020-03-01 10:00")
    content = client.get(PAGE, {"per": "2020-03-01"}).content.decode()
    assert_well_formed(content)
    assert "Så här såg listan ut när 1 mars 2020 var slut" in content
    assert "<strong>1</strong> undertecknande stod i listan" in content
    assert 'value="2020-03-01"' in content
    assert "/undertecknare.csv?per=2020-03-01" in content


def test_files_hold_the_rows_of_the_day_and_say_so(client):
    signature = publish("Gamla", "2020-03-01 10:00")
    change(signature, "2021-05-02 10:00", name="Nya")
    query = {"per": "2020-03-01"}
    said = "Undertecknare av avsiktsförklaringen, som listan såg ut 1 mars 2020"

    response = client.get("/undertecknare.csv", query)
    assert "undertecknare-per-2020-03-01" in response.headers["Content-Disposition"]
    text = response.content.decode("utf-8-sig")
    assert [row["namn"] for row in csv.DictReader(io.StringIO(text))] == ["Gamla"]
    assert client.get("/undertecknare.csv-metadata.json", query).json()["dc:title"] == said

    told = client.get("/undertecknare.json", query).json()
    assert (told["title"], [row["namn"] for row in told["rows"]]) == (said, ["Gamla"])
    assert told["source"].endswith("/undertecknare/?per=2020-03-01")
    assert told["filter"] == {"Som listan såg ut den": "1 mars 2020"}

    book = openpyxl.load_workbook(io.BytesIO(client.get("/undertecknare.xlsx", query).content))
    assert book["Uppgifter"]["A2"].value == "Gamla"
    assert book["Om uppgifterna"]["B1"].value == said

    feed = client.get("/undertecknare.atom", query).content.decode()
    assert said in feed
    assert "<title>Gamla</title>" in feed
    assert "<title>Nya</title>" not in feed


def test_day_before_anybody_signed_says_so(client):
    content = client.get(PAGE, {"per": "1999-01-01"}).content.decode()
    assert "Ingen stod i listan den dagen" in content


# Days that are none


@pytest.mark.parametrize(
    ("per", "told"),
    [
        ("2026-13-01", "år-månad-dag"),
        ("01/02/2020", "år-månad-dag"),
        ("i går", "år-månad-dag"),
        ("2020-02-30", "år-månad-dag"),
        ("٢٠٢٠-٠١-٠١x", "år-månad-dag"),
        ("0000-00-00", "år-månad-dag"),
        ("9999-12-31", "har inte varit ännu"),
    ],
)
def test_day_that_is_none_or_to_come_is_told(client, per, told):
    response = client.get(PAGE, {"per": per})
    assert response.status_code == 400
    content = response.content.decode()
    assert_well_formed(content)
    assert 'href="#register-per"' in content
    assert told in content
    for ending in ["csv", "xlsx", "json", "atom"]:
        response = client.get(f"/undertecknare.{ending}", {"per": per})
        assert (response.status_code, told in response.content.decode()) == (400, True)


def test_first_day_of_the_calendar_is_a_day(client):
    assert shown(client, per="0001-01-01") == []


# Speed


def test_queries_are_as_many_for_10_000_as_for_one(client):
    publish("Odlarna", "2020-03-01 10:00")
    today = timezone.localdate().isoformat()
    addresses = [PAGE, "/undertecknare.csv", "/undertecknare.atom"]
    few = [queries(client, address, today) for address in addresses]
    make_many_signatures(9_999, version=register.declaration_versions()[0])
    make_many_entries()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE signatures_signature, signatures_registerentry")
    assert [queries(client, address, today) for address in addresses] == few
    assert client.get(PAGE, {"per": today}).context["page"].paginator.count == 10_000


def queries(client, address, per):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address, {"per": per}).status_code == 200
        return len(captured)
