"""Pages are kept for everyone as long as nothing changes, and for nobody else."""

import gzip
import time

import brotli
import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.utils import timezone

from malmoandan.organisations.models import Organisation
from malmoandan.pages.models import News
from malmoandan.running import page_cache
from malmoandan.running.changes import Listener
from tests.factories import make_signature

REGISTER = "/undertecknare/"
MINUTE = page_cache.SECONDS
UNPACK = {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}


def make_news():
    return News.objects.create(
        title="Nytt om torget",
        slug="nytt",
        lead="Ljust.",
        text="Lampor.",
        published_from=timezone.now(),
    )


def kept(body: bytes) -> page_cache.Kept:
    return page_cache.Kept({}, body, frozenset(), (0, 0), 0)


@pytest.fixture
def listener(transactional_db, settings, monkeypatch):
    """What a web process that keeps pages hears of changes."""
    settings.KEEP_PAGES = True
    monkeypatch.setattr(page_cache, "SECONDS", 10**9)  # no full minute begins in between
    page_cache.shelf.clear()
    listener = Listener()
    monkeypatch.setattr(page_cache, "listener", listener)
    _until(lambda: listener.heard() is not None)
    yield listener
    listener.stop()
    page_cache.shelf.clear()


def _until(condition) -> None:
    for _attempt in range(500):
        if condition():
            return
        time.sleep(0.01)
    raise TimeoutError("What was waited for did not happen.")


class _Counter:
    def __init__(self):
        self.count = 0

    def __call__(self, execute, *arguments):
        self.count += 1
        return execute(*arguments)


def queries_of(client: Client, address: str) -> int:
    counter = _Counter()
    with connection.execute_wrapper(counter):
        assert client.get(address).status_code == 200
    return counter.count


def test_a_page_asked_for_again_asks_the_database_nothing(client, listener):
    make_signature()
    # Once what was changed has been heard.
    _until(lambda: client.get(REGISTER) and queries_of(client, REGISTER) == 0)

    assert queries_of(client, REGISTER) == 0


def test_a_change_by_raw_sql_shows_within_a_second(client, listener):
    organisation = make_signature().organisation
    client.get(REGISTER)

    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE organisations_organisation SET name = 'Helt nytt namn' WHERE id = %s",
            [organisation.pk],
        )

    _until(lambda: "Helt nytt namn" in client.get(REGISTER).content.decode())


def test_a_change_that_is_rolled_back_leaves_the_page_as_it_is(client, listener):
    make_signature()
    _until(lambda: client.get(REGISTER) and queries_of(client, REGISTER) == 0)

    with connection.cursor() as cursor:
        cursor.execute("BEGIN; UPDATE organisations_organisation SET name = 'x'; ROLLBACK")
    time.sleep(0.2)

    assert queries_of(client, REGISTER) == 0


def test_one_who_is_signed_in_gets_a_page_of_their_own(client, listener):
    person = get_user_model().objects.create_user(email="anna@example.org")
    client.get(REGISTER)
    client.force_login(person)

    mine = client.get(REGISTER).content.decode()
    after = Client().get(REGISTER).content.decode()

    assert "Logga ut" in mine
    assert "Logga ut" not in after


def test_a_page_with_a_form_to_send_is_kept_for_nobody(client, listener):
    first = client.get("/konto/logga-in/", follow=True)
    second = Client().get("/konto/logga-in/", follow=True)

    assert first.cookies["csrftoken"].value != second.cookies["csrftoken"].value


def test_the_other_language_is_another_page(client, listener):
    client.get(REGISTER)

    assert 'lang="en"' in Client().get(REGISTER, {"sprak": "en"}).content.decode()
    assert '<html lang="sv">' in Client().get(REGISTER).content.decode()


def test_a_browser_that_has_the_page_gets_304_until_it_changes(client, listener):
    organisation = make_signature().organisation
    tag = client.get(REGISTER)["ETag"]
    assert client.get(REGISTER, headers={"if-none-match": tag}).status_code == 304

    Organisation.objects.filter(pk=organisation.pk).update(name="Ett nyare namn")

    def changed() -> bool:
        return client.get(REGISTER, headers={"if-none-match": tag}).status_code == 200

    _until(changed)


def test_nothing_is_kept_while_changes_cannot_be_heard(client, listener):
    client.get(REGISTER)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE query IN ('SELECT pg_current_wal_lsn()::text', 'LISTEN portal_changes')"
            " AND pid <> pg_backend_pid()"
        )
    _until(lambda: listener.heard() is None)

    assert queries_of(client, REGISTER) > 0
    _until(lambda: listener.heard() is not None)


def test_an_error_is_never_kept(client, listener):
    assert client.get("/undertecknare/?per=igår").status_code == 400

    assert not any("per=" in key for key in page_cache.shelf._kept)


def test_every_minute_the_clock_is_asked_again(client, listener, monkeypatch):
    monkeypatch.setattr(page_cache, "SECONDS", MINUTE)
    client.get(REGISTER)
    later = time.time() + 60
    monkeypatch.setattr("malmoandan.running.page_cache.time.time", lambda: later)

    assert queries_of(client, REGISTER) > 0


def test_a_change_of_what_a_page_does_not_tell_of_leaves_it_kept(client, listener):
    make_signature()
    _until(lambda: client.get(REGISTER) and queries_of(client, REGISTER) == 0)

    make_news()
    time.sleep(0.3)

    assert queries_of(client, REGISTER) == 0
    assert "Nytt om torget" in client.get("/nyheter/").content.decode()


def test_a_change_in_an_unknown_table_is_taken_for_a_change_of_everything(client, listener):
    client.get(REGISTER)

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify('portal_changes', 'another_table')")

    _until(lambda: queries_of(client, REGISTER) > 0)


def test_a_refused_form_leaves_kept_pages_alone(client, listener):
    client.get(REGISTER)
    strict = Client(enforce_csrf_checks=True)

    assert strict.post("/konto/logga-in/", {"email": "a@example.org"}).status_code == 403

    assert queries_of(client, REGISTER) == 0


def test_who_asks_only_for_the_headers_gets_those_of_the_kept_page(client, listener):
    tag = client.get(REGISTER)["ETag"]

    with connection.execute_wrapper(counter := _Counter()):
        answer = client.head(REGISTER)

    assert (answer.status_code, answer["ETag"], counter.count) == (200, tag, 0)


@pytest.mark.parametrize(
    ("told", "encoding"),
    [
        ("gzip, deflate, br", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("identity", ""),
    ],
)
def test_a_kept_page_comes_as_small_as_the_browser_takes_it(client, listener, told, encoding):
    whole = client.get("/om/").content

    for _kept in range(2):
        answer = client.get("/om/", headers={"accept-encoding": told})
        assert answer.headers.get("Content-Encoding", "") == encoding
        assert int(answer["Content-Length"]) == len(answer.content)
        assert "Accept-Encoding" in answer["Vary"]
        assert UNPACK[encoding](answer.content) == whole


def test_a_page_with_a_secret_is_never_compressed(client, listener):
    answer = client.get("/konto/logga-in/", headers={"accept-encoding": "br, gzip"}, follow=True)

    assert "Content-Encoding" not in answer.headers


def test_another_host_gets_a_page_of_its_own(client, listener, settings):
    settings.ALLOWED_HOSTS = ["testserver", "malmo.example"]
    client.get(REGISTER)

    assert queries_of(client, REGISTER) == 0
    assert client.get(REGISTER, headers={"host": "evil.example"}).status_code == 400
    with connection.execute_wrapper(counter := _Counter()):
        client.get(REGISTER, headers={"host": "malmo.example"})
    assert counter.count > 0


def test_a_process_keeps_so_many_bytes_and_the_last_used_pages():
    shelf = page_cache.Shelf(most_bytes=100_000)
    for number in range(20):
        shelf.put(f"/{number}/", kept(b"a" * 20_000))
        shelf.get("/0/")

    assert shelf.bytes <= 100_000
    assert shelf.get("/0/")
    assert shelf.get("/19/")
    assert shelf.get("/1/") is None


def test_a_connection_that_is_silent_is_not_trusted(client, listener, monkeypatch):
    make_signature()
    client.get(REGISTER)

    later = time.monotonic() + 60
    monkeypatch.setattr("malmoandan.running.changes.time.monotonic", lambda: later)

    assert queries_of(client, REGISTER) > 0
