"""How long a sign-in lasts, and that nothing of it stays behind in the browser."""

import time
from collections.abc import Callable

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import add_never_cache_headers

from malmoandan.accounts import security_log
from malmoandan.accounts.codes import sign_out
from malmoandan.publishing.languages import PARAMETER

SEEN_KEY = "seen_at"
SEEN_EVERY = 5 * 60  # seconds between writes of when the person was last here


class SessionLifetime:
    """Middleware, below authentication: sign out who has been signed in, or idle, for too long.

    What else the session holds, such as a form under way, stays. Coordinators see names and
    addresses of others, so their time is shorter, and being away ends it too.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if SESSION_KEY in request.session and request.user.is_authenticated:
            self._check(request)
        return self.get_response(request)

    def _check(self, request: HttpRequest) -> None:
        now = time.time()
        staff = request.user.is_staff
        longest = settings.STAFF_SESSION_SECONDS if staff else settings.SIGNED_IN_SECONDS
        proven = [
            record.get("at", 0) for record in get_authentication_records(request, request.user)
        ]
        seen = request.session.get(SEEN_KEY, now)
        if proven and max(proven) < now - longest:
            self._end(request, "too_old")
        elif staff and seen < now - settings.STAFF_IDLE_SECONDS:
            self._end(request, "idle")
        elif staff and (SEEN_KEY not in request.session or seen < now - SEEN_EVERY):
            request.session[SEEN_KEY] = int(now)

    def _end(self, request: HttpRequest, why: str) -> None:
        security_log.note("session_ended", person=request.user, why=why)
        request.session.pop(SEEN_KEY, None)
        sign_out(request)


class PrivatePages:
    """Middleware, below the session: what is made from a session is kept by no browser or proxy.

    The next person at the same computer would find it by the back button. The language alone
    makes no page private, and a view may say otherwise.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        was_signed_in = SESSION_KEY in request.session
        response = self.get_response(request)
        if was_signed_in and SESSION_KEY not in request.session:
            # Signed out: whatever the browser kept of before goes too.
            response.headers["Clear-Site-Data"] = '"cache", "storage"'
        is_private = was_signed_in or set(request.session.keys()) - {PARAMETER}
        if is_private and "Cache-Control" not in response.headers:
            add_never_cache_headers(response)
        return response
