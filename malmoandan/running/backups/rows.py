"""All rows of the database, out of it and into it, by COPY: the same for every server.

Only the rights of the database's owner are needed, not a superuser's.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from graphlib import TopologicalSorter
from typing import Any

from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from psycopg import sql

from malmoandan.running.backups.archive import CHUNK, Manifest, Reader, Table, Writer

FOLDER = "rows/"
# Live sign-ins are nothing to hand to whoever finds a backup, and attempts count for minutes.
# Which migrations have been applied stands in the manifest.
LEFT_OUT = {"django_session", "cache", "django_migrations"}

TABLES = """
    SELECT relname, array_agg(attname::text ORDER BY attnum)
    FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
    WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace
    AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
    GROUP BY relname ORDER BY relname
"""
# Django's own references wait for the end of the transaction; the queue's do not.
IMPATIENT_REFERENCES = """
    SELECT own.relname, other.relname FROM pg_constraint
    JOIN pg_class AS own ON own.oid = conrelid JOIN pg_class AS other ON other.oid = confrelid
    WHERE contype = 'f' AND NOT condeferrable AND conrelid <> confrelid
    AND own.relnamespace = current_schema()::regnamespace
"""
SEQUENCES = """
    SELECT sequencename::text FROM pg_sequences WHERE schemaname = current_schema() ORDER BY 1
"""
# Where the tables stand aside while others come in their place.
ASIDE = "before_restore"


def tables() -> list[Table]:
    """Every table of the portal, with the columns that can be written."""
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        return [Table(name, columns) for name, columns in cursor.fetchall()]


def write(archive: Writer) -> None:
    """Write the rows, as the caller's transaction sees them, into the archive."""
    manifest = archive.manifest
    with connection.cursor() as cursor:
        # Text that any server reads alike, whatever this one prefers.
        cursor.execute("SET LOCAL datestyle = 'ISO'")
        cursor.execute("SET LOCAL intervalstyle = 'postgres'")
        cursor.execute("SET LOCAL bytea_output = 'hex'")
    manifest.migrations = sorted(MigrationRecorder(connection).applied_migrations())
    manifest.tables = [table for table in tables() if table.name not in LEFT_OUT]
    for table in manifest.tables:
        with (
            archive.part(f"{FOLDER}{table.name}") as part,
            connection.cursor() as cursor,
            cursor.copy(_copy(table, "TO STDOUT")) as copy,
        ):
            for data in copy:
                part.write(data)
    manifest.sequences = _sequences()


@contextmanager
def in_place_of_what_is_there() -> Iterator[None]:
    """An empty database within; after an error, what was there before is there again.

    One transaction would do, but the queue's own migrations refuse to share one.
    """
    if _stands_aside():  # a restore was killed
        _put_back()
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        home = _home(cursor)
        cursor.execute(f"ALTER SCHEMA {home} RENAME TO {ASIDE}")
        cursor.execute(f"CREATE SCHEMA {home}")
    try:
        yield
    except BaseException:
        _put_back()
        raise
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA {ASIDE} CASCADE")


def _stands_aside() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = %s)", [ASIDE])
        return bool(cursor.fetchone()[0])


def _put_back() -> None:
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        home = _home(cursor)
        cursor.execute(f"DROP SCHEMA {home} CASCADE")
        cursor.execute(f"ALTER SCHEMA {ASIDE} RENAME TO {home}")


def _home(cursor: Any) -> str:
    cursor.execute("SELECT quote_ident(current_schema())")
    return str(cursor.fetchone()[0])


def read(archive: Reader) -> None:
    """Put the archive's rows in the place of those in the tables; what they refer to is checked."""
    with transaction.atomic(), _triggers_asleep(), connection.cursor() as cursor:
        for name in _in_order(reverse=True):
            cursor.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(name)))
        by_name = {table.name: table for table in archive.manifest.tables}
        for name in _in_order():
            if name in by_name:
                with (
                    archive.part(f"{FOLDER}{name}") as part,
                    cursor.copy(_copy(by_name[name], "FROM STDIN")) as copy,
                ):
                    shutil.copyfileobj(part, copy, CHUNK)
        _set_sequences(archive.manifest)
        # Else what is asked in the first minute is planned for empty tables, and may take as long.
        names = sql.SQL(", ").join(map(sql.Identifier, by_name))
        cursor.execute(sql.SQL("ANALYZE {}").format(names))


def _copy(table: Table, direction: str) -> sql.Composed:
    return sql.SQL("COPY {} ({}) " + direction).format(
        sql.Identifier(table.name), sql.SQL(", ").join(map(sql.Identifier, table.columns))
    )


def _in_order(*, reverse: bool = False) -> list[str]:
    """The tables whose rows come from the archive, those that others refer to first."""
    sorter = TopologicalSorter({table.name: set[str]() for table in tables()})
    with connection.cursor() as cursor:
        cursor.execute(IMPATIENT_REFERENCES)
        for own, other in cursor.fetchall():
            sorter.add(own, other)
    names = [name for name in sorter.static_order() if name not in LEFT_OUT]
    return names[::-1] if reverse else names


@contextmanager
def _triggers_asleep() -> Iterator[None]:
    """Without what refuses changes, or would keep their history once more.

    References are checked all the same: those triggers are the system's own.
    """
    names = [table.name for table in tables()]
    with connection.cursor() as cursor:
        _for_each(names, "DISABLE")
        yield
        # No table with references still to be checked can be altered.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        _for_each(names, "ENABLE")


def _for_each(names: list[str], what: str) -> None:
    with connection.cursor() as cursor:
        for name in names:
            command = sql.SQL("ALTER TABLE {} " + what + " TRIGGER USER")
            cursor.execute(command.format(sql.Identifier(name)))


def _sequences() -> dict[str, tuple[int, bool]]:
    with connection.cursor() as cursor:
        cursor.execute(SEQUENCES)
        found = {}
        for (name,) in cursor.fetchall():
            query = sql.SQL("SELECT last_value, is_called FROM {}").format(sql.Identifier(name))
            cursor.execute(query)
            found[name] = cursor.fetchone()
    return found


def _set_sequences(manifest: Manifest) -> None:
    with connection.cursor() as cursor:
        for name, (last, called) in manifest.sequences.items():
            cursor.execute("SELECT setval(quote_ident(%s)::regclass, %s, %s)", [name, last, called])
