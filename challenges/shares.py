"""Parity: how the city and the civil sector share the seats, year by year."""

from datetime import date

from django.utils.translation import gettext as _

from challenges.models import Coordinator, Host, LastPrecision, Term
from malmoandan.organisations.models import Sector
from malmoandan.publishing.pictures import Picture, bar_chart

Shares = dict[int, dict[str, int]]


def seats_by_year(today: date) -> Shares:
    """For each year and sector: the hosts' and coordinators' seats that someone held that year.

    A seat counts once a year, whoever and however many held it. Someone who left in an unknown
    year counts for the first year only: more is not known. Empty when nobody ever held a seat.
    """
    held: dict[int, dict[str, set[object]]] = {}
    terms: list[tuple[object, Term, str]] = [
        *((("host", host.area_id), host, host.sector) for host in Host.objects.all()),
        *(("coordinator", row, row.sector) for row in Coordinator.objects.all()),
    ]
    for seat, term, sector in terms:
        for year in _years(term, today):
            held.setdefault(year, {}).setdefault(sector, set()).add(seat)
    if not held:
        return {}
    return {
        year: {sector: len(held.get(year, {}).get(sector, ())) for sector in Sector.values}
        for year in range(min(held), today.year + 1)
    }


def _years(term: Term, today: date) -> range:
    last = today.year
    if term.last_precision == LastPrecision.UNKNOWN:
        last = term.first_day.year
    elif term.last_day:
        last = min(last, term.last_day.year)
    return range(term.first_day.year, last + 1)


def seats_picture(today: date) -> Picture | None:
    """The shares as a picture with its table; None when there is nothing to show."""
    shares = seats_by_year(today)
    if not shares:
        return None
    return bar_chart(
        title=_("Så har sektorerna delat på platserna"),
        description=_(
            "Platser som värd eller samordnare som någon haft under året. "
            "Den som slutat ett okänt år räknas bara det första året."
        ),
        headers=[_("År"), str(Sector.CITY.label), str(Sector.CIVIL.label)],
        groups=[
            (str(year), share[Sector.CITY], share[Sector.CIVIL]) for year, share in shares.items()
        ],
    )
