"""Answers that are nearly the same (campaigns): found by a stated measure, shown as one.

The measure and why it is this one: docs/decisions/0018-near-identical-answers.md. Knows texts
alone; which texts those are is the caller's.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable
from math import ceil
from typing import TypeVar

# Two texts are nearly the same when so much of all runs of words in either stand in both.
LEAST_SHARE = 0.8
# So many words in a row are one run.
RUN_OF_WORDS = 5
# Shorter texts say the same by chance: "Vi har inget att invända mot förslaget".
FEWEST_WORDS = 20

Key = TypeVar("Key", bound=Hashable)
Runs = frozenset[int]


def near_identical(texts: Iterable[tuple[Key, str]]) -> dict[Key, list[Key]]:
    """Groups of two texts or more: the first text's key, then all keys of the group, it first.

    `texts` come in the order in which they were received. Each joins the first group whose first
    text it is near-identical to, or begins one of its own. So every text of a group is
    near-identical to the one that is shown for it, no text is in two groups, and a text that
    comes later never moves an earlier one. Exact, and quick: 1,000 texts take some seconds.
    """
    keys, runs = _long_enough(texts)
    rarity = Counter(run for each in runs for run in each)
    groups: dict[int, list[Key]] = {}
    told_by: defaultdict[int, list[int]] = defaultdict(list)
    for number, own in enumerate(runs):
        tellers = sorted(own, key=rarity.__getitem__)[: _tellers(len(own))]
        possible = sorted({first for run in tellers for first in told_by[run]})
        alike = (n for n in possible if share_in_common(own, runs[n]) >= LEAST_SHARE)
        first = next(alike, number)
        groups.setdefault(first, []).append(keys[number])
        if first == number:
            for run in tellers:
                told_by[run].append(number)
    return {members[0]: members for members in groups.values() if len(members) > 1}


def _long_enough(texts: Iterable[tuple[Key, str]]) -> tuple[list[Key], list[Runs]]:
    found = [(key, runs_of_words(text)) for key, text in texts]
    return [key for key, runs in found if runs], [runs for _key, runs in found if runs]


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


def _tellers(size: int) -> int:
    """How many of its rarest runs tell: two sets that share 0.8 share at least one of those.

    Sharing at least t of the union means at least t of either set, so at most (1 - t) of its
    runs are missing in the other; one more than that cannot all be missing.
    """
    return size - ceil(LEAST_SHARE * size) + 1


def says_the_same(one: str, other: str) -> bool:
    """Whether two parts of near-identical answers are nearly the same; short ones word by word."""
    runs, other_runs = runs_of_words(one), runs_of_words(other)
    if runs and other_runs:
        return share_in_common(runs, other_runs) >= LEAST_SHARE
    return _words(one) == _words(other)


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", text).casefold())
