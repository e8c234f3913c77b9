"""Answers that are nearly the same (campaigns): found by a stated measure, shown as one.

The measure and why it is this one: docs/decisions/0018-near-identical-answers.md. Knows texts
alone; which texts those are is the caller's.
"""

import re
import unicodedata
from array import array
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable
from itertools import chain
from math import ceil
from typing import TypeAlias, TypeVar

# Two texts are nearly the same when so much of all runs of words in either stand in both.
LEAST_SHARE = 0.8
# So many words in a row are one run.
RUN_OF_WORDS = 5
# Shorter texts say the same by chance: "Vi har inget att invända mot förslaget".
FEWEST_WORDS = 20

Key = TypeVar("Key", bound=Hashable)
Runs = frozenset[int]
Stored: TypeAlias = "array[int]"
# Places to count runs in, however many there are: 16 MB.
PLACES = 2**21


def near_identical(texts: Iterable[tuple[Key, str]]) -> dict[Key, list[Key]]:
    """Groups of two texts or more: the first text's key, then all keys of the group, it first.

    `texts` come in the order in which they were received. Each joins the first group whose first
    text it is near-identical to, or begins one of its own. So every text of a group is
    near-identical to the one that is shown for it, no text is in two groups, and a text that
    comes later never moves an earlier one. Exact, and quick: 1,000 texts take some seconds.
    """
    keys, kept = _long_enough(texts)
    commonness = _commonness(kept)
    groups: dict[int, list[Key]] = {}
    told_by: defaultdict[int, list[int]] = defaultdict(list)
    for number, stored in enumerate(kept):
        own = frozenset(stored)
        # The order of the runs is one and the same for all texts, or two that are alike could
        # be told by different ones.
        in_order = sorted(own, key=lambda run: (commonness[run % PLACES], run))
        tellers = in_order[: _tellers(len(own))]
        shared = Counter(chain.from_iterable(told_by.get(run, ()) for run in tellers))
        possible = sorted(
            n for n, hits in shared.items() if hits >= _hits(min(len(own), len(kept[n])))
        )
        alike = (n for n in possible if share_in_common(own, frozenset(kept[n])) >= LEAST_SHARE)
        first = next(alike, number)
        groups.setdefault(first, []).append(keys[number])
        if first == number:
            for run in tellers:
                told_by[run].append(number)
    return {members[0]: members for members in groups.values() if len(members) > 1}


def _long_enough(texts: Iterable[tuple[Key, str]]) -> tuple[list[Key], list[Stored]]:
    """The keys of texts with runs, and those in eight bytes each: a set takes eight times that."""
    found = [(key, array("q", runs_of_words(text))) for key, text in texts]
    return [key for key, runs in found if runs], [runs for _key, runs in found if runs]


def _commonness(kept: Iterable[Stored]) -> Stored:
    """How often a run stands in any text, or more: runs share a place with others here."""
    counted = array("q", bytes(8 * PLACES))
    for runs in kept:
        for run in runs:
            counted[run % PLACES] += 1
    return counted


def runs_of_words(text: str) -> Runs:
    """All runs of five words, case, marks and punctuation aside; none for a short text."""
    words = _words(text)
    if len(words) < FEWEST_WORDS:
        return frozenset()
    last = len(words) - RUN_OF_WORDS + 1
    return frozenset(hash(tuple(words[n : n + RUN_OF_WORDS])) for n in range(last))


def share_in_common(one: Runs, other: Runs) -> float:
    """How much of all runs in either stand in both, from 0 to 1 (the Jaccard index)."""
    common = len(one & other)
    either = len(one) + len(other) - common
    return common / either if either else 0.0


def _hits(size: int) -> int:
    """How many tellers two texts have in common at least, the smaller one of that size."""
    return max(size // 20, 1)


def _tellers(size: int) -> int:
    """How many of its rarest runs tell which texts can be alike.

    Sharing at least t of the union means at least t of either set, so at most (1 - t) of its
    runs are missing in the other; of any h more than that, in an order that is the same for
    both, h stand in both. docs/decisions/0018-near-identical-answers.md
    """
    return size - ceil(LEAST_SHARE * size) + _hits(size)


def says_the_same(one: str, other: str) -> bool:
    """Whether two parts of near-identical answers are nearly the same; short ones word by word."""
    runs, other_runs = runs_of_words(one), runs_of_words(other)
    if runs and other_runs:
        return share_in_common(runs, other_runs) >= LEAST_SHARE
    return _words(one) == _words(other)


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", text).casefold())
