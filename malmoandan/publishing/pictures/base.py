"""What all our pictures share: their measures, their scale, and what a picture is."""

from dataclasses import dataclass
from math import ceil, floor, log10

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
    rows: list[list[str | int]]


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
