"""Who works with whom: the picture around one party, and two columns with lines between.

A drawing of all links at once cannot be read, so at most sixty are drawn, and at most thirty round
one party, the strongest first; the picture and its text say how many were left out.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TypeVar

from django.template.loader import render_to_string
from django.utils.translation import ngettext

from malmoandan.publishing.pictures.base import WIDTH, Linked, Picture, role_of, spaced
from malmoandan.publishing.pictures.text import LINE, lines_of, width_of

MOST_LINKS = 60
MOST_PARTNERS = 30
GAP = 7  # between two names
PARTY = 106  # how wide the box of the party is
PARTNERS = 168  # where the partners' names begin
SIDE = 165  # how wide each of the two columns is
THICKEST = 4


@dataclass(frozen=True)
class Partner:
    """Somebody the party works with in one form: how often, and what is behind it."""

    group: str
    name: str
    count: int
    url: str = ""


@dataclass(frozen=True)
class Link:
    """How often one to the left works with one to the right."""

    left: str
    right: str
    count: int
    url: str = ""


@dataclass(frozen=True)
class Name:
    """A name in the picture: its lines of text, and where its middle is."""

    lines: list[tuple[float, str]]
    middle: float
    url: str = ""


@dataclass(frozen=True)
class Head:
    """The name of a group, over its partners."""

    lines: list[tuple[float, str]]


@dataclass(frozen=True)
class Line:
    path: str
    width: float


Linkable = TypeVar("Linkable", Partner, Link)


def party_picture(
    *, title: str, description: str, party: str, headers: list[str], partners: Sequence[Partner]
) -> Picture:
    """The party to the left, and to the right who it works with, group by group.

    `partners` stand in the order of their groups; in each the strongest are drawn when there
    is no room for all. `headers` name partner, group and count. Raises ValueError without any.
    """
    if not partners:
        raise ValueError("A picture around a party needs at least one partner.")
    kept = _strongest(partners, MOST_PARTNERS)
    heads, names, height = _groups(kept)
    box = lines_of(party, width=PARTY - 20, most=8)
    height = max(height, len(box) * LINE + 24)
    middle = min(height / 2, 260)  # in sight when the picture is longer than the screen
    thickest = max(partner.count for partner in kept)
    left_out = len(partners) - len(kept)
    context = _frame(title, description, height, len(kept), left_out) | {
        "role": role_of(partner.url for partner in kept),
        "box": {"y": round(middle - len(box) * LINE / 2 - 10, 1), "height": len(box) * LINE + 20},
        "box_width": PARTY,
        "party": [(round(y, 1), line) for y, line in _stack(box, middle)],
        "heads": heads,
        "names": names,
        "names_at": PARTNERS,
        "lines": [
            Line(_curve(PARTY, middle, PARTNERS - 6, name.middle), _width(p.count, thickest))
            for name, p in zip(names, kept, strict=True)
        ],
    }
    return Picture(
        title=title,
        description=_with_rest(description, len(kept), left_out),
        svg=render_to_string("pictures/party.svg", context),
        headers=headers,
        rows=[[p.name, p.group, Linked(p.count, p.url)] for p in partners],
    )


def two_columns(
    *, title: str, description: str, headers: list[str], links: Sequence[Link]
) -> Picture:
    """Two columns of names with a line for each link; both in the order they come.

    `headers` name left, right and count. Raises ValueError without links.
    """
    if not links:
        raise ValueError("Two columns need at least one link.")
    kept = _strongest(links, MOST_LINKS)
    left_names, right_names = _side(link.left for link in kept), _side(link.right for link in kept)
    height = max(_height(left_names), _height(right_names))
    left, right = _spread(left_names, height), _spread(right_names, height)
    thickest = max(link.count for link in kept)
    left_out = len(links) - len(kept)
    context = _frame(title, description, height, len(kept), left_out) | {
        "role": "img",
        "left": list(left.values()),
        "right": list(right.values()),
        "left_at": SIDE,
        "right_at": WIDTH - SIDE,
        "lines": [
            Line(
                _curve(
                    SIDE + 6,
                    left[link.left].middle,
                    WIDTH - SIDE - 6,
                    right[link.right].middle,
                ),
                _width(link.count, thickest),
            )
            for link in kept
        ],
    }
    return Picture(
        title=title,
        description=_with_rest(description, len(kept), left_out),
        svg=render_to_string("pictures/columns.svg", context),
        headers=headers,
        rows=[[link.left, link.right, Linked(link.count, link.url)] for link in links],
    )


def _frame(
    title: str, description: str, height: float, kept: int, left_out: int
) -> dict[str, object]:
    rest = _rest(left_out)
    return {
        "width": WIDTH,
        "height": round(height + (LINE + GAP if rest else 0)),
        "text": f"{title}. {_with_rest(description, kept, left_out)}",
        "rest": rest,
        "rest_at": round(height + LINE - 4),
    }


def _rest(left_out: int) -> str:
    if not left_out:
        return ""
    return ngettext("och %(count)s till", "och %(count)s till", left_out) % {"count": left_out}


def _with_rest(description: str, kept: int, left_out: int) -> str:
    if not left_out:
        return description
    said = ngettext(
        "Bilden visar de %(most)s starkaste. %(count)s till finns i tabellen.",
        "Bilden visar de %(most)s starkaste. %(count)s till finns i tabellen.",
        left_out,
    )
    return f"{description} {said % {'most': kept, 'count': spaced(left_out)}}"


def _strongest(links: Sequence[Linkable], most: int) -> list[Linkable]:
    """At most so many, those of the highest counts, in the order they came."""
    ranked = sorted(range(len(links)), key=lambda place: (-links[place].count, place))
    return [links[place] for place in sorted(ranked[:most])]


def _groups(partners: Sequence[Partner]) -> tuple[list[Head], list[Name], float]:
    """The partners under the names of their groups, and how high the column is."""
    heads, names, y = [], [], 0.0
    width = WIDTH - PARTNERS - 4
    for group, members in groupby(partners, key=lambda partner: partner.group):
        lines = lines_of(group, width=width)
        y += LINE * len(lines) + GAP
        heads.append(Head(_stack_down(lines, y - GAP)))
        for partner in members:
            lines = _counted(partner, width)
            height = LINE * len(lines)
            names.append(Name(_stack(lines, y + height / 2), y + height / 2, partner.url))
            y += height + GAP
        y += GAP
    return heads, names, y


def _counted(partner: Partner, width: float) -> list[str]:
    """The name, and after it how often, also when the name itself has to be cut."""
    count = f" ({spaced(partner.count)})"
    *lines, last = lines_of(partner.name, width=width - width_of(count)) or ["–"]
    return [*lines, last + count]


def _side(names: Iterable[str]) -> dict[str, list[str]]:
    """Each name once, broken into lines."""
    return {name: lines_of(name, width=SIDE - 4) or ["–"] for name in names}


def _height(side: dict[str, list[str]]) -> float:
    return sum(LINE * len(lines) + GAP for lines in side.values())


def _spread(side: dict[str, list[str]], height: float) -> dict[str, Name]:
    """The names from the top down, with even room between them, down to that height."""
    room = GAP + (height - _height(side)) / len(side)
    column, y = {}, room / 2
    for name, lines in side.items():
        middle = y + LINE * len(lines) / 2
        column[name] = Name(_stack(lines, middle), middle)
        y += LINE * len(lines) + room
    return column


def _stack(lines: Sequence[str], middle: float) -> list[tuple[float, str]]:
    """The lines with their heights, so that their block has its middle there."""
    first = middle - len(lines) * LINE / 2 + LINE - 4
    return [(round(first + LINE * n, 1), line) for n, line in enumerate(lines)]


def _stack_down(lines: Sequence[str], last: float) -> list[tuple[float, str]]:
    return [(round(last - LINE * (len(lines) - 1 - n), 1), line) for n, line in enumerate(lines)]


def _curve(x1: float, y1: float, x2: float, y2: float) -> str:
    middle = round((x1 + x2) / 2, 1)
    return f"M{x1} {y1:.1f} C{middle} {y1:.1f} {middle} {y2:.1f} {x2} {y2:.1f}"


def _width(count: int, thickest: int) -> float:
    """Thicker for more, in proportion to the root: a hundred times as many is not a block."""
    return round(1 + (THICKEST - 1) * (count / thickest) ** 0.5, 1) if thickest > 1 else 1.5
