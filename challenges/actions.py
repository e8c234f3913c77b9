"""Changes of who sits where: each is one transaction, and tells who was slower."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from challenges.models import (
    ChallengeArea,
    Coordinator,
    GroupMember,
    Host,
    NameBasis,
    Plan,
)
from malmoandan.accounts.models import User
from malmoandan.organisations.models import Organisation, Sector


@dataclass(frozen=True)
class Person:
    """Who takes a seat, and what of it the person lets be shown."""

    name: str
    email: str = ""
    organisation: Organisation | None = None
    unit: str = ""
    shows_name: bool = False
    shows_email: bool = False


class SeatTaken(Exception):
    """The seat is not as it was, or not free then; `holder` is who holds it, if anyone does."""

    def __init__(self, holder: Host | None) -> None:
        super().__init__(holder)
        self.holder = holder


@transaction.atomic
def seat_host(
    *,
    area: ChallengeArea,
    sector: Sector,
    person: Person,
    first_day: date,
    last_day: date | None = None,
    after: Host | None,
) -> Host:
    """Give the seat to the person from `first_day`; the term of `after` ends the day before.

    `after` is who held the seat when the decision was made, or None for a vacant seat. Raises
    SeatTaken when that is no longer so or when someone else holds the seat any of the days, and
    ValidationError when the days do not fit.
    """
    if last_day and last_day < first_day:
        raise ValidationError({"last_day": _("Sista dagen kan inte ligga före den första.")})
    _lock(area)
    seat = Host.objects.filter(area=area, sector=sector)
    holder = seat.on(timezone.localdate()).first()
    if holder != after:
        raise SeatTaken(holder)
    if holder:
        _make_room(holder, first_day)
    taken = seat.overlapping(first_day, last_day).first()
    if taken:
        raise SeatTaken(taken)
    host = Host(area=area, sector=sector, first_day=first_day, last_day=last_day)
    _describe(host, person)
    host.full_clean()
    host.save()
    return host


def _lock(area: ChallengeArea) -> None:
    """Whoever decides about the area's seats at the same moment waits for the others."""
    ChallengeArea.objects.select_for_update().get(pk=area.pk)


def _make_room(holder: Host, first_day: date) -> None:
    if first_day <= holder.first_day:
        raise ValidationError({"first_day": _("Den nya värden måste börja efter den förra.")})
    day_before = first_day - timedelta(days=1)
    if holder.last_day is None or holder.last_day > day_before:
        holder.last_day = day_before
        holder.save(update_fields=["last_day"])


def _describe(term: Host, person: Person) -> None:
    today = timezone.localdate()
    term.name, term.unit, term.organisation = person.name, person.unit, person.organisation
    if person.email:
        term.account, _made = User.objects.get_or_create_person(person.email)
    if person.shows_name:
        term.name_basis, term.name_public_since = NameBasis.CONSENT, today
    if person.shows_email:
        term.email_public_since = today


@transaction.atomic
def end_term(*, host: Host, last_day: date | None) -> None:
    """Set or take away the term's last day. Raises ValidationError when the days do not fit."""
    _lock(host.area)
    host.refresh_from_db(fields=["first_day", "last_day"])
    host.last_day = last_day
    host.full_clean()
    host.save(update_fields=["last_day"])


def set_consents(
    *, term: Host | Coordinator | GroupMember, shows_name: bool, shows_email: bool
) -> None:
    """What the person lets be shown from today on; what was let before keeps its day."""
    today = timezone.localdate()
    if not shows_name:
        term.name_basis, term.name_public_since = "", None
    elif not term.name_public_since:
        term.name_basis, term.name_public_since = NameBasis.CONSENT, today
    term.email_public_since = (term.email_public_since or today) if shows_email else None
    term.save(update_fields=["name_basis", "name_public_since", "email_public_since"])


@transaction.atomic
def succeed(*, plan: Plan) -> Plan:
    """Begin a new plan, as a draft, that takes over the areas of `plan` with their words."""
    new = Plan.objects.create(name=_("Ny plan efter %(plan)s") % {"plan": plan.name[:150]})
    for place in plan.areas.all():
        place.pk, place.plan, place._state.adding = None, new, True
        place.save()
    return new
