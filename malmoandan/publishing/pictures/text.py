"""How wide words are, and where a line of them breaks: SVG itself breaks none."""

import re
from functools import cache
from pathlib import Path

import font_manrope
from fontTools.ttLib import TTFont

SIZE = 13  # of all text in our pictures, in the picture's own units
LINE = 17  # from one line of text to the next
# A name of strangers can be anything: with more letters than this, nobody reads on.
MOST_LETTERS = 400


@cache
def _widths() -> tuple[dict[int, int], int]:
    """The advance of each character in our typeface, and the units of one em."""
    path = Path(font_manrope.__file__).parent / "files" / "Manrope-SemiBold.ttf"
    with TTFont(path, lazy=True) as font:
        advances = font["hmtx"].metrics
        known = {code: advances[name][0] for code, name in font.getBestCmap().items()}
        return known, font["head"].unitsPerEm


def width_of(text: str) -> float:
    """The width of the text in a picture; a character that our typeface lacks counts as wide."""
    known, em = _widths()
    return sum(known.get(ord(character), em) for character in text) * SIZE / em


def lines_of(text: str, *, width: float, most: int = 2) -> list[str]:
    """The text broken into lines that fit; what has no room in the last one ends with "…"."""
    text = " ".join(text[:MOST_LETTERS].split())
    lines = [""]
    for part in re.findall(r"[^ -]+-*|-+| +", text):
        if width_of(lines[-1] + part) <= width:
            lines[-1] += part
        elif part.strip():
            lines += _pieces(part, width)
    lines = [stripped for line in lines if (stripped := line.strip())]
    if len(lines) > most:
        lines = [*lines[: most - 1], _cut(" ".join(lines[most - 1 :]), width)]
    return lines


def _pieces(word: str, width: float) -> list[str]:
    """A word that is wider than a line, cut where it must be."""
    pieces = [""]
    for character in word:
        if width_of(pieces[-1] + character + "-") > width and pieces[-1]:
            pieces[-1] += "-"
            pieces.append("")
        pieces[-1] += character
    return pieces


def _cut(text: str, width: float) -> str:
    while text and width_of(text + "…") > width:
        text = text[:-1]
    return text.rstrip(" -") + "…"
