"""Public pages read from a replica (DATABASE_REPLICA_URL): docs/decisions/0027-replica.md.

A replica lags. It is read for visitors without any cookie alone, who have not just written
anything here, and only once it has all that this process has heard to be changed.
"""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import Error, connections
from django.db.models import Model
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from malmoandan.running.changes import listener

logger = logging.getLogger(__name__)

ALIAS = "replica"
PAUSE = 10  # seconds before a replica that was away is asked again
# A database that is no replica has everything at once.
HAS_ALL = """
    SELECT NOT pg_is_in_recovery() OR pg_last_wal_replay_lsn() >= %s::pg_lsn
"""
_reading: ContextVar[bool] = ContextVar("reads_from_replica", default=False)


class ReplicaRouter:
    """Reads of a request that may; everything else, and all after a write, is the primary's."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str | None:
        # Counted attempts are read to be changed.
        if not _reading.get() or model._meta.app_label == "django_cache":
            return None
        return None if connections["default"].in_atomic_block else ALIAS

    def db_for_write(self, model: type[Model], **hints: Any) -> str | None:
        _reading.set(False)
        return "default"

    def allow_relation(self, one: Model, other: Model, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        return False if db == ALIAS else None


class ReadReplica:
    """Middleware below the kept pages: what they keep may come from the replica."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        if ALIAS not in settings.DATABASES:
            raise MiddlewareNotUsed
        self.get_response = get_response
        self.away_until = 0.0

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method not in {"GET", "HEAD"} or request.COOKIES or not self._has_all():
            return self.get_response(request)
        with reading():
            return self.get_response(request)

    def _has_all(self) -> bool:
        """Whether the replica answers, and has every change that this process has heard of."""
        position = listener.position()
        if position is None or time.monotonic() < self.away_until:
            return False
        try:
            with connections[ALIAS].cursor() as cursor:
                cursor.execute(HAS_ALL, [position])
                return bool(cursor.fetchone()[0])
        except Error as error:
            self.away_until = time.monotonic() + PAUSE
            logger.warning("The replica is away, the primary serves: %s", type(error).__name__)
            return False


@contextmanager
def reading() -> Iterator[None]:
    """Let reads go to the replica within, until something is written."""
    token = _reading.set(True)
    try:
        yield
    finally:
        _reading.reset(token)
