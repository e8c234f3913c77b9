"""What libraries write to the log, without what people typed.

Error messages quote values: PostgreSQL names the address that is taken already, a mail server the
one that it refuses, Django the path, which may hold the secret part of a link. Where in the code
it happened, the kind of error and the view are what somebody needs who mends it.
"""

import logging
import traceback
from collections.abc import Iterator


class WithoutPeople(logging.Filter):
    """Put on every handler: it rewrites the record, so any formatter may follow."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        if request is not None and hasattr(request, "method"):
            match = getattr(request, "resolver_match", None)
            record.msg = "%s %s view=%s"
            status = getattr(record, "status_code", "-")
            record.args = (status, _method(request.method), match.view_name if match else "-")
        if record.exc_info and record.exc_info[1]:
            record.exc_text = told(record.exc_info[1])
            record.exc_info = None
        return True


def told(error: BaseException) -> str:
    """The traceback with each error by its kind, and for a database's by code and constraint."""
    return "".join(_parts(error)).rstrip("\n")


def _parts(error: BaseException) -> Iterator[str]:
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before:
        yield from _parts(before)
        yield "\nand then\n\n"
    yield "Traceback (most recent call last):\n"
    yield from traceback.format_tb(error.__traceback__)
    yield f"{_kind(error)}\n"
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield "\namong them\n\n"
            yield from _parts(inner)


def _kind(error: BaseException) -> str:
    kind = f"{type(error).__module__}.{type(error).__qualname__}"
    known = [getattr(error, "sqlstate", None)]
    known.append(getattr(getattr(error, "diag", None), "constraint_name", None))
    facts = ", ".join(fact for fact in known if fact)
    return f"{kind} ({facts})" if facts else kind


def _method(name: str | None) -> str:
    """A method may be any word that somebody sent."""
    return name if name in {"GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE"} else "-"
