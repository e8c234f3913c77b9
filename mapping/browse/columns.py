"""The fields of the mapping's files, and the rows they are made from: what is public, by name."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from malmoandan.organisations.models import CityPart, Sector
from malmoandan.publishing.exports import Column, Row
from mapping.index import Index
from mapping.models import Amount, Area, CooperationEdition, CooperationForm, Level, Party, Step

AT_ONCE = 2000
_PLAIN = [
    *["id", "title", "description", "form", "level", "steps", "city_parts", "starts_on"],
    *["start_precision", "ends_on", "end_precision", "ongoing", "sources", "registry_number"],
    *["evaluation", "goals", "city_contribution", "civil_contribution", "steering"],
    *["partnership_evaluation"],
]


def rows(index: Index, keys: list[int]) -> Iterator[Row]:
    """Rows of editions in the order of their ids; a fixed number of queries for each 2,000."""
    for start in range(0, len(keys), AT_ONCE):
        yield from _rows(index, keys[start : start + AT_ONCE])


def _rows(index: Index, keys: list[int]) -> Iterator[Row]:
    found = CooperationEdition.objects.filter(pk__in=keys).values(
        *_PLAIN,
        slug=F("cooperation__slug"),
        before=F("predecessor__slug"),
        reporter=F("reported_by__name"),
        round=F("from_round__name"),
    )
    together: dict[int, dict[str, Any]] = {
        row["id"]: {**row, "areas": [], "city": [], "civil": [], "sums": {}} for row in found
    }
    areas = Area.objects.filter(edition__in=keys).order_by("area_id")
    for edition, name in areas.values_list("edition_id", "area__name"):
        together[edition]["areas"].append(name)
    parties = Party.objects.filter(edition__in=keys).order_by("organisation__sort_key", "pk")
    for edition, sector, name in parties.values_list(
        "edition_id", "organisation__sector", "organisation__name"
    ):
        together[edition]["city" if sector == Sector.CITY else "civil"].append(name)
    amounts = Amount.objects.filter(party__edition__in=keys, sek__isnull=False)
    for edition, sector, sek in amounts.values_list(
        "party__edition_id", "party__organisation__sector", "sek"
    ):
        sums = together[edition]["sums"]
        sums[sector] = sums.get(sector, 0) + sek
    for key in keys:
        if key in together:
            yield together[key] | {"unknown": index.unknown_amounts(key)}


def _joined(values: list[str]) -> str | None:
    return "; ".join(values) or None


COLUMNS = [
    Column("rubrik", _("Rubrik"), _("Samverkans namn."), lambda row: row["title"], width=48),
    Column(
        "beskrivning",
        _("Beskrivning"),
        _("Vad samverkan går ut på."),
        lambda row: row["description"] or None,
        width=60,
    ),
    Column(
        "form",
        _("Form"),
        _("Dialog, bidrag och stöd, gemensamma projekt och verksamheter, eller IOP."),
        lambda row: str(CooperationForm(row["form"]).label),
        width=36,
    ),
    Column(
        "stadens_parter",
        _("Stadens parter"),
        _("Förvaltningar och andra parter från Malmö stad, med semikolon mellan."),
        lambda row: _joined(row["city"]),
        width=40,
    ),
    Column(
        "ideburna_parter",
        _("Idéburna parter"),
        _("Organisationer ur den idéburna sektorn, med semikolon mellan."),
        lambda row: _joined(row["civil"]),
        width=48,
    ),
    Column(
        "samhallsutmaningar",
        _("Samhällsutmaningar"),
        _("De utmaningar som samverkan gäller, med semikolon mellan."),
        lambda row: _joined(row["areas"]),
        width=40,
    ),
    Column(
        "niva",
        _("Nivå"),
        _("Nivå av delaktighet i Europarådets matris. Tomt när den inte är uppgiven."),
        lambda row: str(Level(row["level"]).label) if row["level"] else None,
    ),
    Column(
        "steg",
        _("Steg"),
        _("Steg i beslutsprocessen enligt samma matris, med semikolon mellan."),
        lambda row: _joined([str(Step(step).label) for step in row["steps"]]),
        width=32,
    ),
    Column(
        "del_av_malmo",
        _("Del av Malmö"),
        _("Var samverkan sker, med semikolon mellan."),
        lambda row: _joined([str(CityPart(part).label) for part in row["city_parts"]]),
    ),
    Column(
        "borjade",
        _("Började"),
        _("Första dag, eller årets första dag när bara året är känt. Tomt när den är okänd."),
        lambda row: row["starts_on"],
        datatype="date",
        width=12,
    ),
    Column(
        "borjans_noggrannhet",
        _("Hur noga början är känd"),
        _("dag eller år."),
        lambda row: _precision(row["starts_on"], row["start_precision"]),
        width=12,
    ),
    Column(
        "slutar",
        _("Slutar"),
        _("Sista dag, eller årets sista dag när bara året är känt. Tomt när den är okänd."),
        lambda row: row["ends_on"],
        datatype="date",
        width=12,
    ),
    Column(
        "slutets_noggrannhet",
        _("Hur noga slutet är känt"),
        _("dag eller år."),
        lambda row: _precision(row["ends_on"], row["end_precision"]),
        width=12,
    ),
    Column(
        "tills_vidare",
        _("Pågår tills vidare"),
        _("Om samverkan pågår utan bestämt slut."),
        lambda row: row["ongoing"],
        datatype="boolean",
        width=12,
    ),
    Column(
        "stadens_kronor",
        _("Stadens kända belopp"),
        _("Summan av stadens kända belopp i hela kronor, alla år. Tomt när inget är känt."),
        lambda row: row["sums"].get(Sector.CITY.value),
        datatype="integer",
    ),
    Column(
        "ideburna_kronor",
        _("Idéburna sektorns kända belopp"),
        _("Summan av de idéburna parternas kända belopp. Tomt när inget är känt."),
        lambda row: row["sums"].get(Sector.CIVIL.value),
        datatype="integer",
    ),
    Column(
        "okanda_belopp",
        _("Okända belopp"),
        _("Hur många belopp (en part, ett år) som är okända. Okänt är inte noll."),
        lambda row: row["unknown"],
        datatype="integer",
        width=14,
    ),
    Column(
        "kallor",
        _("Källor"),
        _("Källor och webbadresser, en per rad."),
        lambda row: row["sources"] or None,
        width=40,
    ),
    Column(
        "diarienummer",
        _("Diarienummer"),
        _("Ärendets nummer hos staden."),
        lambda row: row["registry_number"] or None,
    ),
    Column(
        "utvardering",
        _("Utvärdering"),
        _("Vad en utvärdering har visat."),
        lambda row: row["evaluation"] or None,
        width=40,
    ),
    *[
        Column(
            key,
            title,
            _("Bara för IOP."),
            lambda row, name=name: row[name] or None,  # type: ignore[misc]
            width=32,
        )
        for key, name, title in [
            ("iop_mal", "goals", _("Mål")),
            ("iop_stadens_insats", "city_contribution", _("Stadens insats")),
            ("iop_ideburen_insats", "civil_contribution", _("Idéburna sektorns insats")),
            ("iop_styrning", "steering", _("Styrning")),
            ("iop_utvardering", "partnership_evaluation", _("Så ska partnerskapet utvärderas")),
        ]
    ],
    Column(
        "foregangare",
        _("Föregångare"),
        _("Adressen till det partnerskap som detta följer på."),
        lambda row: _address(row["before"]),
        datatype="anyURI",
        width=40,
    ),
    Column(
        "rapporterad_av",
        _("Rapporterad av"),
        _("Den organisation eller förvaltning som lämnade uppgiften."),
        lambda row: row["reporter"],
        width=36,
    ),
    Column(
        "omgang",
        _("Omgång"),
        _("Den omgång där uppgiften först lämnades så som den står."),
        lambda row: row["round"],
        width=24,
    ),
    Column(
        "adress",
        _("Adress"),
        _("Sidan om samverkan."),
        lambda row: _address(row["slug"]),
        datatype="anyURI",
        width=48,
    ),
]


def _precision(day: object, precision: str) -> str | None:
    return None if day is None else {"day": "dag", "year": "år"}[precision]


def _address(slug: str | None) -> str | None:
    return settings.BASE_URL + reverse("mapping:cooperation", args=[slug]) if slug else None
