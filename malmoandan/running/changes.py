"""Tells each web process at once what has changed in the database.

A trigger on every table names the table in a notification, which PostgreSQL delivers when the
change is committed, and only then. So what was made from the rows can be kept as long as nothing
was heard: without a query, in every process, and for changes by raw SQL too.
"""

import logging
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import psycopg
from django.apps import AppConfig
from django.db import connection

logger = logging.getLogger(__name__)

CHANNEL = "portal_changes"
HEARTBEAT = 0.5  # seconds: a connection that died silently is noticed after this long
# A network that swallows everything breaks no connection: after so many seconds without an
# answer, what was heard is not trusted any more.
LONGEST_SILENCE = 2.0
PAUSE = 1.0  # seconds before a lost connection is made again

# Sessions, jobs, history and counted attempts change all the time, and no page is made from them.
INSTALL = """
    CREATE OR REPLACE FUNCTION portal_tell_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM pg_notify('portal_changes', TG_TABLE_NAME);
        RETURN NULL;
    END $$;
    DO $$
    DECLARE changed regclass;
    BEGIN
        FOR changed IN
            SELECT oid::regclass FROM pg_class
            WHERE relkind IN ('r', 'p') AND NOT relispartition
            AND relnamespace = current_schema()::regnamespace
            AND relname NOT LIKE 'procrastinate%' AND relname NOT LIKE 'pghistory%'
            AND relname NOT IN ('django_session', 'django_migrations', 'cache',
                'running_attempt')
            AND NOT EXISTS (SELECT FROM pg_attribute
                WHERE attrelid = pg_class.oid AND attname = 'pgh_obj_id')
            AND NOT EXISTS (SELECT FROM pg_trigger
                WHERE tgrelid = pg_class.oid AND tgname = 'portal_tell_change')
        LOOP
            EXECUTE format('CREATE TRIGGER portal_tell_change
                AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON %s
                FOR EACH STATEMENT EXECUTE FUNCTION portal_tell_change()', changed);
        END LOOP;
    END $$;
"""


def install_triggers(sender: AppConfig, **kwargs: object) -> None:
    """After each migrate: new tables tell of their changes too, whoever makes them."""
    with connection.cursor() as cursor:
        cursor.execute(INSTALL)


@dataclass(frozen=True)
class Heard:
    """What one process has heard by a moment."""

    epoch: int
    changes: Mapping[str, int]

    def of(self, tables: Iterable[str]) -> tuple[int, int]:
        """A value that differs once any of these tables has changed."""
        return self.epoch, sum(self.changes.get(table, 0) for table in tables)


@cache
def told_of() -> frozenset[str]:
    """The tables of models. Whatever else is told of may bear on any page."""
    return frozenset(connection.introspection.django_table_names())


class Listener:
    """Counts what is heard. A thread of its own, with a connection of its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._changes: Mapping[str, int] = {}  # replaced, never altered: many read it
        self._started = False
        self._stopped = threading.Event()
        self._connected = False
        self._heard_at = 0.0
        self._position: str | None = None  # in the database's log, of the last change heard
        # Grows with each new connection, when something may have been missed, and with each
        # change that bears on everything.
        self._epoch = 0

    def heard(self) -> Heard | None:
        """What was heard so far; None while nothing can be heard: then nothing may be kept."""
        if not self._started:
            self._start()
        with self._lock:
            if not self._connected or time.monotonic() - self._heard_at > LONGEST_SILENCE:
                return None
            return Heard(self._epoch, self._changes)

    def position(self) -> str | None:
        """Where in the primary's log (an LSN) everything is that has been heard of.

        What has replayed its log so far lacks nothing of it. None while nothing can be heard.
        """
        if not self._started:
            self._start()
        with self._lock:
            return self._position if self._connected else None

    def note(self, table: str) -> None:
        """Count a change. A request that wrote notes its own, so that it reads what it wrote."""
        with self._lock:
            if table in told_of():
                self._changes = {**self._changes, table: self._changes.get(table, 0) + 1}
            else:
                self._epoch += 1

    def stop(self) -> None:
        """Hear nothing more; the thread ends within a heartbeat."""
        self._stopped.set()

    def _start(self) -> None:
        with self._lock:
            if not self._started:
                self._started = True
                threading.Thread(target=self._listen_for_ever, daemon=True).start()

    def _listen_for_ever(self) -> None:
        while not self._stopped.wait(PAUSE if self._heard_at else 0):
            try:
                self._listen()
            except psycopg.Error as error:
                logger.warning("Changes cannot be heard for now: %s", type(error).__name__)
            with self._lock:
                self._connected = False

    def _listen(self) -> None:
        with psycopg.connect(autocommit=True, **_parameters()) as listening:
            listening.execute(f"LISTEN {CHANNEL}")
            position = _position(listening)
            with self._lock:
                self._position = position
                self._epoch += 1
                self._connected = True
                self._heard_at = time.monotonic()
            while not self._stopped.is_set():
                heard = list(listening.notifies(timeout=HEARTBEAT, stop_after=1))
                # Asked even if nothing was heard, which shows that the connection lives.
                position = _position(listening)
                if heard:
                    # Before the changes are told: none may think that a replica has them already.
                    with self._lock:
                        self._position = position
                for notification in heard:
                    self.note(notification.payload)
                self._heard_at = time.monotonic()


def _position(listening: psycopg.Connection[Any]) -> str:
    row = listening.execute("SELECT pg_current_wal_lsn()::text").fetchone()
    return str(row[0]) if row else ""


def _parameters() -> dict[str, Any]:
    """Django's own connection parameters, without what only its pool and cursors understand."""
    parameters = connection.get_connection_params()
    return {name: value for name, value in parameters.items() if isinstance(value, str | int)}


listener = Listener()
