"""The log's page and its file: read, recomputed, looked up; bad addresses too."""

import contextlib
import io
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from signatures import register_log
from signatures.models import RegisterEntry, Signature, State
from signatures.views import log
from tests.browser import assert_well_formed, findings_in_all_looks
from tests.factories import make_organisation, make_signature

PAGE = "/undertecknare/logg/"
FILE = "/undertecknare/logg.json"
Event = RegisterEntry.Event


def publish(name="Möllans odlare", **facts):
    signature = make_signature(organisation=make_organisation(name=name, **facts))
    register_log.append(Event.PUBLISHED, signature)
    return signature


def rename(signature, name):
    signature.organisation.name = name
    signature.organisation.save()
    register_log.correct(Signature.objects.filter(pk=signature.pk))


def withdraw(signature):
    signature.state, signature.withdrawn_at = State.WITHDRAWN, timezone.now()
    signature.save()
    register_log.append(Event.WITHDRAWN, signature)


@pytest.fixture
def story(db):
    """One organisation from its publication to the erasure of its signatory."""
    signature = publish()
    rename(signature, "Möllans odlare och vänner")
    withdraw(signature)
    register_log.append(Event.ERASED, signature)
    return signature


def numbers(response):
    return [entry["row"].number for entry in response.context["entries"]]


# The page


@pytest.mark.django_db
def test_empty_log_says_so(client):
    response = client.get(PAGE)
    assert "Loggen är tom" in response.content.decode()
    assert client.get(FILE).json()["entries"] == []


def test_every_event_is_told_in_words_newest_first(client, story):
    response = client.get(PAGE)
    content = response.content.decode()
    assert_well_formed(content)
    told = [
        "Personuppgifterna bakom undertecknandet för <bdi>Möllans odlare och vänner</bdi>",
        "<bdi>Möllans odlare och vänner</bdi> tog tillbaka sitt undertecknande av version 1.",
        "Uppgifterna om <bdi>Möllans odlare och vänner</bdi> rättades.",
        "<bdi>Möllans odlare</bdi> publicerades som undertecknare av version 1.",
    ]
    places = [content.index(sentence) for sentence in told]
    assert places == sorted(places)
    assert register_log.newest_hash() in content
    assert numbers(response) == [4, 3, 2, 1]


def test_log_shows_no_person(client, story):
    person = story.signatories.get()
    for address in [PAGE, FILE]:
        content = client.get(address).content.decode()
        assert person.name not in content
        assert person.email not in content


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "a\u202eb", "å" * 200])
def test_hostile_name_is_harmless(client, name):
    publish(name)
    content = client.get(PAGE).content.decode()
    assert_well_formed(content)
    assert "<script>alert" not in content


@pytest.mark.django_db
def test_pages_follow_each_other_with_as_many_queries(client, monkeypatch):
    for _number in range(5):
        publish()
    monkeypatch.setattr(log, "PAGE_SIZE", 2)
    with CaptureQueriesContext(connection) as queries:
        response = client.get(PAGE)
        assert len(queries) == 2
    assert numbers(response) == [5, 4]
    assert (response.context["newer"], response.context["older"]) == (None, 3)
    with CaptureQueriesContext(connection) as queries:
        response = client.get(PAGE, {"fran": 3})
        assert len(queries) == 2
    assert numbers(response) == [3, 2]
    assert (response.context["newer"], response.context["older"]) == (5, 1)
    assert numbers(client.get(PAGE, {"fran": 1})) == [1]


@pytest.mark.parametrize("fran", ["0", "-1", "x", "99999999999999999999", "5"])
def test_odd_beginning_shows_the_newest(client, story, fran):
    assert numbers(client.get(PAGE, {"fran": fran})) == [4, 3, 2, 1]


@pytest.mark.parametrize("address", [PAGE, FILE])
def test_log_cannot_be_posted_to(client, story, address):
    assert client.post(address).status_code == 405


# Checks


def test_check_says_that_the_chain_is_whole(client, story):
    content = client.get(PAGE, {"kontrollera": "ja"}).content.decode()
    assert "<strong>Kedjan är hel.</strong> Alla 4 poster är omräknade" in content


def test_check_tells_what_is_wrong(client, story):
    with connection.cursor() as cursor:
        cursor.execute(
            "SET CONSTRAINTS ALL IMMEDIATE; SET LOCAL session_replication_role = replica"
        )
        cursor.execute("DELETE FROM signatures_registerentry WHERE number = 2")
    content = client.get(PAGE, {"kontrollera": "ja"}).content.decode()
    assert "Något stämmer inte." in content
    assert "<li>Post 2 saknas.</li>" in content


def test_check_is_made_once_for_many_who_ask(client, story):
    client.get(PAGE, {"kontrollera": "ja"})
    with CaptureQueriesContext(connection) as queries:
        assert client.get(PAGE, {"kontrollera": "ja"}).context["report"].entries == 4
        assert len(queries) == 2


@pytest.mark.parametrize("written", [str, str.upper, lambda text: f" {text[:8]} {text[8:32]} "])
def test_hash_from_paper_is_found_however_it_is_written(client, story, written):
    entry = RegisterEntry.objects.get(number=2)
    response = client.get(PAGE, {"summa": written(entry.hash)})
    assert response.context["found"] == entry
    assert f'href="{entry.get_absolute_url()}"' in response.content.decode()


def test_unknown_hash_is_told(client, story):
    response = client.get(PAGE, {"summa": "a" * 64})
    assert response.status_code == 200
    assert "Kontrollsumman finns inte i loggen." in response.content.decode()


@pytest.mark.parametrize("summa", ["", "abc", "g" * 64, "a" * 65, "%", "x" * 1000, "\x00" * 40])
def test_what_is_no_hash_meets_an_error_beside_the_field(client, story, summa):
    response = client.get(PAGE, {"summa": summa})
    assert response.status_code == 400
    content = response.content.decode()
    assert_well_formed(content)
    assert 'id="log-summa-error"' in content


# The file


def test_recipe_in_the_file_recomputes_the_chain(portal, client):
    signature = publish()
    rename(signature, "Ångströms vänner \u2028 \\r 😀")
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(client.get(FILE).json()["recipe"]["python"], {})
    assert printed.getvalue() == f"2 {register_log.newest_hash()}\n"


def test_recipe_stops_at_the_entry_that_was_changed(portal, client, monkeypatch):
    publish()
    publish()
    with connection.cursor() as cursor:
        cursor.execute(
            "BEGIN; SET LOCAL session_replication_role = replica;"
            " UPDATE signatures_registerentry SET body = replace(body, 'web', 'paper')"
            " WHERE number = 2; COMMIT"
        )
    with pytest.raises(AssertionError, match="2"):
        exec(client.get(FILE).json()["recipe"]["python"], {})


def test_recipe_follows_a_log_of_many_answers(portal, client, monkeypatch):
    for _number in range(5):
        publish()
    monkeypatch.setattr(log, "MOST_ENTRIES", 2)
    first = client.get(FILE).json()
    assert [entry["number"] for entry in first["entries"]] == [1, 2]
    assert first["next"] == f"{portal.url}{FILE}?fran=3"
    assert client.get(FILE, {"fran": 5}).json()["next"] is None
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(first["recipe"]["python"], {})
    assert printed.getvalue() == f"5 {register_log.newest_hash()}\n"


def test_recipe_in_javascript_runs_in_a_browser(portal, client, browser_page):
    publish("Ångströms vänner 😀")
    publish()
    recipe = client.get(FILE).json()["recipe"]["javascript"]
    browser_page.goto(portal.url + PAGE)
    printed = []
    browser_page.on("console", lambda message: printed.append(message.text))
    browser_page.evaluate(f"(async () => {{ {recipe} }})()")
    assert printed == [f"2 {register_log.newest_hash()}"]


def test_file_holds_what_is_hashed_and_nothing_else(client, story):
    entry = client.get(FILE).json()["entries"][0]
    assert set(entry) == {"number", "hash", "body"}
    assert json.loads(entry["body"])["organisation"]["name"] == "Möllans odlare"


@pytest.mark.parametrize("fran", ["0", "-1", "x", "1e3", "9" * 30])
def test_file_refuses_a_beginning_that_is_no_number(client, story, fran):
    response = client.get(FILE, {"fran": fran})
    assert response.status_code == 400
    assert response.headers["Content-Type"].startswith("text/plain")


# In a real browser


@pytest.mark.parametrize("query", ["", "?kontrollera=ja", "?summa=abc", f"?summa={'a' * 64}"])
def test_page_is_accessible_in_every_state(portal, browser_page, query):
    rename(publish("W" * 200), "Nytt namn")
    browser_page.goto(portal.url + PAGE + query)
    for details in browser_page.locator("details").all():
        details.evaluate("element => element.open = true")
    assert findings_in_all_looks(browser_page) == []
