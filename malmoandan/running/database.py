"""What a request does with its database connection, and how long it may wait there."""

from collections.abc import Callable
from typing import Any

from django.db import connections
from django.http import HttpRequest, HttpResponse

# Someone sits in front of the page: rather a page that says "in a while" than none for minutes.
# Together shorter than running/outage.py waits for the whole answer.
LIMITS = {
    "statement_timeout": "8s",
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "60s",
}


class ReturnConnection:
    """Give the connection back to the pool as soon as the page is made.

    Django would keep it until the visitor has read all of it: ten who read slowly would take
    all connections from everyone else.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        let_go()
        return response


def let_go() -> None:
    """Give the connection back before something slow; the next query takes one again.

    A mail server that hangs would else hold one of the pool's ten for each who waits for a code.
    """
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:  # the tests keep one open around many requests
            connection.close()


def limit_waiting() -> None:
    """Let no statement of this process run or wait long; called before the first connection.

    For web servers alone: a job, a migration or an import may take its time.
    """
    limits = [f"-c {name}={value}" for name, value in LIMITS.items()]
    for connection in connections.all():
        options: dict[str, Any] = connection.settings_dict["OPTIONS"]
        options["options"] = " ".join([options.get("options", ""), *limits]).strip()
