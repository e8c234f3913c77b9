"""A cross table: how many there are of each row and column, shaded by how many.

It is a real table in page and PDF, so it is its own twin: nothing in it is only drawn.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

SHADES = 5  # classes shade-1 to shade-5; shade-0 is none at all
MOST_UPRIGHT = 7  # with more columns than that, their names are turned


@dataclass(frozen=True)
class Heading:
    """A row or a column: what counts are kept under, its name, and a page about it."""

    key: Hashable
    name: str
    url: str = ""


@dataclass(frozen=True)
class Cell:
    value: int
    shade: int = 0
    url: str = ""


class Row(NamedTuple):
    heading: Heading
    cells: list[Cell]
    total: Cell


class Shade(NamedTuple):
    """One step of the scale: from how many to how many."""

    number: int
    first: int
    last: int


@dataclass(frozen=True)
class CrossTable:
    """Rows and columns with sums. `notes` say what was left out, and how to read it."""

    title: str
    description: str
    corner: str
    total_name: str
    columns: list[Heading]
    rows: list[Row]
    foot: list[Cell]
    total: Cell
    scale: list[Shade]
    notes: list[str]

    @property
    def turned(self) -> bool:
        return len(self.columns) > MOST_UPRIGHT

    def __str__(self) -> SafeString:
        """The table for a page, in a region of its own that scrolls."""
        return render_to_string("pictures/cross.html", {"cross": self})

    def on_paper(self) -> SafeString:
        """The table for a PDF: no links, nothing that scrolls."""
        return render_to_string("pictures/cross_paper.html", {"cross": self})


def _no_page(_row: Heading | None, _column: Heading | None) -> str:
    return ""


def cross_table(
    *,
    title: str,
    description: str,
    corner: str,
    total_name: str,
    rows: Sequence[Heading],
    columns: Sequence[Heading],
    counts: Mapping[tuple[Hashable, Hashable], int],
    row_totals: Mapping[Hashable, int],
    column_totals: Mapping[Hashable, int],
    total: int,
    url: Callable[[Heading | None, Heading | None], str] = _no_page,
    notes: Sequence[str] = (),
) -> CrossTable:
    """The table of these counts, by (row's key, column's key); what is missing counts as 0.

    The sums are given, not added up: what stands in two cells of a row is one in its sum.
    `url` gives the address of what is behind a cell, with None for a sum; "" is no link.
    """
    scale = shades(counts.values())

    def cell(row: Heading, column: Heading) -> Cell:
        value = counts.get((row.key, column.key), 0)
        return Cell(value, shade_of(value, scale), url(row, column) if value else "")

    return CrossTable(
        title=title,
        description=description,
        corner=corner,
        total_name=total_name,
        columns=list(columns),
        rows=[
            Row(
                row,
                [cell(row, column) for column in columns],
                _sum(row_totals, row, url(row, None)),
            )
            for row in rows
        ],
        foot=[_sum(column_totals, column, url(None, column)) for column in columns],
        total=Cell(total, url=url(None, None) if total else ""),
        scale=scale,
        notes=list(notes),
    )


def _sum(totals: Mapping[Hashable, int], heading: Heading, url: str) -> Cell:
    value = totals.get(heading.key, 0)
    return Cell(value, url=url if value else "")


def shades(values: Iterable[int]) -> list[Shade]:
    """The scale of these numbers: each number its own step, or steps that grow evenly in ratio.

    Even steps would leave one dark cell and all others pale, where a few have very many. The
    scale spans at least four times the least, so that what is nearly alike looks nearly alike.
    """
    there = [value for value in values if value]
    highest = max(there, default=0)
    if highest <= SHADES:
        return [Shade(number, number, number) for number in range(1, highest + 1)]
    lowest = max(1, min(min(there), highest // 4))
    ratio = highest / lowest
    lasts = [round(lowest * ratio ** (step / SHADES)) for step in range(1, SHADES + 1)]
    for step in range(1, SHADES):
        lasts[step] = max(lasts[step], lasts[step - 1] + 1)
    firsts = [1, *(last + 1 for last in lasts[:-1])]
    return [Shade(*step) for step in zip(range(1, SHADES + 1), firsts, lasts, strict=True)]


def shade_of(value: int, scale: Sequence[Shade]) -> int:
    return next((shade.number for shade in scale if shade.first <= value <= shade.last), 0)
