"""What a request does with its database connection, and what is said when there is none."""

from collections.abc import Callable

from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse


class ReturnConnection:
    """Give the connection back to the pool as soon as the page is made.

    Django would keep it until the visitor has read all of it: ten who read slowly would take
    all connections from everyone else.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not connection.in_atomic_block:  # the tests keep one open around many requests
            connection.close()
        return response


def is_out_of_reach(error: BaseException | None) -> bool:
    """Tell whether the database was gone or busy (a restart, a full pool), not misused by us."""
    return isinstance(error, OperationalError | InterfaceError)
