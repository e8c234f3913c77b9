"""What of a name tells which organisation it is, for finding the same one written otherwise."""

import re
import unicodedata

from malmoandan.organisations.swedish import unmarked

# Words that many names share and that say nothing of which organisation it is.
COMMON_WORDS = re.compile(
    r"\b(ideell|ideella|foreningen|forening|ekonomisk|ek|for|stiftelsen|stiftelse|"
    r"i|malmo|skane|sverige|klubb|klubben|natverket|natverk)\b"
)
DISTINCTIONS = re.compile(r"[0-9]+|\b(?:norr|soder|oster|vaster|norra|sodra|ostra|vastra)\b")
ALIKE = 88  # rapidfuzz's ratio, 0 to 100: one wrong letter in eight


def folded(name: str) -> str:
    """The name without marks, case and punctuation; letters of other widths as usual ones."""
    plain = re.sub(r"[^\w\s]", " ", unmarked(unicodedata.normalize("NFKC", name)))
    return " ".join(plain.split())


def core(name: str) -> str:
    """The folded name without words that most names share."""
    plain = folded(name)
    return " ".join(COMMON_WORDS.sub(" ", plain).split()) or plain


def ordered_core(name: str) -> str:
    """The core with its words in one order: "Hockeyklubb Öster" is "Öster Hockeyklubb"."""
    return " ".join(sorted(core(name).split()))


def distinctions_in(name: str) -> list[str]:
    """What makes names different, whatever else is alike: "Kolonin 4" is not "Kolonin 5",
    and the city's area "Norr" is not its area "Söder".
    """
    return sorted(DISTINCTIONS.findall(folded(name)))


def site(address: str) -> str:
    """A web address without what may differ for the same site; empty without one."""
    plain = re.sub(r"^[a-z]+://(www\.)?", "", address.strip().lower())
    return re.split(r"[?#]", plain)[0].rstrip("/")
