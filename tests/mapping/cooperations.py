"""Rounds, cooperations and parties that tests start from."""

from datetime import date
from itertools import count

from django.utils import timezone

from malmoandan.organisations.models import Kind, Sector
from mapping.models import (
    Amount,
    Area,
    Cooperation,
    CooperationEdition,
    CooperationForm,
    Party,
    SurveyRound,
)
from tests.factories import make_organisation

_serial = count(1)


def make_round(number=None, *, published=True, **fields):
    """A round, published unless told otherwise; numbers follow each other."""
    alike = SurveyRound.objects.filter(invented=fields.get("invented", False))
    newest = alike.order_by("-number").first()
    number = number or (newest.number + 1 if newest else 2026)
    if published:
        fields.setdefault("state", SurveyRound.State.PUBLISHED)
        fields.setdefault("published_at", timezone.now())
    fields = {"name": f"Kartläggningen {number}", "as_of": date(2026, 10, 1)} | fields
    return SurveyRound.objects.create(number=number, **fields)


def make_department(name=None, **fields):
    fields = {"sector": Sector.CITY, "kind": Kind.DEPARTMENT, "organisation_number": None} | fields
    return make_organisation(name=name or f"Förvaltningen {next(_serial)}", **fields)


def make_edition(survey_round=None, *, parties=(), areas=(), amounts=None, **fields):
    """What a round tells of a cooperation: an association and a department unless told otherwise.

    `amounts` is {organisation: {year: SEK or None}}.
    """
    survey_round = survey_round or SurveyRound.objects.current() or make_round()
    fields = {
        "title": f"Läxhjälp {next(_serial)}",
        "form": CooperationForm.JOINT,
        "starts_on": date(2024, 1, 1),
        "ongoing": "ends_on" not in fields,
    } | fields
    if "cooperation" not in fields:
        slug = Cooperation.free_slug(fields["title"])
        fields["cooperation"] = Cooperation.objects.create(slug=slug)
    edition = CooperationEdition.objects.create(from_round=survey_round, **fields)
    amounts = amounts or {}
    parties = list(parties or amounts) or [make_department(), make_organisation()]
    for organisation in parties:
        party = Party.objects.create(edition=edition, organisation=organisation)
        for year, sek in amounts.get(organisation, {}).items():
            Amount.objects.create(party=party, year=year, sek=sek)
    for area in areas:
        Area.objects.create(edition=edition, area=area)
    return edition
