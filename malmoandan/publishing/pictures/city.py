"""The parts of a city as a plan of tiles: where they lie to each other, not how they look."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.template.loader import render_to_string

from malmoandan.publishing.pictures.base import WIDTH, Linked, Picture, role_of, spaced
from malmoandan.publishing.pictures.cross import shade_of, shades
from malmoandan.publishing.pictures.text import LINE, lines_of

TILE_WIDTH, TILE_HEIGHT, SPACE = 134, 74, 9
SQUARES = 3  # to each side
# The tile and its text, for each shade (see .shade-* in the style sheets).
COLOURS = [
    ("#ffffff", "#1c2c30"),
    ("#e6f0ef", "#1c2c30"),
    ("#c6dedd", "#1c2c30"),
    ("#9cc6c6", "#1c2c30"),
    ("#2f6f78", "#ffffff"),
    ("#0c3a44", "#ffffff"),
]


@dataclass(frozen=True)
class Place:
    """A part and its figure. `place` is (column, row) from 0 to 2; None is the whole city."""

    name: str
    value: int
    place: tuple[int, int] | None
    url: str = ""


@dataclass(frozen=True)
class Tile:
    x: int
    y: int
    width: int
    shade: int
    fill: str
    ink: str
    url: str
    value: str
    lines: list[tuple[int, str]]


def city_picture(
    *, title: str, description: str, headers: list[str], parts: Sequence[Place]
) -> Picture:
    """A tile for each part where it lies, and broad ones below for what is the whole city."""
    scale = shades(part.value for part in parts)
    wide = [part for part in parts if part.place is None]
    tiles = [_tile(part, part.place, shade_of(part.value, scale)) for part in parts if part.place]
    for row, part in enumerate(wide, start=SQUARES):
        tiles.append(_tile(part, (0, row), shade_of(part.value, scale), columns=SQUARES))
    context = {
        "width": WIDTH,
        "height": (SQUARES + len(wide)) * (TILE_HEIGHT + SPACE) - SPACE,
        "role": role_of(part.url for part in parts),
        "tile_height": TILE_HEIGHT,
        "text": f"{title}. {description}",
        "tiles": tiles,
    }
    return Picture(
        title=title,
        description=description,
        svg=render_to_string("pictures/city.svg", context),
        headers=headers,
        rows=[[part.name, Linked(part.value, part.url)] for part in parts],
    )


def _tile(part: Place, place: tuple[int, int], shade: int, *, columns: int = 1) -> Tile:
    column, row = place
    width = columns * (TILE_WIDTH + SPACE) - SPACE
    y = row * (TILE_HEIGHT + SPACE)
    lines = lines_of(part.name, width=width - 20)
    fill, ink = COLOURS[shade]
    return Tile(
        x=column * (TILE_WIDTH + SPACE),
        y=y,
        width=width,
        shade=shade,
        fill=fill,
        ink=ink,
        url=part.url,
        value=spaced(part.value),
        lines=[(y + 22 + LINE * n, line) for n, line in enumerate(lines)],
    )
