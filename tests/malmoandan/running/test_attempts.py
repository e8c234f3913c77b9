"""Attempts are counted in the database: exactly, by all processes together."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import RequestFactory
from django.utils import timezone

from malmoandan.running import attempts, tasks
from malmoandan.running.models import Attempt
from tests.challenges.remiss.referrals import make_referral
from tests.processes import answers, manage, url_of_test_database, wait_until


@pytest.fixture
def allowed(transactional_db, settings) -> Callable[[str], bool]:
    """Whether one more attempt of that person is allowed, of five in ten minutes."""
    settings.ATTEMPTS_IN_CACHE = False
    settings.ATTEMPTS = {"try": "5/10m/key"}

    def attempt(key: str) -> bool:
        try:
            return attempts.allowed(RequestFactory().post("/"), "try", key)
        finally:
            connection.close()

    return attempt


def test_forty_at_once_leave_exactly_five(allowed):
    with ThreadPoolExecutor(max_workers=8) as threads:
        answers = list(threads.map(lambda _number: allowed("anna@example.org"), range(40)))

    assert answers.count(True) == 5


def test_one_address_too_many_does_not_bar_another(allowed):
    for _attempt in range(6):
        allowed("anna@example.org")

    assert allowed("bo@example.org")


def test_what_is_counted_says_nothing_of_who_it_was(allowed):
    allowed("anna@example.org")

    assert not [row.key for row in Attempt.objects.all() if "anna" in row.key]


def test_after_its_time_an_attempt_is_the_first_again(allowed):
    refused = [allowed("anna@example.org") for _try in range(6)]
    Attempt.objects.update(ends_at=timezone.now())

    assert refused == 5 * [True] + [False]
    assert allowed("anna@example.org")


@pytest.mark.parametrize("in_cache", [False, True], ids=["database", "cache"])
def test_an_attempt_that_is_taken_back_leaves_room_for_another(allowed, settings, in_cache):
    settings.ATTEMPTS_IN_CACHE = in_cache
    for _try in range(8):
        assert allowed("anna@example.org")
        attempts.take_back(RequestFactory().post("/"), "try", "anna@example.org")
    assert [allowed("anna@example.org") for _try in range(6)] == 5 * [True] + [False]


def test_counts_whose_time_is_over_are_removed(allowed):
    allowed("anna@example.org")
    allowed("bo@example.org")
    Attempt.objects.filter(pk=Attempt.objects.first().pk).update(ends_at=timezone.now())
    tasks.remove_old_attempts(timestamp=0)

    assert Attempt.objects.count() == 1


def test_counting_makes_no_page_stale(allowed):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_trigger WHERE tgname = 'portal_tell_change'"
            " AND tgrelid IN ('cache'::regclass, 'django_session'::regclass,"
            " 'running_attempt'::regclass)"
        )
        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/sok/?q=kultur", 429),
        ("/undertecknare.csv", 429),
        ("/undertecknare/", 200),
        ("/?sprak=en", 200),
    ],
)
def test_searches_and_downloads_of_one_place_are_limited(client, db, settings, address, expected):
    settings.ATTEMPTS = settings.ATTEMPTS | {"question": "2/m/ip"}
    assert {client.get("/sok/?q=a").status_code for _try in range(2)} == {200}
    response = client.get(address, follow=True)

    assert response.status_code == expected
    if expected == 429:
        assert 0 < int(response.headers["Retry-After"]) <= 60
        assert "För många försök" in response.text
        assert "Skicka igen" not in response.text


def test_what_was_typed_stays_in_the_form_of_a_refusal(client, db, settings):
    settings.ATTEMPTS = settings.ATTEMPTS | {"remiss_draft": "0/m/ip"}
    page = client.post(
        f"/remiss/{make_referral().slug}/svara/",
        {"name": "Möllans odlare", "file": SimpleUploadedFile("a.pdf", b"%PDF-")},
    )
    assert page.status_code == 429
    assert 'name="name" value="Möllans odlare"' in page.text
    assert "Välj filen ”a.pdf” igen" in page.text


@pytest.mark.django_db(transaction=True)
def test_two_web_processes_count_as_one_and_a_restart_forgets_nothing(tmp_path):
    url = url_of_test_database()

    def asked(web, times):
        return [web.get("/sok/?q=kultur")[0] for _time in range(times)]

    def start(name):
        log = tmp_path / name
        return manage(
            "web", log=log, DATABASE_URL=url, DJANGO_SETTINGS_MODULE="tests.limited_settings"
        )

    with ExitStack() as stack:
        webs = [stack.enter_context(start(name)) for name in ("one", "two")]
        for web in webs:
            wait_until(lambda running=web: answers(running))
        statuses = [status for web in webs for status in asked(web, 3)]
    with start("three") as web:
        wait_until(lambda: answers(web))
        statuses += asked(web, 1)
    assert statuses == 5 * [200] + 2 * [429]
