"""The indexes that a process keeps, and how each is made right before it is used.

Triggers note every edition that changes (`NotedChange`), with the number of the transaction. What
a process has not yet seen is what was noted by a transaction that was not over when it last
looked: any number from that snapshot's `xmin` on. So one cheap query before each use finds it,
also when transactions end in another order than they began.
"""

import logging
import threading
import time
from dataclasses import dataclass
from datetime import date

from django.db import DatabaseError, connection
from django.utils import timezone

from mapping.index.index import Index
from mapping.index.rows import read
from mapping.models import SurveyRound

logger = logging.getLogger(__name__)

MOST_INDEXES = 3
# Notes are kept for longer than this (mapping/tasks.py); an index not used for so long is remade.
MOST_SECONDS_UNUSED = 6 * 3600
# Beyond so many changed editions it is quicker to read all.
MOST_CHANGES = 2000
_NEWS = """
    SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint,
           pg_current_xact_id_if_assigned() IS NOT NULL,
           array_agg(id), array_agg(edition)
    FROM mapping_notedchange WHERE transaction >= %s
"""


@dataclass
class _News:
    """What a look at the database told: the snapshot, and what was noted since the last one."""

    xmin: int
    writing: bool
    notes: dict[int, int | None]  # what was noted, by the key of the note; None means all

    @property
    def editions(self) -> set[int]:
        return {edition for edition in self.notes.values() if edition is not None}


@dataclass
class _Kept:
    index: Index
    seen: int  # the xmin of the snapshot that the index is as new as
    read: frozenset[int]  # notes from there on that are in it already
    used: float


_kept: dict[tuple[str, int], _Kept] = {}
_lock = threading.Lock()


def current_index(survey_round: SurveyRound) -> Index:
    """The index of the round as the database stands. Two queries when nothing has changed.

    Within a transaction that has written, an index is made for the asking and not kept: what it
    shows may yet be rolled back.
    """
    day = day_of(survey_round)
    key = (str(connection.settings_dict["NAME"]), survey_round.number)
    with _lock:  # two requests must not read the same 100,000 rows side by side
        kept = _kept.get(key)
        news = _news(kept)
        if news.writing:
            return Index(read(survey_round), day)
        if kept is None or _is_useless(kept, news, day):
            index = Index(read(survey_round), day)
        elif news.editions:
            index = kept.index.patched(news.editions, read(survey_round, news.editions))
            if index.size > 2 * len(index.slots) + MOST_CHANGES:
                index = Index(read(survey_round), day)  # most of its places are empty
        else:
            index = kept.index
        _kept.pop(key, None)
        # A long transaction of another holds xmin back: what was read in is not read again.
        held = kept.read if kept and kept.seen == news.xmin else frozenset()
        _kept[key] = _Kept(index, news.xmin, held | news.notes.keys(), time.monotonic())
        while len(_kept) > MOST_INDEXES:
            _kept.pop(next(iter(_kept)))
    return index


def read_ahead() -> None:
    """Have the newest round's index ready before anyone asks: seconds for 100,000 cooperations.

    For a thread of its own in a process that has just started; a question that comes meanwhile
    waits for it. A database that is away is no fault: the first question reads the index then.
    """
    try:
        if newest := SurveyRound.objects.current():
            current_index(newest)
    except DatabaseError as error:
        logger.warning("the index of the mapping was not read ahead: %s", type(error).__name__)
    finally:
        connection.close()


def forget_indexes() -> None:
    """Let go of all that is kept: for tests, whose databases are emptied past the triggers."""
    with _lock:
        _kept.clear()


def day_of(survey_round: SurveyRound) -> date:
    """The day by which "ongoing" is told: today, or a former round's own day."""
    today = timezone.localdate()
    newest = SurveyRound.objects.current()
    if newest and newest.number > survey_round.number and survey_round.as_of:
        return survey_round.as_of
    return today


def _is_useless(kept: _Kept, news: _News, day: date) -> bool:
    unused = time.monotonic() - kept.used > MOST_SECONDS_UNUSED
    restored = news.xmin < kept.seen  # another database under the same name
    many = len(news.editions) > MOST_CHANGES
    return None in news.notes.values() or unused or restored or many or kept.index.day != day


def _news(kept: _Kept | None) -> _News:
    with connection.cursor() as cursor:
        # Without an index nothing needs to be told but the snapshot.
        cursor.execute(_NEWS, [kept.seen if kept else 2**62])
        xmin, writing, notes, editions = cursor.fetchone()
    read = kept.read if kept else frozenset()
    told = zip(notes or (), editions or (), strict=True)
    return _News(xmin, writing, {note: edition for note, edition in told if note not in read})
