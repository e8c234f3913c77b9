"""The log's lines: plain, or one JSON object each (LOG_FORMAT=json), with the request's number."""

import json
import logging
import re
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime
from secrets import token_hex
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

HEADER = "X-Request-ID"
# What a proxy gives; anything longer or odder could carry what must not be in a log.
GIVEN = re.compile(r"[0-9a-fA-F-]{16,64}")
KEY = "portal.request_number"
_number: ContextVar[str] = ContextVar("request_number", default="")


class RequestNumber:
    """Middleware: one number in the answer's header and in each line of the log about it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get(HEADER, "") if settings.PUBLIC_HOSTS else ""
        number = given if GIVEN.fullmatch(given) else token_hex(16)
        request.META[KEY] = number  # Django tells of a 404 or 500 when all middleware is done
        before = _number.set(number)
        try:
            response = self.get_response(request)
        finally:
            _number.reset(before)
        response.headers[HEADER] = number
        return response


class AddNumber(logging.Filter):
    """Gives each record the number of the request in which it was written, or "-"."""

    def filter(self, record: logging.LogRecord) -> bool:
        told: dict[str, Any] = getattr(getattr(record, "request", None), "META", {})
        record.request_number = _number.get() or told.get(KEY, "-")
        return True


class JsonFormatter(logging.Formatter):
    """One object a line, for whatever collects logs; the same texts as in the plain log."""

    def format(self, record: logging.LogRecord) -> str:
        told = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "process": record.process,
            "request": getattr(record, "request_number", "-"),
        }
        if record.exc_text:  # as quiet_logs.py has written it
            told["exception"] = record.exc_text
        elif record.exc_info:
            told["exception"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=False)
