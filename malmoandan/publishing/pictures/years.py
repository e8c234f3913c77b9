"""Bars for each year: of several kinds on each other, and of money with the unknown said."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import NamedTuple

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from malmoandan.publishing.pictures.base import (
    BOTTOM,
    DIGIT,
    HEIGHT,
    RIGHT,
    WIDTH,
    Bar,
    Linked,
    Picture,
    Tick,
    nice_step,
    period_labels,
    role_of,
    spaced,
    y_of,
)
from malmoandan.publishing.pictures.text import LINE, lines_of, width_of

MOST_SERIES = 6  # so many patterns can be told apart (pictures/patterns.svg)
# More years than that have no room for their numbers: the picture shows the last, the table all.
MOST_YEARS = 8
CAP = 9  # the hatched piece on a bar whose whole height is not known
# From how many kronor on the axis counts in the unit, and the unit.
UNITS = ((1_000_000, gettext_lazy("mnkr")), (1_000, gettext_lazy("tkr")), (1, gettext_lazy("kr")))


class Fill(NamedTuple):
    """How a kind is filled: the class that a page's style sheet knows, and a colour for paper."""

    css: str
    fill: str


class Segment(NamedTuple):
    bar: Bar
    fill: Fill
    url: str
    label: str


class SumLabel(NamedTuple):
    x: float
    y: float
    label: str


@dataclass(frozen=True)
class Legend:
    fill: Fill
    y: int
    lines: list[Tick]


@dataclass(frozen=True)
class Money:
    """A year's known kronor, how many amounts are unknown, and what is behind them."""

    year: str
    known: int
    unknown: int
    url: str = ""


def _fills(title: str) -> list[Fill]:
    """Six ways to fill, which differ in pattern and in lightness."""
    key = _key(title)
    return [
        Fill("chart-bar chart-part", "#1b5a66"),
        Fill("chart-bar--second chart-part", "#f4c51e"),
        Fill("chart-part", f"url(#{key}-3)"),
        Fill("chart-part", f"url(#{key}-4)"),
        Fill("chart-part", f"url(#{key}-5)"),
        Fill("chart-ground chart-part", "#ffffff"),
    ]


def _key(title: str) -> str:
    """What the patterns of this picture are called, so that two on a page do not mix."""
    return "p" + hashlib.sha256(title.encode()).hexdigest()[:8]


def stacked_years(
    *,
    title: str,
    description: str,
    headers: list[str],
    years: Sequence[tuple[str, Sequence[Linked]]],
) -> Picture:
    """A bar for each year, made of several kinds: `headers` name the year, the kinds, the sum.

    Each year has as many values as there are kinds. Raises ValueError without years, or with
    more kinds than there are patterns.
    """
    if not years or not 0 < len(headers) - 2 <= MOST_SERIES:
        raise ValueError("A chart needs at least one year, and one to six kinds.")
    totals = [(year, sum(value.value for value in values)) for year, values in years]
    shown = list(zip(years, totals, strict=True))[-MOST_YEARS:]
    step = nice_step(max(total for _year, (_name, total) in shown))
    top = step * max(1, ceil(max(total for _year, (_name, total) in shown) / step))
    left = 14 + ceil(DIGIT * len(spaced(top)))
    band = (WIDTH - left - RIGHT) / len(shown)
    fills = _fills(title)
    legend, depth = _legend(headers[1:-1], fills, left)
    context = _frame(title, description, left, top, step, depth) | {
        "role": role_of(value.url for _year, values in years for value in values),
        "legend": legend,
        "segments": [
            segment
            for place, ((year, values), _total) in enumerate(shown)
            for segment in _pile(
                [
                    (f"{year}, {name}", value)
                    for name, value in zip(headers[1:], values, strict=False)
                ],
                fills=fills,
                top=top,
                x=left + band * place,
                band=band,
            )
        ],
        "sums": [
            SumLabel(
                round(left + band * (n + 0.5), 1), round(y_of(total, top) - 4, 1), spaced(total)
            )
            for n, (_year, (_name, total)) in enumerate(shown)
        ],
        "periods": period_labels([name for _year, (name, _total) in shown], left, band),
    }
    return Picture(
        title=title,
        description=description,
        svg=render_to_string("pictures/stacked.svg", context),
        headers=headers,
        rows=[
            [year, *values, total]
            for (year, values), (_year, total) in zip(years, totals, strict=True)
        ],
    )


def money_years(*, title: str, description: str, years: Sequence[Money]) -> Picture:
    """A bar of known money for each year; what is unknown is counted under it, never drawn as 0.

    Raises ValueError without years: there is nothing to show.
    """
    if not years:
        raise ValueError("A chart needs at least one year.")
    shown = list(years)[-MOST_YEARS:]
    highest = max(money.known for money in shown)
    size, unit = next((size, unit) for size, unit in UNITS if highest >= 2 * size or size == 1)
    step = nice_step(ceil(highest / size)) * size
    top = step * max(1, ceil(highest / step))
    unknown_name = _("Okända:")
    left = 14 + ceil(max(width_of(f"{spaced(top // size)} {unit}"), width_of(unknown_name)))
    band = (WIDTH - left - RIGHT) / len(shown)
    fills = [_fills(title)[0], _fills(title)[3]]
    legend, depth = _legend([_("Känt belopp"), _("Dessutom belopp som är okända")], fills, left)
    context = _frame(title, description, left, top, step, depth) | {
        "role": role_of(money.url for money in years),
        "known": fills[0],
        "unknown": fills[1],
        "legend": legend,
        "values": [
            Tick(y_of(value, top), f"{spaced(value // size)} {unit}")
            for value in range(0, top + 1, step)
        ],
        "years": [_money_bar(money, top, left + band * n, band) for n, money in enumerate(shown)],
        "unknown_name": unknown_name,
        "unknown_line": HEIGHT - BOTTOM + 22 + LINE,
        "height": HEIGHT + depth + LINE,
    }
    return Picture(
        title=title,
        description=description,
        svg=render_to_string("pictures/money.svg", context),
        headers=[_("År"), _("Kända kronor"), _("Okända belopp")],
        rows=[[money.year, Linked(money.known, money.url), money.unknown] for money in years],
    )


@dataclass(frozen=True)
class MoneyBar:
    money: Money
    middle: float
    known: Bar
    cap: Bar | None
    unknown: str


def _money_bar(money: Money, top: int, x: float, band: float) -> MoneyBar:
    wide = round(min(band * 0.6, 44), 1)
    start, y = round(x + (band - wide) / 2, 1), y_of(money.known, top)
    return MoneyBar(
        money=money,
        middle=round(x + band / 2, 1),
        known=Bar(start, y, wide, round(HEIGHT - BOTTOM - y, 1)),
        cap=Bar(start, round(y - CAP, 1), wide, CAP) if money.unknown else None,
        unknown=spaced(money.unknown),
    )


def _frame(
    title: str, description: str, left: int, top: int, step: int, depth: int
) -> dict[str, object]:
    return {
        "width": WIDTH,
        "height": HEIGHT + depth,
        "depth": depth,
        "left": left,
        "right": WIDTH - RIGHT,
        "label_line": HEIGHT - BOTTOM + 20,
        "text": f"{title}. {description}",
        "key": _key(title),
        "values": [Tick(y_of(value, top), spaced(value)) for value in range(0, top + 1, step)],
    }


def _legend(names: Sequence[str], fills: Sequence[Fill], left: int) -> tuple[list[Legend], int]:
    """The names of the kinds above the bars, and how much room they take."""
    broken = [lines_of(name, width=WIDTH - left - RIGHT - 22) for name in names]
    depth = sum(LINE * len(lines) + 3 for lines in broken) + 12
    legend, y = [], -depth
    for fill, lines in zip(fills, broken, strict=False):
        at = [Tick(y + 11 + LINE * n, line) for n, line in enumerate(lines)]
        legend.append(Legend(fill, y, at))
        y += LINE * len(lines) + 3
    return legend, depth


def _pile(
    values: Sequence[tuple[str, Linked]], *, fills: Sequence[Fill], top: int, x: float, band: float
) -> list[Segment]:
    """The pieces of one year's bar, from the ground up; a kind without any has none."""
    wide = round(min(band * 0.6, 44), 1)
    start = round(x + (band - wide) / 2, 1)
    segments, below = [], 0
    for fill, (name, value) in zip(fills, values, strict=False):
        if value.value:
            y, ground = y_of(below + value.value, top), y_of(below, top)
            bar = Bar(start, y, wide, round(ground - y, 1))
            segments.append(Segment(bar, fill, value.url, f"{name}: {spaced(value.value)}"))
            below += value.value
    return segments
