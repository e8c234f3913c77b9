"""What all our pictures share: their measures, their scale, and what a picture is."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, floor, log10
from typing import NamedTuple

from django.contrib.humanize.templatetags.humanize import intcomma
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

# Narrow, so that the text can still be read when the picture fills a phone.
WIDTH, HEIGHT = 420, 220
RIGHT, TOP, BOTTOM = 16, 12, 30
LEGEND = 28  # the line above the bars that names them
DIGIT = 8.5  # how wide a digit of the text is
MOST_LABELS = 6


@dataclass(frozen=True)
class Picture:
    """A chart, and the same figures as a table."""

    title: str
    description: str
    svg: SafeString
    headers: list[str]
    rows: "list[list[str | int | Linked]]"

    @property
    def table(self) -> "list[list[TwinCell]]":
        """The rows as a template writes them: figures in the way of the language."""
        return [[_twin_cell(value) for value in row] for row in self.rows]

    def on_paper(self) -> SafeString:
        """The picture and its table for a PDF, where nothing unfolds."""
        return render_to_string("pictures/paper.html", {"picture": self})


@dataclass(frozen=True)
class Linked:
    """A figure, and the address of the rows that it counts; "" when they have none."""

    value: int
    url: str = ""

    def __str__(self) -> str:
        return str(self.value)


class TwinCell(NamedTuple):
    text: str
    url: str
    is_number: bool


def _twin_cell(value: str | int | Linked) -> TwinCell:
    if isinstance(value, Linked):
        return TwinCell(intcomma(value.value), value.url, is_number=True)
    if isinstance(value, int):
        return TwinCell(intcomma(value), "", is_number=True)
    return TwinCell(value, "", is_number=False)


def role_of(links: Iterable[object]) -> str:
    """What a picture is for who hears it: one image, or with links in it a group of them."""
    return "group" if any(links) else "img"


@dataclass(frozen=True)
class Tick:
    at: float
    label: str


@dataclass(frozen=True)
class Bar:
    x: float
    y: float
    width: float
    height: float


def y_of(value: int, top: int) -> float:
    return round(HEIGHT - BOTTOM - value / top * (HEIGHT - BOTTOM - TOP), 1)


def nice_step(highest: int) -> int:
    """The distance between lines: 1, 2 or 5 times a power of ten, for two to five lines."""
    rough = max(highest, 1) / 4
    power = 10 ** floor(log10(rough)) if rough > 1 else 1
    return next(int(power * n) for n in (1, 2, 5, 10) if power * n >= rough)


def period_labels(periods: list[str], left: int, band: float) -> list[Tick]:
    """As many periods as have room, each under the middle of its step; the last is among them."""
    every = ceil(len(periods) / MOST_LABELS)
    return [
        Tick(round(left + band * (position + 0.5), 1), period)
        for position, period in enumerate(periods)
        if (len(periods) - 1 - position) % every == 0
    ]


def spaced(value: int) -> str:
    """Thousands apart by a space that does not break, as in Swedish."""
    return f"{value:,}".replace(",", "\u00a0")
