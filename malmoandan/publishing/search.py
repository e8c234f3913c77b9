"""What an app tells the site-wide search about its rows. Knows no feature.

An app lists its sources as `SOURCES` in a module `search_sources.py` (malmoandan/pages/search.py
finds them), and the search keeps itself up to date from then on.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Model
from django.utils.functional import Promise


@dataclass(frozen=True)
class Entry:
    """What is public of one row: found by its words, shown by title and text, in plain text.

    `url` begins with "/". `public_from` hides the entry until then; None shows it at once.
    The English words are found whatever the visitor's language, and shown in English.
    `file_text` is what a file belonging to the row says; it counts least.
    """

    key: int
    title: str
    text: str
    url: str
    english_title: str = ""
    english_text: str = ""
    day: date | None = None
    public_from: datetime | None = None
    file_text: str = ""


@dataclass(frozen=True)
class Source:
    """Rows of one model that can be found.

    `kind` is the word in the address (`/sok/?slag=nyhet`), `label` the heading, in the plural.
    `entries` gets primary keys of `model` and returns an entry for each row that is or will be
    public; for any other row nothing. `watches` names further tables whose rows bear on an entry:
    the model, and its column that holds the key (a many-to-many's table is its `through` model).
    `bears_on_all` names tables of few rows that may change what is public of every row: after a
    change there, all of them are read in anew.
    """

    kind: str
    label: str | Promise
    model: type[Model]
    entries: Callable[[Collection[int]], Iterable[Entry]]
    watches: tuple[tuple[type[Model], str], ...] = ()
    bears_on_all: tuple[type[Model], ...] = ()
