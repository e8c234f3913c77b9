"""Which organisations may be one and the same: by name, short name or web address.

The same number is no sign here, because the database lets no two have it; two different numbers
are two legal persons, so such pairs are shown only where the names are the same.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rapidfuzz import fuzz, process

from malmoandan.accounts.models import User
from malmoandan.organisations import likeness
from malmoandan.organisations.models import Organisation, PossibleDuplicate

SAME_NAME, ALIKE_NAME, SHORT_NAME, WEBSITE, BY_HAND = (
    *("same_name", "alike_name", "short_name"),
    *("website", "by_hand"),
)
REASONS = {
    SAME_NAME: _("samma namn"),
    ALIKE_NAME: _("liknande namn"),
    SHORT_NAME: _("det enas kortnamn är det andras namn eller kortnamn"),
    WEBSITE: _("samma webbplats"),
    BY_HAND: _("valda av en samordnare"),
}
# A sign that this many share is no sign: the page of an umbrella, or a word like "IF".
MOST_WITH_ONE_SIGN = 6
SHORTEST_SIGN = 3


@dataclass
class Pair:
    score: int = 0
    reasons: list[str] = field(default_factory=list)


Row = Any  # pk, name, short_name, organisation_number, website, sector
Pairs = dict[tuple[int, int], Pair]


@transaction.atomic
def find() -> int:
    """Put the pairs that nobody has judged on the worklist, take away those that no longer look
    alike, and return how many wait. What was decided stays decided.
    """
    fields = ["pk", "name", "short_name", "organisation_number", "website", "sector"]
    rows = list(Organisation.objects.standing().order_by("pk").values_list(*fields, named=True))
    found = pairs(rows)
    waiting = PossibleDuplicate.objects.waiting()
    for row in waiting.exclude(reasons=[BY_HAND]):
        if (row.first_id, row.second_id) not in found:
            row.delete()
    PossibleDuplicate.objects.bulk_create(
        [
            PossibleDuplicate(first_id=a, second_id=b, reasons=pair.reasons, score=pair.score)
            for (a, b), pair in found.items()
        ],
        ignore_conflicts=True,
    )
    return waiting.count()


def pairs(rows: list[Row]) -> Pairs:
    """The pairs by their keys, the smaller one first."""
    by_key = {row.pk: row for row in rows}
    found: Pairs = defaultdict(Pair)
    for reason, score, a, b in _signs(rows):
        one, other = by_key[min(a, b)], by_key[max(a, b)]
        if _could_be_one(one, other, reason):
            pair = found[one.pk, other.pk]
            pair.score = max(pair.score, score)
            pair.reasons += [] if reason in pair.reasons else [reason]
    return dict(found)


def _could_be_one(one: Row, other: Row, reason: str) -> bool:
    if one.sector != other.sector:
        return False
    numbers = {one.organisation_number, other.organisation_number} - {None}
    return len(numbers) < 2 or reason == SAME_NAME


def _signs(rows: list[Row]) -> Iterator[tuple[str, int, int, int]]:
    for a, b in _sharing((likeness.folded(row.name), row.pk) for row in rows):
        yield SAME_NAME, 100, a, b
    for a, b in _sharing((likeness.site(row.website), row.pk) for row in rows):
        yield WEBSITE, 95, a, b
    names = ((name, row.pk) for row in rows for name in {row.name, row.short_name})
    for a, b in _sharing((likeness.folded(name), key) for name, key in names):
        yield SHORT_NAME, 90, a, b
    yield from _alike(rows)


def _sharing(signs: Iterable[tuple[str, int]]) -> Iterator[tuple[int, int]]:
    """The pairs of keys that share a sign which few share."""
    keys: dict[str, set[int]] = defaultdict(set)
    for sign, key in signs:
        if len(sign) >= SHORTEST_SIGN:
            keys[sign].add(key)
    for sharing in keys.values():
        if 2 <= len(sharing) <= MOST_WITH_ONE_SIGN:
            yield from combinations(sorted(sharing), 2)


def _alike(rows: list[Row]) -> Iterator[tuple[str, int, int, int]]:
    """Names that are nearly the same. Each is compared with those of nearly its length alone."""
    named = sorted(
        (
            (likeness.ordered_core(row.name), likeness.distinctions_in(row.name), row)
            for row in rows
        ),
        key=lambda each: len(each[0]),
    )
    cores = [core for core, _distinctions, _row in named]
    lengths = [len(core) for core in cores]
    longest = (200 - likeness.ALIKE) / likeness.ALIKE  # beyond it the ratio cannot be reached
    for place, (core, distinctions, row) in enumerate(named):
        end = bisect_right(lengths, len(core) * longest)
        near = process.extract(
            core, cores[place + 1 : end], scorer=fuzz.ratio, score_cutoff=likeness.ALIKE, limit=20
        )
        for _core, score, distance in near:
            _other_core, others, other = named[place + 1 + distance]
            if distinctions == others and _long_enough(core, row, other):
                yield ALIKE_NAME, int(score), row.pk, other.pk


def _long_enough(core: str, row: Row, other: Row) -> bool:
    """Of what is left of a name may be so little that the whole names must be alike too."""
    if len(core) >= 2 * SHORTEST_SIGN:
        return True
    whole = fuzz.ratio(likeness.folded(row.name), likeness.folded(other.name))
    return bool(whole >= likeness.ALIKE)


@transaction.atomic
def put_on_list(one: Organisation, other: Organisation) -> PossibleDuplicate:
    """A coordinator asks about a pair; one that was judged waits again."""
    first, second = sorted([one, other], key=lambda row: row.pk)
    pair, made = PossibleDuplicate.objects.get_or_create(
        first=first, second=second, defaults={"reasons": [BY_HAND], "score": 100}
    )
    if not made and pair.state == PossibleDuplicate.State.NOT_SAME:
        pair.state = PossibleDuplicate.State.WAITING
        pair.reasons = list(dict.fromkeys([BY_HAND, *pair.reasons]))
        pair.decided_at = pair.decided_by = None
        pair.save(update_fields=["state", "reasons", "decided_at", "decided_by"])
    return pair


@transaction.atomic
def tell_apart(*, pair: PossibleDuplicate, by: User) -> bool:
    """Remember that the two are not the same. False when it was decided already."""
    pair = PossibleDuplicate.objects.select_for_update(of=["self"]).get(pk=pair.pk)
    if not pair.is_waiting:
        return False
    decide(pair, PossibleDuplicate.State.NOT_SAME, by)
    return True


def decide(pair: PossibleDuplicate, state: PossibleDuplicate.State, by: User) -> None:
    pair.state = state
    pair.decided_by = by
    pair.decided_at = timezone.now()
    pair.save(update_fields=["state", "decided_by", "decided_at"])
