"""What addresses and people call the values of the index: Swedish words that stay."""

from django.utils.translation import gettext_lazy as _

from challenges.models import ChallengeArea
from malmoandan.organisations.models import CityPart, Kind, Organisation, Sector
from mapping.index import Index
from mapping.models import CooperationForm, Level, Step

# Field in the address: dimension of the index.
DIMENSION_OF = {
    "form": "form",
    "omrade": "area",
    "forvaltning": "department",
    "sektor": "sector",
    "slag": "kind",
    "niva": "level",
    "steg": "step",
    "del": "city_part",
    "ar": "year",
    "belopp": "amount",
    "pagar": "ongoing",
}
WORDS: dict[str, dict[str, str]] = {
    "form": {
        "dialog": CooperationForm.DIALOGUE.value,
        "bidrag": CooperationForm.SUPPORT.value,
        "gemensamt": CooperationForm.JOINT.value,
        "iop": CooperationForm.IOP.value,
    },
    "sektor": {"ideburen": Sector.CIVIL.value, "stad": Sector.CITY.value},
    "slag": {
        "ideell-forening": Kind.ASSOCIATION.value,
        "ekonomisk-forening": Kind.COOPERATIVE.value,
        "stiftelse": Kind.FOUNDATION.value,
        "trossamfund": Kind.FAITH.value,
        "natverk": Kind.NETWORK.value,
        "annan": Kind.OTHER.value,
        "kommun": Kind.MUNICIPALITY.value,
        "forvaltning": Kind.DEPARTMENT.value,
    },
    "niva": {
        "information": Level.INFORMATION.value,
        "samrad": Level.CONSULTATION.value,
        "dialog": Level.DIALOGUE.value,
        "partnerskap": Level.PARTNERSHIP.value,
    },
    "steg": {
        "satta-agendan": Step.AGENDA.value,
        "utforma": Step.DRAFTING.value,
        "besluta": Step.DECISION.value,
        "genomfora": Step.IMPLEMENTATION.value,
        "folja-upp": Step.MONITORING.value,
        "omformulera": Step.REFORMULATION.value,
    },
    "del": {part: part for part in CityPart.values},
    "belopp": {
        "okant": "unknown",
        "delvis-okant": "some_unknown",
        "under-100000": "under_100000",
        "100000-999999": "under_1000000",
        "fran-1000000": "from_1000000",
    },
    "pagar": {"ja": "yes"},
}
AMOUNT_LABELS = {
    "unknown": _("Inget belopp känt"),
    "some_unknown": _("Något belopp okänt"),
    "under_100000": _("Under 100 000 kronor"),
    "under_1000000": _("100 000–999 999 kronor"),
    "from_1000000": _("1 miljon kronor eller mer"),
}
_CHOICES = {
    "sector": Sector,
    "kind": Kind,
    "form": CooperationForm,
    "level": Level,
    "step": Step,
    "city_part": CityPart,
}


def word_of(field: str, value: str) -> str:
    """What the address calls a value of the index; slugs and years are called what they are."""
    known = {v: word for word, v in WORDS.get(field, {}).items()}
    return known.get(value, value)


def query_of(**values: str) -> dict[str, str]:
    """The query that asks for values of dimensions: `query_of(form="iop", area="fritid")`."""
    fields = {dimension: field for field, dimension in DIMENSION_OF.items()}
    return {fields[name]: word_of(fields[name], value) for name, value in values.items()}


def labels(index: Index, dimension: str) -> dict[str, str]:
    """What people read for each value of a dimension, in the order to show them."""
    if dimension in _CHOICES:
        return {value: str(label) for value, label in _CHOICES[dimension].choices}
    if dimension == "amount":
        return {value: str(label) for value, label in AMOUNT_LABELS.items()}
    if dimension == "ongoing":
        return {"yes": str(_("Pågår nu"))}
    if dimension == "year":
        return {year: year for year in reversed(index.values("year"))}
    if dimension == "area":
        return dict(ChallengeArea.objects.order_by("pk").values_list("slug", "name"))
    found = Organisation.objects.filter(slug__in=index.values(dimension)).in_swedish_order()
    return dict(found.values_list("slug", "name"))
