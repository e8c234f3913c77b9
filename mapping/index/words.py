"""Words that people look for: which editions hold them, and which organisations' names do."""

import re
import struct
import unicodedata
from collections.abc import Sequence

from django.db import connection

from malmoandan.organisations.swedish import unmarked

MOST_WORDS = 10
LONGEST_WORD = 50
# A query of its own for each kind, so that each uses its index of words. Ids come packed: a
# hundred thousand as separate rows would take most of a tenth of a second.
_EDITIONS = """
    SELECT {number}, 'edition', string_agg(int8send(id), '') FROM mapping_cooperationedition
    WHERE document @@ (to_tsquery('pg_catalog.swedish', %s) || to_tsquery('pg_catalog.simple', %s))
"""
_ORGANISATIONS = """
    SELECT {number}, 'organisation', string_agg(int8send(id), '') FROM organisations_organisation
    WHERE to_tsvector('pg_catalog.simple', search_text) @@ to_tsquery('pg_catalog.simple', %s)
"""


def words_in(text: str) -> tuple[str, ...]:
    """The words that are searched for: letters and digits alone, in one form of each letter."""
    found = re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", text).lower())
    return tuple(dict.fromkeys(word[:LONGEST_WORD] for word in found[:MOST_WORDS]))


def find(sought: Sequence[str]) -> dict[str, tuple[Sequence[int], Sequence[int]]]:
    """For each word the ids of editions that hold it and of organisations named by it.

    A word may begin a longer one. One query, whatever the number of words.
    """
    if not sought:
        return {}
    parts, values = [], []
    for number, word in enumerate(sought):
        parts += [_EDITIONS.format(number=number), _ORGANISATIONS.format(number=number)]
        values += [f"'{word}':*", f"'{word}':*", f"'{unmarked(word)}':*"]
    found: dict[tuple[int, str], Sequence[int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), values)
        for number, kind, packed in cursor.fetchall():
            octets = bytes(packed or b"")
            found[number, kind] = struct.unpack(f">{len(octets) // 8}q", octets)
    return {
        word: (found[number, "edition"], found[number, "organisation"])
        for number, word in enumerate(sought)
    }
