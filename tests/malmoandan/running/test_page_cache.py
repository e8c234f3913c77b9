"""Pages are kept for everyone as long as nothing changes, and for nobody else."""

import time

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import caches
from django.db import connection
from django.test import Client

from malmoandan.organisations.models import Organisation
from malmoandan.running import page_cache
from malmoandan.running.changes import Listener
from tests.factories import make_signature

REGISTER = "/undertecknare/"


@pytest.fixture
def listener(transactional_db, settings, monkeypatch):
    """What a web process that keeps pages hears of changes."""
    settings.KEEP_PAGES = True
    caches["pages"].clear()
    listener = Listener()
    monkeypatch.setattr(page_cache, "listener", listener)
    _until(lambda: listener.generation() is not None)
    yield listener
    listener.stop()
    caches["pages"].clear()


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
    client.get(REGISTER)

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
            " WHERE query IN ('SELECT 1', 'LISTEN portal_changes') AND pid <> pg_backend_pid()"
        )
    _until(lambda: listener.generation() is None)

    assert queries_of(client, REGISTER) > 0
    _until(lambda: listener.generation() is not None)


def test_an_error_is_never_kept(client, listener):
    assert client.get("/undertecknare/?per=igår").status_code == 400

    assert not any("per=" in key for key in caches["pages"]._cache)


def test_every_minute_the_clock_is_asked_again(client, listener, monkeypatch):
    client.get(REGISTER)
    later = time.time() + 60
    monkeypatch.setattr("malmoandan.running.page_cache.time.time", lambda: later)

    assert queries_of(client, REGISTER) > 0
