"""A fresh code before what cannot be undone: somebody may have left the browser open."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from allauth.account.authentication import get_authentication_records
from allauth.account.utils import get_next_redirect_url
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from malmoandan.accounts.codes import CodeNotSent, code_not_sent, send_code
from malmoandan.accounts.models import User

FRESH_SECONDS = 15 * 60


def is_fresh(request: HttpRequest) -> bool:
    """Whether the person proved who they are within the last 15 minutes."""
    oldest = time.time() - FRESH_SECONDS
    records = get_authentication_records(request, request.user)
    return any(record.get("at", 0) > oldest for record in records)


def fresh_code_required(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Decorator: signed in, and not long ago; else a code comes first, and then this page.

    A POST that comes too late is not done: the person meets its page again after the code. So
    what was typed before belongs in the session.
    """

    @wraps(view)
    @login_required
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if is_fresh(request):
            return view(request, *args, **kwargs)
        return ask_for_code(request.path)

    return guarded


def ask_for_code(to: str) -> HttpResponse:
    """Lead to the page that sends a code, and from there to the address `to`."""
    return redirect(f"{reverse('confirm_identity')}?{urlencode({'next': to})}")


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_identity(request: HttpRequest) -> HttpResponse:
    """Say that a code comes, send it, and go on to `next` by the ordinary page for codes."""
    person: User = request.user  # type: ignore[assignment]
    to = get_next_redirect_url(request) or "/"
    if request.method != "POST":
        return TemplateResponse(request, "account/confirm_identity.html", {"next": to})
    try:
        send_code(request, person.email)
    except CodeNotSent:
        return code_not_sent(request)
    return redirect(f"{reverse('account_confirm_login_code')}?{urlencode({'next': to})}")
