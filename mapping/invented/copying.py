"""Many rows at once: by COPY, with keys taken beforehand."""

from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.models import Model


def array_of(values: list[str]) -> str:
    """A list as PostgreSQL writes it; the values are our own words without special signs."""
    return "{" + ",".join(values) + "}"


def free_keys(model: type[Model], number: int) -> list[int]:
    """As many primary keys that nobody else gets."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(sequence) FROM (SELECT pg_get_serial_sequence(%s, 'id')::regclass"
            " AS sequence) AS of_table, generate_series(1, %s)",
            [table, number],
        )
        return [key for (key,) in cursor.fetchall()]


def copy_rows(
    model: type[Model], columns: list[str], rows: Iterable[Iterable[Any]], **same: Any
) -> None:
    """Write rows by COPY; `same` are columns that have one value in all of them."""
    names = ", ".join([*columns, *same])
    values = list(same.values())
    with connection.cursor() as cursor:
        statement = f"COPY {model._meta.db_table} ({names}) FROM STDIN"
        with cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row([*row, *values])
