"""Keeps public pages in the web process's memory until something changes.

Only what every visitor without a session gets alike: asked for by GET, answered 200 without a
cookie (a form with a CSRF token sets one) and without a word against keeping it. What the clock
alone changes (a last day, a coming dialogue) is right at each full minute.
"""

import time
from collections.abc import Callable
from typing import TypeGuard

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, set_response_etag

from malmoandan.running.changes import listener

LARGEST = 256 * 1024  # bytes of a page
SECONDS = 60


class PageCache:
    """Middleware, above the session and below what adds headers to every answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method not in {"GET", "HEAD"}:
            return self._after_writing(request)
        # Asked before anything is read: a change meanwhile makes a key that nobody asks for.
        generation = listener.generation() if self._is_anonymous(request) else None
        if generation is None:
            return self.get_response(request)
        minute = int(time.time()) // SECONDS
        key = "-".join(str(part) for part in (*generation, minute, request.get_full_path()))
        kept = caches["pages"].get(key)
        if kept is None:
            response = self.get_response(request)
            if not self._is_for_everyone(response):
                return response
            kept = self._keep(key, response)
        answer = get_conditional_response(request, etag=kept.headers["ETag"], response=kept)
        return answer or kept

    def _after_writing(self, request: HttpRequest) -> HttpResponseBase:
        try:
            return self.get_response(request)
        finally:
            listener.note("")

    def _is_anonymous(self, request: HttpRequest) -> bool:
        if not settings.KEEP_PAGES or "HX-Request" in request.headers:
            return False
        return request.method == "GET" and not set(request.COOKIES) - {settings.CSRF_COOKIE_NAME}

    def _is_for_everyone(self, response: HttpResponseBase) -> TypeGuard[HttpResponse]:
        told = response.headers.get("Cache-Control", "")
        return (
            isinstance(response, HttpResponse)
            and response.status_code == 200
            and not response.cookies
            and not any(word in told for word in ("no-store", "private", "no-cache"))
            and len(response.content) <= LARGEST
        )

    def _keep(self, key: str, response: HttpResponse) -> HttpResponse:
        # The browser may keep the page too, and asks each time whether it is still right.
        response.headers.setdefault("Cache-Control", "no-cache")
        set_response_etag(response)
        caches["pages"].set(key, response, SECONDS)
        return response
