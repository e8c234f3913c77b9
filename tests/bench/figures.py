"""What was measured, beside what it is measured against: shown, kept, and compared with the last.

A machine's speed says little, so what counts is the ratio to a floor in the same run. Rounds of
both are taken in turn, and each round gives a ratio of its own: a busy neighbour slows both.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any


@dataclass(frozen=True)
class Figure:
    """A measured value, in `unit`, and the floor beside it in the same unit, if it has one.

    `bar` is what the ratio (without a floor: the value) may be at most, or shall be at least.
    """

    part: str
    name: str
    unit: str
    value: float
    floor: float | None = None
    ratio: float | None = None
    spread: float = 0
    bar: float | None = None
    at_least: bool = False

    @property
    def judged(self) -> float:
        """What the bar is about, and what is compared with the last run."""
        return self.value if self.ratio is None else self.ratio

    @property
    def verdict(self) -> str:
        if self.bar is None:
            return ""
        holds = self.judged >= self.bar if self.at_least else self.judged <= self.bar
        return "holds" if holds else "FALLS SHORT"


def beside(
    part: str,
    name: str,
    unit: str,
    rounds: Sequence[tuple[float, float]],
    *,
    bar: float | None = None,
    at_least: bool = False,
) -> Figure:
    """A figure of rounds, each a value and the floor taken right beside it; medians of all."""
    ratios = [value / floor for value, floor in rounds]
    return Figure(
        part,
        name,
        unit,
        value=median(value for value, _floor in rounds),
        floor=median(floor for _value, floor in rounds),
        ratio=median(ratios),
        spread=spread(ratios),
        bar=bar,
        at_least=at_least,
    )


def alone(
    part: str,
    name: str,
    unit: str,
    values: Sequence[float],
    *,
    bar: float | None = None,
    at_least: bool = False,
) -> Figure:
    """A figure without a floor: the median of the values."""
    return Figure(
        part, name, unit, median(values), spread=spread(values), bar=bar, at_least=at_least
    )


def spread(values: Sequence[float]) -> float:
    """Half the distance between the highest and the lowest."""
    return (max(values) - min(values)) / 2


class Kept:
    """The figures of the last run of each part, in a file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        told: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
        self.figures = [Figure(**row) for row in told.get("figures", [])]
        self.parts: dict[str, Any] = told.get("parts", {})

    def last(self, figure: Figure) -> Figure | None:
        """The same figure as it was measured last."""
        named = (f for f in self.figures if (f.part, f.name) == (figure.part, figure.name))
        return next(named, None)

    def keep(self, figures: Iterable[Figure], **about: Any) -> None:
        """Replace the parts that were measured; `about` says when and on what they were."""
        new = list(figures)
        measured = {figure.part for figure in new}
        old = [figure for figure in self.figures if figure.part not in measured]
        self.figures = old + new
        self.parts |= dict.fromkeys(sorted(measured), about)
        rows = [{k: _short(v) for k, v in asdict(figure).items()} for figure in self.figures]
        told = {"parts": self.parts, "figures": rows}
        self.path.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n")


def _short(value: Any) -> Any:
    """Four digits say all that a measurement knows."""
    return float(f"{value:.4g}") if isinstance(value, float) else value


def table(figures: Iterable[Figure], last: Kept) -> str:
    """The figures as lines to read, each with its bar and what it was the last time."""
    width = 46
    head = f"{'':{width}} {'value':>9} {'floor':>9} {'ratio':>7} {'±':>6} {'bar':>6} {'last':>7}"
    lines = [head]
    part = ""
    for figure in figures:
        if figure.part != part:
            part = figure.part
            lines += ["", part]
        lines.append(_line(figure, last.last(figure), width))
    return "\n".join(lines)


def _line(figure: Figure, former: Figure | None, width: int) -> str:
    sign = "≥" if figure.at_least else "≤"
    cells = [
        f"  {figure.name}, {figure.unit}".ljust(width),
        f"{figure.value:9.2f}",
        f"{'' if figure.floor is None else f'{figure.floor:.2f}':>9}",
        f"{'' if figure.ratio is None else f'{figure.ratio:.2f}':>7}",
        f"{figure.spread:6.2f}",
        f"{'' if figure.bar is None else f'{sign}{figure.bar:g}':>6}",
        f"{'' if former is None else f'{former.judged:.2f}':>7}",
        f" {figure.verdict}",
    ]
    return " ".join(cells).rstrip()
