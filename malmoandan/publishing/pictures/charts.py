"""A stair of what there is in all, and bars for two sides: figures over time."""

from collections.abc import Sequence
from math import ceil

from django.template.loader import render_to_string

from malmoandan.publishing.pictures.base import (
    BOTTOM,
    DIGIT,
    HEIGHT,
    LEGEND,
    RIGHT,
    WIDTH,
    Bar,
    Picture,
    Tick,
    nice_step,
    period_labels,
    spaced,
    y_of,
)


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
    step = nice_step(highest)
    top = step * max(1, ceil(highest / step))
    left = 14 + ceil(DIGIT * len(spaced(top)))
    band = (WIDTH - left - RIGHT) / len(points)
    line = _stair([y_of(total, top) for _period, _new, total in points], left, band)
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
        "values": [Tick(y_of(value, top), spaced(value)) for value in range(0, top + 1, step)],
        "periods": period_labels([period for period, _new, _total in points], left, band),
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
    step = nice_step(highest)
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
        "values": [Tick(y_of(value, top), spaced(value)) for value in range(0, top + 1, step)],
        "periods": period_labels([period for period, *_values in groups], left, band),
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
                y=y_of(pair[side], top),
                width=wide,
                height=round(HEIGHT - BOTTOM - y_of(pair[side], top), 1),
            )
            for position, pair in enumerate(values)
        ]
        for side in (0, 1)
    ]


def _stair(heights: list[float], left: int, band: float) -> str:
    path = f"M{left} {HEIGHT - BOTTOM}"
    for position, height in enumerate(heights, start=1):
        path += f" V{height} H{round(left + band * position, 1)}"
    return path
