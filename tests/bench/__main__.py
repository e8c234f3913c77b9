"""`make bench`: the portal beside its floors on this machine, as ratios (docs/figures.md)."""

import json
import os
import sys
import tempfile
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.bench.settings")
ROOT = Path(__file__).parent.parent.parent
KEPT = ROOT / "docs" / "figures.json"

# Pages that a visitor asks for, and the bar for each uncached, in plain lists of as many rows.
PAGES = {
    "start": "/",
    "register": "/undertecknare/",
    "register, search": "/undertecknare/?q=kultur",
    "areas": "/utmaningar/",
    "area": "/utmaningar/jamlik-fritid-och-kultur/",
    "dialogues": "/dialoger/",
    "mapping": "/kartlaggning/",
    "mapping, filter and search": "/kartlaggning/?q=kultur&form=dialogue",
    "organisations": "/organisationer/",
    "site search": "/sok/?q=kultur",
}


@dataclass(frozen=True)
class Figure:
    """A measured value beside its floor; `bar` is the highest ratio that is good enough."""

    name: str
    value: float
    spread: float
    floor: float
    bar: float | None

    @property
    def ratio(self) -> float:
        return self.value / self.floor

    @property
    def verdict(self) -> str:
        if self.bar is None:
            return ""
        return "holds" if self.ratio <= self.bar else "FALLS SHORT"


def measure_pages(folder: Path) -> list[Figure]:
    from tests.bench.server import serve

    figures = []
    with serve(folder, KEEP_PAGES="1") as server:
        empty = server.cost("/golv/tom/")
        figures.append(Figure("bare view, ms", empty.median, spread(empty), empty.median, None))
        for name, address in PAGES.items():
            cost = server.cost(address)
            figures.append(Figure(f"{name}, kept", cost.median, spread(cost), empty.median, 1.2))
    with serve(folder, KEEP_PAGES="0") as server:
        rows = server.cost("/golv/lista/")
        figures.append(Figure("plain list, ms", rows.median, spread(rows), rows.median, None))
        for name, address in PAGES.items():
            cost = server.cost(address)
            bar = 3 if "search" in name else 1.2
            figures.append(Figure(f"{name}, made", cost.median, spread(cost), rows.median, bar))
    return figures


def spread(cost: object) -> float:
    """Half the distance between the dearest and the cheapest round."""
    return (cost.highest - cost.lowest) / 2  # type: ignore[attr-defined]


def measure_paper() -> list[Figure]:
    from tests.bench import paper

    costs = paper.agreement(0, 30, 1000)["seconds"]
    big = paper.agreement(10_000)
    seconds = {**costs, **big["seconds"]}
    rows = {number: seconds[str(number)] - seconds["0"] for number in (30, 1000, 10_000)}
    return [
        Figure("agreement PDF, 30 signatories", seconds["30"], 0, seconds["0"], None),
        Figure("agreement PDF, 1,000 signatories", seconds["1000"], 0, seconds["0"], None),
        Figure("10,000 signatories to 1,000", rows[10_000], 0, rows[1000], 12),
        Figure("memory of the worker, MB to 1,024", big["megabytes"], 0, 1024, 1),
    ]


def show(figures: list[Figure], former: dict[str, float]) -> None:
    print(f"{'':44} {'value':>9} {'±':>7} {'ratio':>7} {'bar':>5}  {'last':>7}")
    for each in figures:
        bar = f"{each.bar:g}" if each.bar else ""
        last = f"{former[each.name]:.2f}" if each.name in former else ""
        print(
            f"{each.name:44} {each.value:9.2f} {each.spread:7.2f} {each.ratio:7.2f} {bar:>5}"
            f"  {last:>7}  {each.verdict}"
        )


def main() -> None:
    django.setup()
    from malmoandan.running import embedded_postgres
    from tests.bench import data

    embedded_postgres.start_if_embedded()
    data.fill()
    former = json.loads(KEPT.read_text())["ratios"] if KEPT.exists() else {}
    parts = sys.argv[1:] or ["pages", "paper"]
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory() as folder:
        if "pages" in parts:
            figures += measure_pages(Path(folder))
        if "paper" in parts:
            figures += measure_paper()
    show(figures, former)
    if "--keep" in sys.argv:
        ratios = {each.name: round(each.ratio, 3) for each in figures}
        kept = {
            "day": str(date.today()),
            "ratios": former | ratios,
            "rows": [*map(asdict, figures)],
        }
        KEPT.write_text(json.dumps(kept, indent=1) + "\n")


if __name__ == "__main__":
    main()
