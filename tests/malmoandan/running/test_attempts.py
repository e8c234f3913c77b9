"""Attempts are counted in the database: exactly, by all processes together."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from allauth.core.internal import ratelimit
from django.conf import settings as portal_settings
from django.core.cache import caches
from django.db import connection
from django.test import RequestFactory

from malmoandan.running import environment

FIVE = {"try": "5/10m/key"}


@pytest.fixture
def allowed(transactional_db, settings) -> Callable[[str], bool]:
    """Whether one more attempt is allowed, counted where the portal counts without Redis.

    allauth keeps what it counts in Django's cache, and each thread has an instance of its own
    here, as each process has.
    """
    settings.CACHES = {**portal_settings.CACHES, "default": environment.cache("")}

    def attempt(key: str) -> bool:
        request = RequestFactory().post("/")
        try:
            return bool(
                ratelimit.consume(request, app="portal", action="try", config=FIVE, key=key)
            )
        finally:
            connection.close()

    return attempt


def test_forty_at_once_leave_exactly_five(allowed):
    with ThreadPoolExecutor(max_workers=8) as threads:
        answers = list(threads.map(lambda _number: allowed("anna@example.org"), range(40)))

    assert answers.count(True) == 5


def test_a_restart_forgets_no_attempt(allowed):
    assert [allowed("anna@example.org") for _attempt in range(5)] == [True] * 5
    caches.close_all()

    assert not allowed("anna@example.org")


def test_one_address_too_many_does_not_bar_another(allowed):
    for _attempt in range(6):
        allowed("anna@example.org")

    assert allowed("bo@example.org")


def test_an_address_is_not_readable_in_what_is_counted(allowed):
    allowed("anna@example.org")

    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key || value FROM cache")
        assert not any("anna" in kept for (kept,) in cursor.fetchall())


def test_counting_makes_no_page_stale(allowed):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_trigger WHERE tgname = 'portal_tell_change'"
            " AND tgrelid IN ('cache'::regclass, 'django_session'::regclass)"
        )
        assert cursor.fetchone() == (0,)
