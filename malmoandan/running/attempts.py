"""How often somebody may try: counted exactly, by all processes together, across restarts.

allauth's own counting waits a second for a lock at most and then refuses: sixty people behind
one address, who ask for their codes at the same moment, were told that they had tried too often.
One statement counts here, and needs no lock.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress

from allauth.core.internal.ratelimit import Rate, get_ip, parse_rates
from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import get_resolver
from django.utils.crypto import salted_hmac
from redis.exceptions import RedisError

COUNT = """
    INSERT INTO running_attempt AS known (key, count, ends_at)
    VALUES (%(key)s, 1, clock_timestamp() + %(seconds)s * interval '1 second')
    ON CONFLICT (key) DO UPDATE SET
        count = CASE WHEN known.ends_at <= clock_timestamp() THEN 1 ELSE known.count + 1 END,
        ends_at = CASE WHEN known.ends_at <= clock_timestamp() THEN excluded.ends_at
            ELSE known.ends_at END
    RETURNING count, ceil(extract(epoch FROM ends_at - clock_timestamp()))::int
"""
TAKE_BACK = "UPDATE running_attempt SET count = count - 1 WHERE key = %s AND count > 0"
# Lists and files that are made anew for each question; without one they are kept in memory.
FILES = (".csv", ".json", ".xlsx", ".atom", ".ics", ".rdf", ".ttl")
NO_QUESTIONS = {"sprak"}


def allowed(request: HttpRequest, action: str, key: str = "") -> bool:
    """Count an attempt; return whether it is one of those that settings.ATTEMPTS allows.

    `key` is whom it concerns, such as an e-mail address; empty when nobody is named. What is
    kept says neither that nor where the request came from.
    """
    for rate, name in _counts(request, action, key):
        count, seconds = _count(name, int(rate.duration))
        request.counted = [*getattr(request, "counted", []), name]  # type: ignore[attr-defined]
        if count > rate.amount:
            request.retry_after = max(1, seconds)  # type: ignore[attr-defined]
            return False
    return True


def take_back(request: HttpRequest, action: str, key: str = "") -> None:
    """Count one attempt less: the one that `allowed` has just counted was none after all."""
    for _rate, name in _counts(request, action, key):
        _take_back(name)


def take_back_all(request: HttpRequest) -> None:
    """An outage cut the request off: whoever presses the button again has not tried too often."""
    with suppress(DatabaseError, RedisError):  # these may be what is away
        for name in getattr(request, "counted", []):
            _take_back(name)


def _take_back(name: str) -> None:
    if settings.ATTEMPTS_IN_CACHE:
        with suppress(ValueError):  # its time has ended
            cache.decr(f"attempts-{name}")
    else:
        with connection.cursor() as cursor:
            cursor.execute(TAKE_BACK, [name])


def _counts(request: HttpRequest, action: str, key: str) -> Iterator[tuple[Rate, str]]:
    """The rates that hold for the action, each with the name that it is counted under."""
    for rate in parse_rates(settings.ATTEMPTS[action]):
        if rate.per == "key" and not key:
            continue
        who = get_ip(request) if rate.per == "ip" else key
        told = f"{action} {rate} {who}"
        yield rate, salted_hmac("attempts", told, algorithm="sha256").hexdigest()


def _count(key: str, seconds: int) -> tuple[int, int]:
    """Which attempt of its time this one is, and in how many seconds that time is over."""
    if settings.ATTEMPTS_IN_CACHE:
        cache.add(f"attempts-{key}", 0, seconds)
        try:
            return cache.incr(f"attempts-{key}"), seconds
        except ValueError:  # its time ended between the two
            cache.set(f"attempts-{key}", 1, seconds)
            return 1, seconds
    with connection.cursor() as cursor:
        cursor.execute(COUNT, {"key": key, "seconds": seconds})
        count, left = cursor.fetchone()
        return int(count), int(left)


def refused(request: HttpRequest) -> HttpResponse:
    """The page for one attempt too many."""
    return get_resolver().resolve_error_handler(429)(request)


class LimitQuestions:
    """Middleware: an address may ask so many questions a minute that need the database.

    Below the kept pages, which cost nothing: only what has to be made anew is counted.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if self._asks(request) and not allowed(request, "question"):
            return refused(request)
        return self.get_response(request)

    def _asks(self, request: HttpRequest) -> bool:
        if request.method != "GET":
            return False
        return bool(set(request.GET) - NO_QUESTIONS) or request.path_info.endswith(FILES)
