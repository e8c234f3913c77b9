"""The index of the site-wide search, and how it follows the rows it tells of.

A trigger on each source's table notes the key of a row that changes, in the same transaction, raw
SQL included. The next search reads the noted rows in before it answers, and what is still noted is
never shown; so a change is found, and what is taken back is gone, at once
(docs/decisions/0015-site-search.md).
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection
from functools import cache
from importlib import import_module
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.utils import translation
from django.utils.module_loading import module_has_submodule
from rapidfuzz import fuzz, process

from malmoandan.organisations.swedish import unmarked
from malmoandan.pages.compounds import parts
from malmoandan.pages.models import MARK, UNMARK, SearchChange, SearchEntry
from malmoandan.publishing.search import Entry, Source

# Read in by one search at most; the worker takes the rest (pages/tasks.py).
BATCH = 500
INDEX_LOCK = 7202116  # any number that no other advisory lock of the portal has
MOST_WORDS = 10
LONGEST_WORD = 50
# PostgreSQL's limit is a megabyte of words; the longest agreement has some 20,000 characters.
LONGEST_TEXT = 200_000
MOST_SUGGESTIONS = 3
# Below this likeness (of 100) a title is about something else, not a misspelt one.
LEAST_LIKENESS = 72
MOST_TITLES = 20_000
# Of triggers on tables that bear on all rows of a source: its kind, table and key.
_NOTE_ALL = """
    CREATE OR REPLACE FUNCTION pages_note_all() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        EXECUTE format('INSERT INTO pages_searchchange (kind, key) SELECT %L, %I FROM %I',
                       TG_ARGV[0], TG_ARGV[2], TG_ARGV[1]);
        RETURN NULL;
    END $$
"""
_UNSTORED = re.compile(f"[\0{MARK}{UNMARK}]")


@cache
def sources() -> dict[str, Source]:
    """All apps' sources by kind, in the order that the results name them."""
    found: dict[str, Source] = {}
    for config in apps.get_app_configs():
        if module_has_submodule(config.module, "search_sources"):
            for source in import_module(f"{config.name}.search_sources").SOURCES:
                found[source.kind] = source
    return found


def words(text: str) -> list[str]:
    """The words that are searched for: letters and digits alone, in one form of each letter."""
    found = re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", text).lower())
    return [word[:LONGEST_WORD] for word in found[:MOST_WORDS]]


def suggestions(text: str) -> list[str]:
    """Public titles that look like what was typed, the likest first."""
    sought = unmarked(text)
    if len(sought) < 3:
        return []
    titles = SearchEntry.objects.public().values_list("title", flat=True)[:MOST_TITLES]
    alike = process.extract(
        sought,
        set(titles),
        scorer=fuzz.WRatio,
        processor=unmarked,
        limit=MOST_SUGGESTIONS,
        score_cutoff=LEAST_LIKENESS,
    )
    return [title for title, _likeness, _key in alike]


def catch_up(most: int = BATCH) -> int:
    """Read in rows that have changed, `most` notes at a time; return how many notes were done."""
    if not SearchChange.objects.exists():
        return 0
    with transaction.atomic(), connection.cursor() as cursor:
        _take_turns(cursor)
        cursor.execute(
            # An array: a subquery is asked for each note when the table was empty a moment ago.
            "DELETE FROM pages_searchchange WHERE id = ANY"
            " (ARRAY(SELECT id FROM pages_searchchange ORDER BY id LIMIT %s)) RETURNING kind, key",
            [most],
        )
        changes = cursor.fetchall()
        keys = defaultdict(set)
        for kind, key in changes:
            keys[kind].add(key)
        for kind in keys:
            SearchEntry.objects.filter(kind=kind, key__in=keys[kind]).delete()
            _read_in(kind, keys[kind])
    return len(changes)


@transaction.atomic
def rebuild() -> int:
    """Make the whole index anew; return how many entries it has. Searches see the old one."""
    with connection.cursor() as cursor:
        _take_turns(cursor)
    # Before anything is read: what changes from here on is noted anew, and read in afterwards.
    SearchChange.objects.all().delete()
    SearchEntry.objects.all().delete()
    for kind, source in sources().items():
        keys = list(source.model._default_manager.order_by("pk").values_list("pk", flat=True))
        for start in range(0, len(keys), BATCH):
            _read_in(kind, keys[start : start + BATCH])
    return SearchEntry.objects.count()


def _take_turns(cursor: Any) -> None:
    """Two that read the same row at once could leave the older state behind."""
    cursor.execute("SELECT pg_advisory_xact_lock(%s)", [INDEX_LOCK])


def _read_in(kind: str, keys: Collection[int]) -> None:
    source = sources().get(kind)
    if source is None:  # an app that is no longer there
        return
    with translation.override(settings.LANGUAGE_CODE):
        SearchEntry.objects.bulk_create([_row(kind, entry) for entry in source.entries(keys)])


def _row(kind: str, entry: Entry) -> SearchEntry:
    return SearchEntry(
        kind=kind,
        key=entry.key,
        title=_plain(entry.title),
        text=_plain(entry.text),
        english_title=_plain(entry.english_title),
        english_text=_plain(entry.english_text),
        file_text=_plain(entry.file_text),
        parts=" ".join(parts(f"{entry.title} {entry.text} {entry.file_text}")),
        url=entry.url,
        day=entry.day,
        public_from=entry.public_from,
    )


def _plain(text: str) -> str:
    return " ".join(_UNSTORED.sub("", text).split())[:LONGEST_TEXT]


def watch_sources(**_signal: Any) -> None:
    """Put a trigger on each table that a source names, and take away those no source names.

    All rows of a table that is new to the search are noted as changed.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT to_regproc('pages_note_change') IS NOT NULL")
        if not cursor.fetchone()[0]:  # the migrations were taken back
            return
        tables = set(connection.introspection.table_names(cursor))
        wanted = {watch for watch in _watches() if watch[0] in tables}
        _watch_for_all(cursor, tables)
        cursor.execute(
            "SELECT relname, tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
            " WHERE tgfoid = 'pages_note_change'::regproc"
        )
        present = set(cursor.fetchall())
        for table, trigger in present - {(table, name) for table, name, *_rest in wanted}:
            cursor.execute(f'DROP TRIGGER "{trigger}" ON "{table}"')
        for table, trigger, kind, column in wanted:
            if (table, trigger) not in present:
                cursor.execute(
                    f'CREATE TRIGGER "{trigger}" AFTER INSERT OR UPDATE OR DELETE ON "{table}"'
                    f" FOR EACH ROW EXECUTE FUNCTION pages_note_change('{kind}', '{column}')"
                )
                cursor.execute(
                    f"INSERT INTO pages_searchchange (kind, key)"  # noqa: S608 - names from models
                    f' SELECT DISTINCT \'{kind}\', "{column}" FROM "{table}"'
                    f' WHERE "{column}" IS NOT NULL'
                )


def _watch_for_all(cursor: Any, tables: set[str]) -> None:
    """Triggers that note all rows of a source when a table changes that bears on all of them."""
    wanted = {
        (model._meta.db_table, f"search_all_{source.kind}"): source
        for source in sources().values()
        for model in source.bears_on_all
        if model._meta.db_table in tables
    }
    cursor.execute(_NOTE_ALL)
    cursor.execute(
        "SELECT relname, tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
        " WHERE tgfoid = 'pages_note_all'::regproc"
    )
    present = set(cursor.fetchall())
    for table, trigger in present - set(wanted):
        cursor.execute(f'DROP TRIGGER "{trigger}" ON "{table}"')
    for (table, trigger), source in wanted.items():
        if (table, trigger) in present:
            continue
        meta = source.model._meta
        cursor.execute(
            f'CREATE TRIGGER "{trigger}" AFTER INSERT OR UPDATE OR DELETE ON "{table}"'
            f" FOR EACH STATEMENT EXECUTE FUNCTION"
            f" pages_note_all('{source.kind}', '{meta.db_table}', '{meta.pk.column}')"
        )


def _watches() -> set[tuple[str, str, str, str]]:
    """Table, name of the trigger, kind, and column with the key."""
    found = set()
    for source in sources().values():
        key = str(source.model._meta.pk.column)
        for model, column in [(source.model, key), *source.watches]:
            name = f"search_{source.kind}_{column}"
            found.add((model._meta.db_table, name, source.kind, column))
    return found
