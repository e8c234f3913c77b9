"""Who sits where on a day: areas of a plan by sectors, seats of the coordinators, and gaps."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Q

from challenges.models import ChallengeArea, Coordinator, Host, Plan, PlanArea, Term
from malmoandan.organisations.models import Sector

# The order in which the two sides stand on every page.
SECTORS = [Sector.CITY, Sector.CIVIL]
SOON = 60  # days: a term that ends within them is to be filled now


@dataclass
class Seat:
    """One sector's place in an area: who holds it that day, and who comes."""

    area: ChallengeArea
    sector: Sector
    day: date
    host: Host | None = None
    coming: list[Host] = field(default_factory=list)

    @property
    def ends_soon(self) -> bool:
        """Whether the host leaves within SOON days, and nobody follows."""
        last_day = self.host and self.host.last_day
        return bool(last_day and last_day <= self.day + timedelta(days=SOON) and not self.coming)


@dataclass
class AreaSeats:
    """An area's place in the plan with its two seats, the city's first."""

    place: PlanArea
    seats: list[Seat]

    @property
    def vacant(self) -> list[Seat]:
        return [seat for seat in self.seats if seat.host is None]

    @property
    def held(self) -> list[Seat]:
        return [seat for seat in self.seats if seat.host]


def board(plan: Plan, day: date) -> list[AreaSeats]:
    """The plan's areas in order with their seats that day: two queries however many they are."""
    places = list(plan.areas.select_related("area"))
    return _with_seats(places, day)


def area_seats(place: PlanArea, day: date) -> AreaSeats:
    return _with_seats([place], day)[0]


def _with_seats(places: list[PlanArea], day: date) -> list[AreaSeats]:
    seats = {
        (place.area_id, sector): Seat(place.area, sector, day)
        for place in places
        for sector in SECTORS
    }
    rows = Host.objects.filter(area__in=[place.area_id for place in places]).select_related(
        "organisation", "account"
    )
    now = set(rows.on(day).values_list("pk", flat=True))
    for host in rows.filter(Q(pk__in=now) | Q(first_day__gt=day)).order_by("first_day"):
        seat = seats[host.area_id, Sector(host.sector)]
        if host.pk in now:
            seat.host = host
        else:
            seat.coming.append(host)
    return [
        AreaSeats(place, [seats[place.area_id, sector] for sector in SECTORS]) for place in places
    ]


@dataclass
class Gap:
    """Days between two terms of which the portal knows nothing; both are years where unsure."""

    after: date
    before: date

    @property
    def years(self) -> str:
        first, last = self.after.year, self.before.year
        return str(first) if first == last else f"{first}–{last}"


@dataclass
class SeatHistory:
    """A coordinators' seat: who holds it today, who held it, and the gaps, the latest first."""

    sector: Sector
    now: Coordinator | None
    lines: list[Coordinator | Gap]


def coordinators(day: date) -> list[SeatHistory]:
    """Both seats with their histories: two queries."""
    rows = list(Coordinator.objects.filter(first_day__lte=day).select_related("organisation"))
    now = set(Coordinator.objects.on(day).values_list("pk", flat=True))
    return [
        _seat_history(sector, [row for row in rows if row.sector == sector], now)
        for sector in SECTORS
    ]


def _seat_history(sector: Sector, terms: list[Coordinator], now: set[int]) -> SeatHistory:
    current = next((term for term in terms if term.pk in now), None)
    former = [term for term in terms if term is not current]
    gaps = gaps_between(terms)
    lines: list[Coordinator | Gap] = [*former, *gaps]
    lines.sort(key=_begins, reverse=True)
    return SeatHistory(sector, current, lines)


def gaps_between(terms: Iterable[Term]) -> list[Gap]:
    """The days between terms that belong to none, as far as days and years are known."""
    gaps = []
    until: date | None = None
    for term in sorted(terms, key=lambda term: term.first_day):
        if until and term.first_day > until + timedelta(days=1):
            gaps.append(Gap(until + timedelta(days=1), term.first_day - timedelta(days=1)))
        # After an end that nobody knows, what is a gap is not known either.
        until = term.last_day
    return gaps


def _begins(line: Coordinator | Gap) -> date:
    return line.after if isinstance(line, Gap) else line.first_day
