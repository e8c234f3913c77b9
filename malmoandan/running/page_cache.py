"""Keeps public pages in the web process's memory until something that they tell of changes.

Only what every visitor without a session gets alike: asked for by GET, answered 200 without a
cookie (a form with a CSRF token sets one) and without a word against keeping it. A page is right
as long as no table has changed that its queries named. What the clock alone changes (a last day,
a coming dialogue) is right at each full minute.
"""

import hashlib
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, TypeGuard

from django.conf import settings
from django.db import connections
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers

from malmoandan.running import compression
from malmoandan.running.changes import Heard, listener, told_of

LARGEST = 4 * 1024 * 1024  # bytes of a page or a file
MOST_BYTES = 64 * 1024 * 1024  # of all that a process keeps
SECONDS = 60


@dataclass(frozen=True)
class Kept:
    """An answer, the tables that it was made from, and what was heard of them by then."""

    headers: dict[str, str]
    body: bytes
    tables: frozenset[str]
    heard: tuple[int, int]
    minute: int
    smaller: dict[str, bytes] = field(default_factory=dict)  # by encoding, made when asked for

    @property
    def size(self) -> int:
        # Made smaller in both ways it takes less than half as much again.
        return len(self.body) * 3 // 2 + 2000

    def answer(self, request: HttpRequest) -> HttpResponse:
        """A new response, as small as the visitor takes it, or 304 for who has it."""
        body, headers = self.body, self.headers
        if compression.is_worth_it(headers["Content-Type"], body):
            encoding = compression.accepted(request)
            if encoding:
                if encoding not in self.smaller:
                    self.smaller[encoding] = compression.compress(body, encoding)
                body, headers = self.smaller[encoding], {**headers, "Content-Encoding": encoding}
        response = HttpResponse(body, headers={**headers, "Content-Length": str(len(body))})
        found = get_conditional_response(request, etag=headers["ETag"], response=response)
        return found or response


class Shelf:
    """What one process keeps, by address: at most so many bytes, the last used stay longest."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self.most_bytes = most_bytes
        self.bytes = 0
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, Kept] = OrderedDict()

    def get(self, key: str) -> Kept | None:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def put(self, key: str, kept: Kept) -> None:
        with self._lock:
            self._remove(key)
            self._kept[key] = kept
            self.bytes += kept.size
            while self.bytes > self.most_bytes:
                self._remove(next(iter(self._kept)))

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()
            self.bytes = 0

    def _remove(self, key: str) -> None:
        former = self._kept.pop(key, None)
        self.bytes -= former.size if former else 0


shelf = Shelf()


class PageCache:
    """Middleware, above the session and below what adds headers to every answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method not in {"GET", "HEAD"}:
            return self._after_writing(request)
        # Asked before anything is read: a change meanwhile makes what is kept useless.
        heard = listener.heard() if _is_anonymous(request) else None
        if heard is None:
            return self.get_response(request)
        minute = int(time.time()) // SECONDS
        key = f"{request.scheme}://{request.get_host()}{request.get_full_path()}"
        kept = shelf.get(key)
        if kept and kept.minute == minute and kept.heard == heard.of(kept.tables):
            return kept.answer(request)
        return self._make(request, key, heard, minute)

    def _after_writing(self, request: HttpRequest) -> HttpResponseBase:
        """Who has sent a form reads what it did; what was refused has changed nothing."""
        response = self.get_response(request)
        if response.status_code < 400:
            listener.note("")
        return response

    def _make(self, request: HttpRequest, key: str, heard: Heard, minute: int) -> HttpResponseBase:
        statements: list[str] = []

        def note(execute: Callable[..., Any], sql: Any, *arguments: Any) -> Any:
            statements.append(str(sql))
            return execute(sql, *arguments)

        with ExitStack() as noted:
            for connection in connections.all():  # a replica's too
                noted.enter_context(connection.execute_wrapper(note))
            response = self.get_response(request)
        if request.method != "GET" or not _is_for_everyone(response):
            return response
        tables = tables_in(statements)
        kept = Kept(_headers(response), response.content, tables, heard.of(tables), minute)
        shelf.put(key, kept)
        return kept.answer(request)


def tables_in(statements: list[str]) -> frozenset[str]:
    """The tables of which changes are told that the statements name."""
    words = {word for statement in statements for word in re.findall(r"\w+", statement)}
    return frozenset(words & told_of())


def _is_anonymous(request: HttpRequest) -> bool:
    if not settings.KEEP_PAGES or "HX-Request" in request.headers:
        return False
    return not set(request.COOKIES) - {settings.CSRF_COOKIE_NAME}


def _is_for_everyone(response: HttpResponseBase) -> TypeGuard[HttpResponse]:
    told = response.headers.get("Cache-Control", "")
    return (
        isinstance(response, HttpResponse)
        and response.status_code == 200
        and not response.cookies
        and not any(word in told for word in ("no-store", "private"))
        and "Content-Encoding" not in response.headers
        and len(response.content) <= LARGEST
    )


def _headers(response: HttpResponse) -> dict[str, str]:
    # The browser may keep the page too, and asks each time whether it is still right.
    response.headers.setdefault("Cache-Control", "no-cache")
    patch_vary_headers(response, ["Accept-Encoding"])
    if "ETag" not in response.headers:
        # Weak: compressed in one way or another it is the same page.
        digest = hashlib.sha256(response.content).hexdigest()[:32]
        response.headers["ETag"] = f'W/"{digest}"'
    return dict(response.headers.items())
