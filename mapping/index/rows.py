"""What the index reads of each edition, in a fixed number of queries."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection

from malmoandan.organisations.models import Kind
from mapping.models import FIRST_INVENTED, SurveyRound

# The state of a round, as EditionQuerySet.in_round says it: four tables are read by it here,
# where the ORM's objects for 100,000 rows would take ten times as long.
_IN_ROUND = (
    "edition.from_round_id BETWEEN %(first)s AND %(number)s"
    " AND (edition.until_round_id IS NULL OR edition.until_round_id > %(number)s)"
)
_SOME = " AND edition.id = ANY(%(some)s)"
_KEYS = """
    SELECT edition.id FROM mapping_cooperationedition AS edition WHERE {which}
    ORDER BY edition.sort_key, edition.id
"""
_EDITIONS = """
    SELECT id, sort_key, form, level, steps, city_parts, starts_on, ends_on, ongoing
    FROM mapping_cooperationedition WHERE id = ANY(%(some)s)
"""
_AREAS = """
    SELECT in_area.edition_id, area.slug
    FROM mapping_area AS in_area
    JOIN challenges_challengearea AS area ON area.id = in_area.area_id
    WHERE in_area.edition_id = ANY(%(some)s)
"""
_PARTIES = """
    SELECT party.edition_id, party.organisation_id, organisation.sector, organisation.kind,
           CASE organisation.kind WHEN 'department' THEN organisation.slug ELSE '' END
    FROM mapping_party AS party
    JOIN organisations_organisation AS organisation ON organisation.id = party.organisation_id
    WHERE party.edition_id = ANY(%(some)s)
"""
_AMOUNTS = """
    SELECT party.edition_id, amount.year, organisation.sector,
           sum(amount.sek), count(amount.sek), count(*)
    FROM mapping_amount AS amount
    JOIN mapping_party AS party ON party.id = amount.party_id
    JOIN organisations_organisation AS organisation ON organisation.id = party.organisation_id
    WHERE party.edition_id = ANY(%(some)s)
    GROUP BY 1, 2, 3
"""
AT_ONCE = 5000
# No period is asked for further back: a mistyped year must not make a thousand of them.
FIRST_YEAR = 1950


@dataclass(slots=True)
class Row:
    """An edition as the index needs it. `amounts` is (year, sector): (known SEK, known, stated)."""

    id: int
    sort_key: str
    form: str
    level: str
    steps: list[str]
    city_parts: list[str]
    starts_on: date | None
    ends_on: date | None
    ongoing: bool
    areas: list[str] = field(default_factory=list)
    organisations: list[int] = field(default_factory=list)
    departments: list[str] = field(default_factory=list)
    kinds: set[str] = field(default_factory=set)
    sides: dict[str, int] = field(default_factory=dict)
    amounts: dict[tuple[int, str], tuple[int, int, int]] = field(default_factory=dict)

    def years(self, this_year: int) -> range:
        """The calendar years of the period: to this year while it goes on, or the first alone."""
        if self.starts_on is None:
            return range(0)
        last = this_year if self.ongoing else (self.ends_on or self.starts_on).year
        return range(max(self.starts_on.year, FIRST_YEAR), last + 1)

    def runs_on(self, day: date) -> bool:
        """Whether it certainly runs that day (CooperationEdition.is_ongoing_on)."""
        begun = self.starts_on is not None and self.starts_on <= day
        return begun and (self.ongoing or (self.ends_on is not None and self.ends_on >= day))

    def money(self, this_year: int) -> dict[tuple[int, str], tuple[int, int]]:
        """For each year and sector: known SEK, and how many parties' amounts are unknown.

        Within the period every party without a known amount counts as unknown (domain.md, rule
        10); outside it only those whose amount is said to be unknown.
        """
        told: dict[tuple[int, str], tuple[int, int]] = {}
        for (year, sector), (sek, known, stated) in self.amounts.items():
            told[year, sector] = (sek, stated - known)
        for year in self.years(this_year):
            for sector, parties in self.sides.items():
                sek, known, _stated = self.amounts.get((year, sector), (0, 0, 0))
                told[year, sector] = (sek, parties - known)
        return told


def read(survey_round: SurveyRound, some: Collection[int] | None = None) -> Iterator[Row]:
    """The editions of the round in Swedish order of their titles; only those of `some` if told.

    Read by and by, so that memory does not follow their number.
    """
    asked: dict[str, Any] = {
        "number": survey_round.number,
        "first": FIRST_INVENTED if survey_round.invented else 0,
        "some": list(some or ()),
    }
    which = _IN_ROUND + (_SOME if some is not None else "")
    keys = [key for (key,) in _fetch(_KEYS.format(which=which), asked)]
    for start in range(0, len(keys), AT_ONCE):
        yield from _read_some(keys[start : start + AT_ONCE])


def _read_some(keys: list[int]) -> Iterable[Row]:
    asked = {"some": keys}
    rows = {values[0]: Row(*values) for values in _fetch(_EDITIONS, asked)}
    for edition, area in _fetch(_AREAS, asked):
        rows[edition].areas.append(area)
    for edition, organisation, sector, kind, department in _fetch(_PARTIES, asked):
        row = rows[edition]
        row.organisations.append(organisation)
        row.kinds.add(kind)
        row.sides[sector] = row.sides.get(sector, 0) + 1
        if kind == Kind.DEPARTMENT:
            row.departments.append(department)
    for edition, year, sector, sek, known, stated in _fetch(_AMOUNTS, asked):
        rows[edition].amounts[year, sector] = (int(sek or 0), known, stated)
    return (rows[key] for key in keys if key in rows)


def _fetch(query: str, asked: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, asked)
        return cursor.fetchall()
