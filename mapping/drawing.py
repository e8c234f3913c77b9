"""What a picture of the mapping is drawn from: a set of cooperations, its rows and columns."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.utils.translation import gettext as _

from challenges.models import ChallengeArea
from malmoandan.organisations.models import Kind, Organisation, Sector
from malmoandan.publishing.pictures import CrossTable, Heading, cross_table
from mapping.index import Index, YearSum

MOST_DEPARTMENTS = 16
# Keys of the rows and columns for what is left; no slug begins so.
OTHERS, NONE = "/others", "/none"

# The address of the list with these values beside what is chosen already. The names are the
# index's dimensions, and "organisation" with a slug.
ListAddress = Callable[[Mapping[str, str]], str]


def no_address(_values: Mapping[str, str]) -> str:
    return ""


@dataclass(frozen=True)
class Names:
    """What the slugs of an index are called, in the order they are shown."""

    departments: dict[str, str]
    areas: dict[str, str]

    @classmethod
    def read(cls) -> "Names":
        """Two queries."""
        departments = Organisation.objects.filter(kind=Kind.DEPARTMENT).order_by("sort_key", "pk")
        return cls(
            departments=dict(departments.values_list("slug", "name")),
            areas={area.slug: str(area) for area in ChallengeArea.objects.order_by("pk")},
        )


@dataclass(frozen=True)
class Drawn:
    """What is to be drawn: a set of a round's cooperations, with names and ways to the list."""

    index: Index
    found: int
    names: Names
    address: ListAddress = no_address

    @property
    def total(self) -> int:
        return self.found.bit_count()

    def bits(self, dimension: str, value: str) -> int:
        return self.index.bits(dimension, value) & self.found

    def money(self) -> list[YearSum]:
        """By year, to the year of the day that "ongoing" is told by: no guess of what will be."""
        return [s for s in self.index.money(self.found) if s.year <= self.index.day.year]

    def without_any(self, dimension: str) -> int:
        """Those that have no value there."""
        values = self.index.values(dimension)
        return self.found & ~reduce(or_, (self.index.bits(dimension, v) for v in values), 0)


@dataclass(frozen=True)
class Axis:
    """The rows or columns of a cross table: the set of each, and what it is called in the list."""

    headings: list[Heading]
    sets: dict[str, int]
    dimension: str

    def asked(self, heading: Heading | None) -> dict[str, str] | None:
        """What the list is asked for; None where no question of the list says it."""
        if heading is None:
            return {}
        key = str(heading.key)
        return None if key.startswith("/") else {self.dimension: key}


def crossed(
    drawn: Drawn,
    rows: Axis,
    columns: Axis,
    *,
    title: str,
    description: str,
    corner: str,
    notes: Iterable[str] = (),
) -> CrossTable:
    def address(row: Heading | None, column: Heading | None) -> str:
        in_row, in_column = rows.asked(row), columns.asked(column)
        if in_row is None or in_column is None:
            return ""
        return drawn.address(in_row | in_column)

    once = _("En samverkan kan stå i flera rutor, men räknas en gång i varje summa.")
    return cross_table(
        title=title,
        description=description,
        corner=corner,
        total_name=_("Alla samverkan"),
        rows=rows.headings,
        columns=columns.headings,
        counts={
            (row.key, column.key): (
                rows.sets[str(row.key)] & columns.sets[str(column.key)]
            ).bit_count()
            for row in rows.headings
            for column in columns.headings
        },
        row_totals={key: found.bit_count() for key, found in rows.sets.items()},
        column_totals={key: found.bit_count() for key, found in columns.sets.items()},
        total=drawn.total,
        url=address,
        notes=[once, *notes],
    )


def organisations_axis(drawn: Drawn, most: int) -> tuple[Axis, int]:
    """The organisations of the civil sector with most, and how many there are besides."""
    counted = [key for key, _count in drawn.index.organisations(drawn.found, drawn.index.size * 9)]
    civil = Organisation.objects.filter(pk__in=counted, sector=Sector.CIVIL)
    keys = set(civil.values_list("pk", flat=True))
    ranked = [key for key in counted if key in keys]
    known = Organisation.objects.in_bulk(ranked[:most])
    headings, sets = [], {}
    for organisation in (known[key] for key in ranked[:most]):
        headings.append(Heading(organisation.slug, organisation.name))
        sets[organisation.slug] = drawn.index.of_organisation(organisation.pk) & drawn.found
    left_out = max(0, len(ranked) - most)
    if left_out:
        shown = reduce(or_, sets.values(), 0)
        headings.append(Heading(OTHERS, _("Bara andra organisationer")))
        sets[OTHERS] = drawn.found & ~shown
    return Axis(headings, sets, "organisation"), left_out


def departments_axis(drawn: Drawn) -> Axis:
    """The departments that take part, in Swedish order; when they are many those with most."""
    sets = {
        slug: found for slug in drawn.names.departments if (found := drawn.bits("department", slug))
    }
    most = sorted(sets, key=lambda slug: -sets[slug].bit_count())[:MOST_DEPARTMENTS]
    headings = [Heading(s, name) for s, name in drawn.names.departments.items() if s in most]
    if len(sets) > len(most):
        shown = reduce(or_, (sets[slug] for slug in most), 0)
        headings.append(Heading(OTHERS, _("Bara andra förvaltningar")))
        sets[OTHERS] = reduce(or_, sets.values(), 0) & ~shown
    return Axis(headings, sets, "department")


def areas_axis(drawn: Drawn) -> Axis:
    slugs = [slug for slug in drawn.names.areas if slug in drawn.index.values("area")]
    sets = {slug: drawn.bits("area", slug) for slug in slugs} | {NONE: drawn.without_any("area")}
    headings = [Heading(slug, drawn.names.areas[slug]) for slug in slugs]
    return Axis([*headings, Heading(NONE, _("Ingen angiven"))], sets, "area")
