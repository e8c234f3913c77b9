"""Security events as lines of the log: what happened, when, to which account, by its number.

No name, address, form or path ever stands there: paths hold the secret part of links. Who the
number belongs to is seen in the admin, as long as the account is there.
"""

import logging
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.http import HttpRequest

from malmoandan.accounts.models import User

logger = logging.getLogger("malmoandan.security")


def note(event: str, *, person: User | AnonymousUser | None = None, **facts: Any) -> None:
    """Write down an event. `facts` are words of ours: never what somebody typed."""
    key = getattr(person, "pk", None) or "-"
    told = "".join(f" {name}={value}" for name, value in facts.items())
    logger.info("%s person=%s%s", event, key, told)


def note_refusal(event: str, request: HttpRequest) -> None:
    """Write down that a request was refused, by the name of its view."""
    match = request.resolver_match
    # Whoever could not be told apart from a stranger, as when the database is away, is one.
    note(event, person=getattr(request, "user", None), view=match.view_name if match else "-")


def _signed_in(sender: Any, user: User, **kwargs: Any) -> None:
    note("signed_in", person=user, staff=user.is_staff)


def _signed_out(sender: Any, user: User | None, **kwargs: Any) -> None:
    note("signed_out", person=user)


def listen() -> None:
    user_logged_in.connect(_signed_in, dispatch_uid="security_log")
    user_logged_out.connect(_signed_out, dispatch_uid="security_log")
