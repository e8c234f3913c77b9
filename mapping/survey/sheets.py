"""The columns of the spreadsheet, for the template and for reading it again.

Two sheets: one row for each cooperation, and one for each of its parties with kronor per year.
A third takes organisations that the portal does not know. A `Sheet` has the columns in order;
headings are Swedish in every language, because they are what the file is read by.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, Q

from challenges.models import ChallengeArea
from malmoandan.organisations.models import CIVIL_KINDS, CityPart, Kind, Organisation, Sector
from mapping.models import (
    CooperationEdition,
    CooperationForm,
    Level,
    Party,
    RoundInvitation,
    Step,
    SurveyRound,
)

YES, NO = "Ja", "Nej"
UNKNOWN = "vet inte"
COOPERATIONS, PARTIES, NEW, LISTS, HELP = (
    *("Samverkan", "Parter och pengar", "Nya organisationer"),
    *("Listor", "Så fyller du i"),
)
YEARS_SHOWN = 5


@dataclass(frozen=True)
class Column:
    """`key` is what the value is called in a row that was read; `choices` is a list's name."""

    key: str
    heading: str
    help: str = ""
    width: int = 14
    choices: str = ""
    hidden: bool = False
    wrapped: bool = False


@dataclass
class Layout:
    """What differs between rounds: the challenge areas and the years."""

    areas: Mapping[str, int]
    years: list[int]
    cooperations: list[Column] = field(init=False)
    parties: list[Column] = field(init=False)

    def __post_init__(self) -> None:
        self.cooperations = [*_FIRST, *self._areas(), *_MATRIX, *_PARTS, *_LAST]
        self.parties = [*_PARTY, *(_year(year) for year in self.years)]

    def _areas(self) -> Iterable[Column]:
        for name, key in self.areas.items():
            yield Column(f"area:{key}", f"Utmaning: {name}", _YES_HELP, 12, "ja")

    @property
    def sheets(self) -> dict[str, list[Column]]:
        return {COOPERATIONS: self.cooperations, PARTIES: self.parties, NEW: NEW_COLUMNS}


def layout_of(survey_round: SurveyRound, editions: Iterable[CooperationEdition] = ()) -> Layout:
    """With every year that an amount of the editions has, and the newest ones before the round."""
    last = survey_round.as_of.year if survey_round.as_of else survey_round.number
    years = set(range(last - YEARS_SHOWN + 1, last + 1))
    for edition in editions:
        years |= {row.year for party in edition.parties.all() for row in party.amounts.all()}
    areas = ChallengeArea.objects.order_by("pk").values_list("name", "pk")
    return Layout(areas=dict(areas), years=sorted(years))


def _year(year: int) -> Column:
    return Column(f"year:{year}", f"Kronor {year}", _MONEY_HELP, 14)


_YES_HELP = "Skriv Ja om det stämmer, annars lämnar du rutan tom."
_MONEY_HELP = (
    "Hela kronor som parten lägger det året. Skriv ”vet inte” om beloppet är okänt. "
    "0 betyder att parten inte lägger några pengar. Tom ruta: inte uppgivet."
)
_FIRST = [
    Column("id", "Id", "Ändra inte. Visar vilken samverkan raden gäller.", 8, hidden=True),
    Column("version", "Version", "Ändra inte.", 8, hidden=True),
    Column("number", "Nr", "Ett nummer för raden. Fliken Parter och pengar hänvisar till det.", 6),
    Column("title", "Rubrik", "Vad samverkan heter, högst 200 tecken.", 40, wrapped=True),
    Column("form", "Form", "Välj i listan.", 26, "former"),
    Column("description", "Beskrivning", "Vad ni gör tillsammans.", 50, wrapped=True),
    Column("starts", "Började", "Ett år, eller ett datum som 2021-03-15.", 12),
    Column("ends", "Slutade eller slutar", "Ett år eller ett datum. Tomt om slutet är okänt.", 12),
    Column("ongoing", "Pågår tills vidare", "Ja betyder att inget slut är bestämt.", 10, "ja"),
    Column(
        "ended",
        "Har upphört",
        "Ja om samverkan inte finns längre. Skriv gärna när i ”Slutade eller slutar”.",
        10,
        "ja",
    ),
]
_MATRIX = [
    Column("level", "Nivå av delaktighet", "Välj i listan. Europarådets matris.", 16, "nivåer"),
    *(Column(f"step:{s}", f"Steg: {s.label}", _YES_HELP, 10, "ja") for s in Step),
]
_PARTS = [Column(f"part:{p}", f"Del av Malmö: {p.label}", _YES_HELP, 10, "ja") for p in CityPart]
_LAST = [
    Column("sources", "Källor", "En källa eller webbadress per rad.", 30, wrapped=True),
    Column("registry_number", "Diarienummer", "Till exempel STK-2018-938.", 18),
    Column("evaluation", "Utvärdering", "Vad en utvärdering har visat.", 30, wrapped=True),
    Column("goals", "IOP: mål", "Bara för idéburet offentligt partnerskap.", 30, wrapped=True),
    Column("city_contribution", "IOP: stadens insats", "Bara för IOP.", 30, wrapped=True),
    Column(
        "civil_contribution", "IOP: idéburna sektorns insats", "Bara för IOP.", 30, wrapped=True
    ),
    Column("steering", "IOP: styrning", "Bara för IOP.", 30, wrapped=True),
    Column("partnership_evaluation", "IOP: så utvärderas det", "Bara för IOP.", 30, wrapped=True),
]
_PARTY = [
    Column("number", "Nr", "Numret på raden i fliken Samverkan.", 6),
    Column(
        "party",
        "Part",
        "Välj i listan, eller skriv namn eller organisationsnummer. Er egen organisation läggs "
        "till av sig själv.",
        44,
        "organisationer",
    ),
]
NEW_COLUMNS = [
    Column("name", "Namn", "Som organisationen själv skriver det.", 44),
    Column("kind", "Organisationsform", "Välj i listan.", 28, "organisationsformer"),
    Column("organisation_number", "Organisationsnummer", "Aldrig ett personnummer.", 20),
    Column("website", "Webbplats", "Till exempel https://foreningen.se/", 34),
]
# Those that a reporter may add: a network states its purpose, and does so at a form.
NEW_KINDS = [kind for kind in CIVIL_KINDS if kind != Kind.NETWORK]


def fixed_words() -> dict[str, dict[str, Any]]:
    """List by list: the Swedish word in a cell, and the value that it stands for."""
    return {
        "former": {str(choice.label): choice.value for choice in CooperationForm},
        "nivåer": {str(choice.label): choice.value for choice in Level},
        "ja": {YES: True, NO: False},
        "organisationsformer": {str(kind.label): kind.value for kind in NEW_KINDS},
    }


def known_organisations(survey_round: SurveyRound) -> Any:
    """Those whose names a reporter may be shown: the city's, the invited, and known parties.

    One that has only begun to sign is nobody else's business yet. It is still found by who types
    its name or number.
    """
    parties = Party.objects.filter(organisation=OuterRef("pk"))
    invited = RoundInvitation.objects.filter(organisation=OuterRef("pk"))
    # Invented and true rounds never mix, so that what is invented can be taken away again.
    alike, other = survey_round.invented, not survey_round.invented
    found = Organisation.objects.standing().filter(
        Q(sector=Sector.CITY) & ~Exists(parties.filter(edition__from_round__invented=other))
        | Exists(parties.filter(edition__from_round__invented=alike))
        | Exists(invited.filter(round__invented=alike))
    )
    return found.in_swedish_order()


def shown_names(organisations: Iterable[Organisation]) -> dict[int, str]:
    """A name for each that no other has: with its number, or its address, where two are alike."""
    rows = list(organisations)
    seen: dict[str, int] = {}
    for row in rows:
        seen[row.name] = seen.get(row.name, 0) + 1
    return {
        row.pk: row.name if seen[row.name] == 1 else f"{row.name} ({row.shown_number or row.slug})"
        for row in rows
    }
