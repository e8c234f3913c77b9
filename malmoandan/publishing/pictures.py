"""Small charts as SVG by template: the same in page and PDF, each with its table.

Colours stand as attributes, which a PDF needs; in a page the classes let its style sheet
override them for light, dark and print. Only `title` is read aloud from a PDF, so it says all.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

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


def step_chart(
    *, title: str, description: str, headers: list[str], points: Sequence[tuple[str, int, int]]
) -> Picture:
    """A rising stair: what came in each period, and how many there are at its end.

    `points` are (period, new, total) without gaps in time, at least one; `headers` name the
    three in the table. Raises ValueError without points: there is nothing to show.
    """
    if not points:
        raise ValueError("A chart needs at least one period.")
    highest = max(total for _period, _new, total in points)
    step = _nice_step(highest)
    top = step * max(1, ceil(highest / step))
    left = 14 + ceil(DIGIT * len(spaced(top)))
    band = (WIDTH - left - RIGHT) / len(points)
    line = _stair([_y(total, top) for _period, _new, total in points], left, band)
    context = {
        "width": WIDTH,
        "height": HEIGHT,
        "left": left,
        "right": WIDTH - RIGHT,
        "ground": HEIGHT - BOTTOM,
        "label_line": HEIGHT - BOTTOM + 20,
        "text": f"{title}. {description}",
        "line": line,
        "area": f"{line} V{HEIGHT - BOTTOM} H{left} Z",
        "values": [Tick(_y(value, top), spaced(value)) for value in range(0, top + 1, step)],
        "periods": _labels([period for period, _new, _total in points], left, band),
    }
    return Picture(
        title=title,
        description=description,
        svg=render_to_string("pictures/steps.svg", context),
        headers=headers,
        rows=[list(point) for point in points],
    )


def bar_chart(
    *, title: str, description: str, headers: list[str], groups: Sequence[tuple[str, int, int]]
) -> Picture:
    """Two bars for each period, side by side, with their names above: how two sides share.

    `groups` are (period, first, second) without gaps in time, at least one; `headers` name the
    three in the table. Raises ValueError without groups: there is nothing to show.
    """
    if not groups:
        raise ValueError("A chart needs at least one period.")
    highest = max(max(first, second) for _period, first, second in groups)
    step = _nice_step(highest)
    top = step * max(1, ceil(highest / step))
    left = 14 + ceil(DIGIT * len(spaced(top)))
    band = (WIDTH - left - RIGHT) / len(groups)
    context = {
        "width": WIDTH,
        "height": HEIGHT + LEGEND,
        "legend": LEGEND,
        "left": left,
        "right": WIDTH - RIGHT,
        "label_line": HEIGHT - BOTTOM + 20,
        "text": f"{title}. {description}",
        "names": headers[1:],
        "bars": _pairs([values for _period, *values in groups], top, left, band),
        "values": [Tick(_y(value, top), spaced(value)) for value in range(0, top + 1, step)],
        "periods": _labels([period for period, *_values in groups], left, band),
    }
    return Picture(
        title=title,
        description=description,
        svg=render_to_string("pictures/bars.svg", context),
        headers=headers,
        rows=[list(group) for group in groups],
    )


def _pairs(values: list[list[int]], top: int, left: int, band: float) -> list[list[Bar]]:
    """The bars of both sides: a list for each, so that one drawing order is one colour."""
    wide = round(min(band * 0.38, 28), 1)
    return [
        [
            Bar(
                x=round(left + band * (position + 0.5) - wide + side * wide, 1),
                y=_y(pair[side], top),
                width=wide,
                height=round(HEIGHT - BOTTOM - _y(pair[side], top), 1),
            )
            for position, pair in enumerate(values)
        ]
        for side in (0, 1)
    ]


def _y(value: int, top: int) -> float:
    return round(HEIGHT - BOTTOM - value / top * (HEIGHT - BOTTOM - TOP), 1)


def _stair(heights: list[float], left: int, band: float) -> str:
    path = f"M{left} {HEIGHT - BOTTOM}"
    for position, height in enumerate(heights, start=1):
        path += f" V{height} H{round(left + band * position, 1)}"
    return path


def _nice_step(highest: int) -> int:
    """The distance between lines: 1, 2 or 5 times a power of ten, for two to five lines."""
    rough = max(highest, 1) / 4
    power = 10 ** floor(log10(rough)) if rough > 1 else 1
    return next(int(power * n) for n in (1, 2, 5, 10) if power * n >= rough)


def _labels(periods: list[str], left: int, band: float) -> list[Tick]:
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
