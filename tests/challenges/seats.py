"""Plans, areas and terms that tests start from."""

from datetime import date, timedelta
from itertools import count

from django.utils import timezone

from challenges.actions import Person
from challenges.models import ChallengeArea, Coordinator, Host, NameBasis, Plan, PlanArea
from malmoandan.organisations.models import Sector

_serial = count(1)


def today():
    return timezone.localdate()


def in_days(days):
    return today() + timedelta(days=days)


def make_plan(*names, **fields):
    """A plan in force with an area for each name, in that order."""
    fields = {
        "name": f"Planen {next(_serial)}",
        "adopted_on": date(2020, 1, 1),
        "adopted_by": "Kommunstyrelsen",
        "first_day": date(2020, 1, 1),
    } | fields
    plan = Plan.objects.create(**fields)
    for order, name in enumerate(names, start=1):
        area, _made = ChallengeArea.objects.get_or_create(name=name)
        PlanArea.objects.create(plan=plan, area=area, order=order, name=name)
    return plan


def make_area(name=None):
    name = name or f"Utmaningen {next(_serial)}"
    make_plan(name)
    return ChallengeArea.objects.get(name=name)


def make_host(area=None, sector=Sector.CITY, *, public=False, **fields):
    """A host since yesterday, whose name is shown only when `public`."""
    return _make(Host, {"area": area or make_area(), "sector": sector} | fields, public=public)


def make_seat_coordinator(sector=Sector.CIVIL, *, public=False, **fields):
    return _make(Coordinator, {"sector": sector} | fields, public=public)


def _make(model, fields, *, public):
    fields.setdefault("name", f"Alva Ek {next(_serial)}")
    fields.setdefault("first_day", in_days(-1))
    if public:
        fields |= {"name_basis": NameBasis.CONSENT, "name_public_since": fields["first_day"]}
    return model.objects.create(**fields)


def person(name="Bo Berg", **fields):
    return Person(name=name, **fields)


SEAT = {"name": "Bo Berg", "first_day": "2026-01-01"}
