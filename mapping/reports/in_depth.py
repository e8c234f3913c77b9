"""What the in-depth report lists: every cooperation by area and department, and the parties."""

from dataclasses import dataclass, field

from django.db.models import Count
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from malmoandan.organisations.models import CityPart, Kind, Organisation
from malmoandan.publishing.pictures import spaced
from mapping.index import Index
from mapping.models import CooperationEdition, Step
from mapping.reports import partnerships
from mapping.reports.figures import Figures
from mapping.reports.partnerships import MOST_PARTNERSHIPS, Partnership

# A cooperation costs some six boxes of text: about 20 ms and 0.3 MB in the worker. With more than
# so many each part shows the first, and points at the list and the open data for the rest.
MOST_COOPERATIONS = 1500
MOST_IN_PART = 20
MOST_PARTIES = 1500
LONGEST = 400  # letters of a description; the whole one stands on the cooperation's page
NO_AREA, NO_DEPARTMENT = "", ""


@dataclass(frozen=True)
class Entry:
    """A cooperation as the report tells of it, under the number that it is found by."""

    number: int
    title: str
    facts: str
    parties: str
    money: str
    text: str


@dataclass
class Group:
    """A department within an area: those told here, and those told elsewhere."""

    name: str
    entries: list[Entry] = field(default_factory=list)
    elsewhere: list[Entry] = field(default_factory=list)


@dataclass
class Part:
    """An area with its groups, or a department with its lines."""

    key: str
    name: str
    count: int
    groups: list[Group] = field(default_factory=list)
    lines: list[Entry] = field(default_factory=list)
    left_out: int = 0


@dataclass(frozen=True)
class PartyLine:
    name: str
    count: int


@dataclass(frozen=True)
class Register:
    """All that is listed, and whether it is all there is."""

    areas: list[Part]
    departments: list[Part]
    parties: list[PartyLine]
    parties_left_out: int
    partnerships: list[Partnership]
    partnerships_left_out: int
    shown: int
    total: int

    @property
    def whole(self) -> bool:
        return self.shown == self.total


@dataclass(frozen=True)
class _Placed:
    entry: Entry
    areas: list[str]
    departments: list[str]


def read_register(figures: Figures) -> Register:
    """A fixed number of queries and at most MOST_COOPERATIONS rows, whatever the round holds."""
    chosen = list(enumerate(_chosen(figures), start=1))
    placed = [_place(number, edition, figures.index) for number, edition in chosen]
    iop = partnerships.told(chosen)[:MOST_PARTNERSHIPS]
    parties = (
        Organisation.objects.filter(
            parties__edition__in=CooperationEdition.objects.in_round(figures.survey_round)
        )
        .annotate(taking_part=Count("parties", distinct=True))
        .order_by("sort_key", "pk")
    )
    lines = parties.values_list("name", "taking_part")[: MOST_PARTIES + 1]
    return Register(
        areas=_areas(figures, placed),
        departments=_departments(figures, placed),
        parties=[PartyLine(*line) for line in lines[:MOST_PARTIES]],
        parties_left_out=max(0, parties.count() - MOST_PARTIES),
        partnerships=iop,
        partnerships_left_out=figures.drawn.bits("form", "iop").bit_count() - len(iop),
        shown=len(placed),
        total=figures.total,
    )


def _chosen(figures: Figures) -> list[CooperationEdition]:
    """All in Swedish order; of very many the first of each area and department."""
    index, drawn = figures.index, figures.drawn
    if figures.total <= MOST_COOPERATIONS:
        ids = set(index.page(drawn.found, order="title", start=0, size=MOST_COOPERATIONS))
    else:
        sets = [
            *(drawn.bits("area", slug) for slug in drawn.names.areas),
            *(drawn.bits("department", slug) for slug in drawn.names.departments),
            drawn.without_any("area"),
        ]
        ids = {
            key
            for found in sets
            if found
            for key in index.page(found, order="amount", start=0, size=MOST_IN_PART)
        }
    return list(CooperationEdition.objects.filter(pk__in=ids).whole().in_swedish_order())


def _place(number: int, edition: CooperationEdition, index: Index) -> _Placed:
    departments = [
        party.organisation.slug
        for party in edition.parties.all()
        if party.organisation.kind == Kind.DEPARTMENT
    ]
    return _Placed(
        entry=_entry(number, edition, index.unknown_amounts(edition.pk)),
        areas=[area.slug for area in edition.areas.all()],
        departments=departments,
    )


def _entry(number: int, edition: CooperationEdition, unknown: int) -> Entry:
    steps = [str(Step(step).label) for step in edition.steps]
    parts = [str(CityPart(part).label) for part in edition.city_parts]
    facts = [
        str(edition.get_form_display()),
        edition.period,
        str(edition.get_level_display()) if edition.level else "",
        ", ".join(steps),
        ", ".join(parts),
        _("dnr %(number)s") % {"number": edition.registry_number}
        if edition.registry_number
        else "",
    ]
    # The city first, each side in Swedish order (domain.md, rules 1 and 11).
    parties = sorted(
        edition.parties.all(), key=lambda p: (p.organisation.sector, p.organisation.sort_key)
    )
    return Entry(
        number=number,
        title=edition.title,
        facts=" · ".join(fact for fact in facts if fact),
        parties=", ".join(party.organisation.name for party in parties),
        money=_money(edition, unknown),
        text=Truncator(" ".join(edition.description.split())).chars(LONGEST),
    )


def _money(edition: CooperationEdition, unknown: int) -> str:
    """The known sum of all years, and how many amounts are unknown (domain.md, rule 10)."""
    amounts = [amount.sek for party in edition.parties.all() for amount in party.amounts.all()]
    known = [sek for sek in amounts if sek is not None]
    if not known:
        return _("Beloppen är okända.")
    said = _("%(sek)s kronor känt") % {"sek": spaced(sum(known))}
    if not unknown:
        return f"{said}."
    more = ngettext("%(count)s belopp okänt", "%(count)s belopp okända", unknown)
    return f"{said}, {more % {'count': unknown}}."


def _areas(figures: Figures, placed: list[_Placed]) -> list[Part]:
    """Each area with its departments. A cooperation is told once, where it first belongs."""
    drawn = figures.drawn
    keys = {slug: (name, drawn.bits("area", slug)) for slug, name in drawn.names.areas.items()}
    keys[NO_AREA] = (_("Ingen samhällsutmaning angiven"), drawn.without_any("area"))
    departments = drawn.names.departments | {NO_DEPARTMENT: _("Ingen förvaltning är part")}
    told: set[int] = set()
    parts = []
    for number, (area, (name, found)) in enumerate(keys.items(), start=1):
        here = [p for p in placed if area in (p.areas or [NO_AREA])]
        part = Part(f"omrade-{number}", name, found.bit_count())
        for department, department_name in departments.items():
            group = _group(department_name, department, here, told)
            if group.entries or group.elsewhere:
                part.groups.append(group)
        part.left_out = part.count - len(here)
        if part.count:
            parts.append(part)
    return parts


def _group(name: str, department: str, here: list[_Placed], told: set[int]) -> Group:
    group = Group(name)
    for place in here:
        if department in (place.departments or [NO_DEPARTMENT]):
            if place.entry.number in told:
                group.elsewhere.append(place.entry)
            else:
                group.entries.append(place.entry)
                told.add(place.entry.number)
    return group


def _departments(figures: Figures, placed: list[_Placed]) -> list[Part]:
    parts = []
    for number, (slug, name) in enumerate(figures.drawn.names.departments.items(), start=1):
        count = figures.drawn.bits("department", slug).bit_count()
        lines = [place.entry for place in placed if slug in place.departments]
        if count:
            key = f"forvaltning-{number}"
            parts.append(Part(key, name, count, lines=lines, left_out=count - len(lines)))
    return parts
