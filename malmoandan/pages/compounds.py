"""What long Swedish words are made of: "folkhälsa" is to be found by "hälsa".

No dictionary: a word is parted wherever both sides could be Swedish words by their sounds. Too
many places are better than too few, because a search asks for a whole part, or for five letters
of its beginning (docs/decisions/0022-compound-words-and-files.md).
"""

import re
from collections.abc import Iterator

SHORTEST_LEFT = 3
SHORTEST_PART = 4
LONGEST_WORD = 50
MOST_PARTS = 30_000  # of one text: the index bears a megabyte
_VOWEL = "aeiouyåäöéü"
# With what a Swedish syllable begins: a vowel, one consonant, or one of these.
_ONSETS = (
    "bj|bl|br|ch|dj|dr|fj|fl|fr|gj|gl|gn|gr|hj|kl|kn|kr|kv|lj|mj|pj|pl|pr|ps|sch|sj|sk|skj|skr"
    "|skv|sl|sm|sn|sp|spj|spl|spr|st|stj|str|sv|th|tj|tr|tv|vr"
)
_BEGINS = re.compile(rf"(?:{_ONSETS}|[^\W\d_])?[{_VOWEL}]")
# How words are made and bent, not what they are made of: "ning" in förvaltningen is no word.
_ENDING = re.compile(
    r"(?:[bcdfghjklmnprstvx]?ing|else|l?ighet|het|a?tion|a[rd]e|[aeo]rn?)"
    r"(?:s|n|ns|en|ens|a|as|na|nas|ar|ars|arna|arnas|er|ers|erna|ernas)?"
)
_HAS_VOWEL = re.compile(f"[{_VOWEL}]")
_WORD = re.compile(rf"[^\W\d_]{{{SHORTEST_LEFT + SHORTEST_PART},{LONGEST_WORD}}}")


def parts(text: str) -> set[str]:
    """The ends of the text's long words that may be words themselves, in lower case."""
    found: set[str] = set()
    for word in set(_WORD.findall(text.lower())):
        found.update(_ends(word))
        if len(found) >= MOST_PARTS:
            break
    return found


def _ends(word: str) -> Iterator[str]:
    for place in range(SHORTEST_LEFT, len(word) - SHORTEST_PART + 1):
        if not (_BEGINS.match(word, place) and _HAS_VOWEL.search(word, 0, place)):
            continue
        if not _ENDING.fullmatch(word, place):
            yield word[place:]
