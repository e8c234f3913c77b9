"""Where a cooperation stands in the index."""

from dataclasses import dataclass
from datetime import date

from mapping.index.rows import Row


@dataclass(slots=True)
class Facts:
    """Where a row stands: its values by dimension, and its money by year and sector."""

    places: list[tuple[str, str]]
    sek: dict[tuple[int, str], int]
    unknown: dict[tuple[int, str], int]
    known: int  # SEK in all


def facts_of(row: Row, day: date) -> Facts:
    """What the index keeps of a row; `day` decides what is ongoing."""
    money = row.money(day.year)
    known = sum(sek for sek, _unknown in money.values())
    places = [("form", row.form)]
    if row.level:
        places.append(("level", row.level))
    places += [("step", step) for step in row.steps]
    places += [("city_part", part) for part in row.city_parts]
    places += [("area", area) for area in row.areas]
    places += [("department", department) for department in row.departments]
    places += [("kind", kind) for kind in row.kinds]
    places += [("sector", sector) for sector in row.sides]
    places += [("year", str(year)) for year in row.years(day.year)]
    if row.runs_on(day):
        places.append(("ongoing", "yes"))
    any_known = any(count for _sek, count, _stated in row.amounts.values())
    places += [("amount", value) for value in _amount_values(known, any_known, money)]
    return Facts(
        places=places,
        sek={key: sek for key, (sek, _unknown) in money.items() if sek},
        unknown={key: unknown for key, (_sek, unknown) in money.items() if unknown},
        known=known,
    )


def _amount_values(
    known: int, any_known: bool, money: dict[tuple[int, str], tuple[int, int]]
) -> list[str]:
    if not any_known:
        return ["unknown"]
    size = "from_1000000"
    if known < 1_000_000:
        size = "under_1000000" if known >= 100_000 else "under_100000"
    some = any(unknown for _sek, unknown in money.values())
    return [size, "some_unknown"] if some else [size]
