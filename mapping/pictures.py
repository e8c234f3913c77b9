"""The mapping's pictures, filled from a round's index: the same for the page and the reports."""

from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from malmoandan.organisations.models import CityPart, Kind, Organisation, Sector
from malmoandan.publishing.pictures import (
    CrossTable,
    Heading,
    Link,
    Linked,
    Money,
    Partner,
    Picture,
    Place,
    city_picture,
    money_years,
    party_picture,
    stacked_years,
    two_columns,
)
from malmoandan.publishing.pictures.network import MOST_LINKS
from mapping.drawing import (
    Axis,
    Drawn,
    areas_axis,
    crossed,
    departments_axis,
    organisations_axis,
)
from mapping.models import CooperationForm, Level, Party, Step

MOST_ROWS = 15
MOST_YEARS = 15  # in the table of a picture; the last of them are drawn
MOST_PARTNERS = 300  # in the table round one party
# Pairs are read from the tables only for so few cooperations.
MOST_FOR_COLUMNS = 300
# Where the parts lie to each other: (column, row).
PLACES: dict[str, tuple[int, int] | None] = {
    CityPart.NORTH: (1, 0),
    CityPart.WEST: (0, 1),
    CityPart.INNER: (1, 1),
    CityPart.EAST: (2, 1),
    CityPart.SOUTH: (1, 2),
    CityPart.ALL: None,
}


def organisations_by_departments(drawn: Drawn, most: int = MOST_ROWS) -> CrossTable | None:
    """Who works with which department; None when no organisation of the civil sector takes part."""
    rows, left_out = organisations_axis(drawn, most)
    if not rows.headings:
        return None
    columns = departments_axis(drawn)
    notes = []
    if left_out:
        said = ngettext(
            "Tabellen har de %(most)s organisationer som har flest samverkan, och en rad för "
            "samverkan med bara andra. %(count)s organisation har ingen egen rad.",
            "Tabellen har de %(most)s organisationer som har flest samverkan, och en rad för "
            "samverkan med bara andra. %(count)s organisationer har ingen egen rad.",
            left_out,
        )
        notes.append(said % {"most": most, "count": left_out})
    return crossed(
        drawn,
        rows,
        columns,
        title=_("Organisationer och förvaltningar"),
        description=_("Antal samverkan som varje organisation har med varje förvaltning."),
        corner=_("Organisation"),
        notes=notes,
    )


def departments_by_areas(drawn: Drawn) -> CrossTable | None:
    """Which departments work with which challenges; None when no department takes part."""
    rows = departments_axis(drawn)
    if not rows.headings:
        return None
    return crossed(
        drawn,
        rows,
        areas_axis(drawn),
        title=_("Förvaltningar och samhällsutmaningar"),
        description=_("Antal samverkan som varje förvaltning har i varje samhällsutmaning."),
        corner=_("Förvaltning"),
    )


def level_by_step(drawn: Drawn) -> CrossTable:
    """The Council of Europe's matrix: how far the participation goes, and when in a decision."""
    rows = Axis(
        [Heading(level.value, str(level.label)) for level in reversed(Level)],
        {level.value: drawn.bits("level", level.value) for level in Level},
        "level",
    )
    columns = Axis(
        [Heading(step.value, str(step.label)) for step in Step],
        {step.value: drawn.bits("step", step.value) for step in Step},
        "step",
    )
    unplaced = drawn.without_any("level") | drawn.without_any("step")
    note = _("%(count)s av %(total)s samverkan saknar uppgift om nivå eller steg.")
    return crossed(
        drawn,
        rows,
        columns,
        title=_("Nivå och steg"),
        description=_(
            "Antal samverkan efter nivå av delaktighet och steg i beslutsprocessen, enligt "
            "Europarådets matris."
        ),
        corner=_("Nivå"),
        notes=[note % {"count": unplaced.bit_count(), "total": drawn.total}],
    )


def forms_over_years(drawn: Drawn, most: int = MOST_YEARS) -> Picture | None:
    """How many of each form ran each year; None when no period is known."""
    years = _told_years(drawn)[-most:]
    if not years:
        return None
    return stacked_years(
        title=_("Former över åren"),
        description=_("Antal samverkan som pågick någon dag under året, efter form."),
        headers=[_("År"), *(str(form.label) for form in CooperationForm), _("Summa")],
        years=[(year, [_of_form(drawn, form, year) for form in CooperationForm]) for year in years],
    )


def money_over_years(drawn: Drawn, most: int = MOST_YEARS) -> Picture | None:
    """Known kronor by year, and how many amounts are unknown; None when nothing is told of any."""
    sums = drawn.money()[-most:]
    if not any(year.known or year.unknown for year in sums):
        return None
    return money_years(
        title=_("Pengar över åren"),
        description=_(
            "Summan av de belopp som är kända, från båda sidor. Ett okänt belopp är inte noll: "
            "bilden och tabellen säger hur många belopp som är okända varje år."
        ),
        years=[
            Money(
                str(year.year),
                year.known,
                year.unknown,
                drawn.address({"year": str(year.year)}) if year.cooperations else "",
            )
            for year in sums
        ],
    )


def parts_of_the_city(drawn: Drawn) -> Picture:
    """How many in each part of Malmö, as a plan of tiles."""
    counts = drawn.index.count(drawn.found, "city_part")
    parts = [
        Place(
            str(CityPart(part).label),
            counts[part],
            PLACES[part],
            drawn.address({"city_part": part}) if counts[part] else "",
        )
        for part in PLACES
    ]
    parts.append(Place(_("Ingen del angiven"), drawn.without_any("city_part").bit_count(), None))
    return city_picture(
        title=_("Delar av Malmö"),
        description=_(
            "Antal samverkan i varje del av Malmö. En samverkan kan finnas i flera delar. "
            "Bilden är en enkel plan, inte en karta."
        ),
        headers=[_("Del av Malmö"), _("Antal samverkan")],
        parts=parts,
    )


def pairs(drawn: Drawn) -> Picture | None:
    """Organisations and departments in two columns; None when there are too many to be read."""
    if not 0 < drawn.total <= MOST_FOR_COLUMNS:
        return None
    counted = _counted_pairs(drawn)
    if not 0 < len(counted) <= MOST_LINKS:
        return None
    return two_columns(
        title=_("Vilka som samverkar med vilka"),
        description=_("Tjockare streck är fler samverkan; antalen finns i tabellen."),
        headers=[_("Organisation"), _("Förvaltning"), _("Antal samverkan")],
        links=[
            Link(
                one.name,
                other.name,
                count,
                drawn.address({"organisation": one.slug, "department": other.slug}),
            )
            for (one, other), count in counted
        ],
    )


def around(drawn: Drawn, organisation: Organisation) -> Picture | None:
    """The party and who it works with, by form; None when it takes part in nothing here."""
    own = drawn.index.of_organisation(organisation.pk) & drawn.found
    counted = [
        (form, key, count)
        for form in CooperationForm
        for key, count in drawn.index.organisations(
            own & drawn.bits("form", form.value), MOST_PARTNERS + 1
        )
        if key != organisation.pk
    ]
    known = Organisation.objects.in_bulk({key for _form, key, _count in counted})
    partners = [
        Partner(
            str(form.label),
            known[key].name,
            count,
            drawn.address({"organisation": known[key].slug, "form": form.value}),
        )
        for form, key, count in counted
        if key in known
    ]
    if not partners:
        return None
    return party_picture(
        title=_("Runt %(name)s") % {"name": organisation.name},
        description=_("Vilka parten samverkar med, efter form. Siffran är antalet samverkan."),
        party=organisation.name,
        headers=[_("Part"), _("Form"), _("Antal samverkan")],
        partners=partners,
    )


def _told_years(drawn: Drawn) -> list[str]:
    """The last years, without gaps, in which something ran."""
    known = [y for y in drawn.index.values("year") if int(y) <= drawn.index.day.year]
    told = [year for year in known if drawn.bits("year", year)]
    if not told:
        return []
    first, last = int(min(told)), int(max(told))
    return [str(year) for year in range(max(first, last - MOST_YEARS + 1), last + 1)]


def _of_form(drawn: Drawn, form: CooperationForm, year: str) -> Linked:
    count = (drawn.bits("form", form.value) & drawn.bits("year", year)).bit_count()
    return Linked(count, drawn.address({"form": form.value, "year": year}) if count else "")


def _counted_pairs(drawn: Drawn) -> list[tuple[tuple[Organisation, Organisation], int]]:
    """Each organisation with each department of its cooperations, and in how many."""
    editions = drawn.index.page(drawn.found, order="title", start=0, size=MOST_FOR_COLUMNS)
    sides: dict[int, tuple[list[Organisation], list[Organisation]]] = {}
    parties = Party.objects.filter(edition__in=editions).in_swedish_order()
    for party in parties:
        civil, departments = sides.setdefault(party.edition_id, ([], []))
        if party.organisation.kind == Kind.DEPARTMENT:
            departments.append(party.organisation)
        elif party.organisation.sector == Sector.CIVIL:
            civil.append(party.organisation)
    counted: dict[tuple[Organisation, Organisation], int] = {}
    for civil, departments in sides.values():
        for one in civil:
            for other in departments:
                counted[one, other] = counted.get((one, other), 0) + 1
    return sorted(counted.items(), key=lambda pair: (pair[0][0].sort_key, pair[0][1].sort_key))


# Each page of pictures: tables with a link in every cell have one of their own, so that no page
# is heavy on a slow line.
PAGES: dict[str, list[Callable[[Drawn], Picture | CrossTable | None]]] = {
    "": [forms_over_years, money_over_years, level_by_step, parts_of_the_city, pairs],
    "forvaltningar": [departments_by_areas],
    "organisationer": [organisations_by_departments],
}


def pictures_of(page: str, drawn: Drawn) -> list[Picture | CrossTable]:
    """The pictures of one of PAGES, in the order that they are read; those that have something."""
    return [picture for draw in PAGES[page] if (picture := draw(drawn))]
