"""How each of several questions was answered: one bar per question, parted by kind of answer."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.template.loader import render_to_string

from malmoandan.publishing.pictures.base import WIDTH, Picture, spaced

# From for to against, then those who take no side. Each fill comes with the colour of its figure;
# lines in the colour of the text keep the parts apart for those who see no difference in hue.
FILLS = [
    ("#1b5a66", "#ffffff"),
    ("#8fc1c4", "#10262d"),
    ("#dfeadf", "#10262d"),
    ("#9c3413", "#ffffff"),
    ("#f4c51e", "#10262d"),
    ("#b9b4a6", "#10262d"),
    ("#ffffff", "#10262d"),
]
LEFT, BAR_WIDTH = 2, WIDTH - 4
ROW, BAR_HEIGHT, LEGEND_LINE = 50, 22, 21
MOST_LETTERS = 46  # as many as have room above a bar, before the number at its right end
DIGIT_WIDTH = 9


@dataclass(frozen=True)
class Part:
    x: float
    width: float
    fill: str
    ink: str
    figure: str  # left out where the part is too narrow for it


@dataclass(frozen=True)
class Row:
    label: str
    total: str
    top: int
    parts: list[Part]


@dataclass(frozen=True)
class Sign:
    """A part of the legend."""

    x: int
    y: int
    fill: str
    label: str


def share_chart(
    *,
    title: str,
    description: str,
    headers: list[str],
    kinds: Sequence[str],
    rows: Sequence[tuple[str, Sequence[int]]],
) -> Picture:
    """A bar for each row, as long as the others, in parts as large as their shares.

    `kinds` name the figures of every row, at most seven; `headers` name the row's label, each
    kind and the sum, in the table. Raises ValueError without rows, or with figures that do not
    fit the kinds.
    """
    if not rows or len(kinds) > len(FILLS) or any(len(row[1]) != len(kinds) for row in rows):
        raise ValueError("A share chart needs rows of as many figures as kinds, at most seven.")
    signs = _legend(kinds)
    first = max(sign.y for sign in signs) + LEGEND_LINE + 4
    context = {
        "width": WIDTH,
        "height": first + ROW * len(rows) + 4,
        "left": LEFT,
        "right": LEFT + BAR_WIDTH,
        "bar_width": BAR_WIDTH,
        "bar_height": BAR_HEIGHT,
        "text": f"{title}. {description}",
        "signs": signs,
        "rows": [_row(label, figures, first + ROW * n) for n, (label, figures) in enumerate(rows)],
    }
    return Picture(
        title=title,
        description=description,
        svg=render_to_string("pictures/shares.svg", context),
        headers=headers,
        rows=[[label, *figures, sum(figures)] for label, figures in rows],
    )


def _legend(kinds: Sequence[str]) -> list[Sign]:
    """Two columns, read downwards, in the order of the parts."""
    lines = -(-len(kinds) // 2)
    return [
        Sign(
            x=LEFT + (WIDTH // 2) * (n // lines),
            y=LEGEND_LINE * (n % lines) + 2,
            fill=FILLS[n][0],
            label=kind,
        )
        for n, kind in enumerate(kinds)
    ]


def _row(label: str, figures: Sequence[int], top: int) -> Row:
    total = sum(figures)
    parts = []
    x = float(LEFT)
    for (fill, ink), figure in zip(FILLS, figures, strict=False):
        if figure:
            width = BAR_WIDTH * figure / total
            fits = width >= DIGIT_WIDTH * len(spaced(figure)) + 2
            shown = spaced(figure) if fits else ""
            parts.append(Part(round(x, 1), round(width, 1), fill, ink, shown))
            x += width
    short = label if len(label) <= MOST_LETTERS else label[: MOST_LETTERS - 1].rstrip() + "…"
    return Row(short, spaced(total), top, parts)
