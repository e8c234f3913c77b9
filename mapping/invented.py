"""An invented round to try the mapping with: never loaded by itself, marked wherever it is shown.

The same seed gives the same rows. They go in by COPY, without history: 100,000 cooperations take
well under a minute.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

import pgtrigger
from django.db import connection, transaction
from django.db.models import Model, QuerySet
from django.utils import timezone

from challenges.models import ChallengeArea
from malmoandan.organisations.models import CIVIL_KINDS, CityPart, Kind, Organisation, Sector
from malmoandan.running import history
from mapping.models import (
    FIRST_INVENTED,
    Amount,
    Area,
    Confirmation,
    Cooperation,
    CooperationEdition,
    CooperationForm,
    Level,
    Objection,
    Party,
    Precision,
    RoundInvitation,
    Step,
    SurveyRound,
)

SLUG = "pahittad-"
MARK = "(påhittad)"
NOTE = (
    "Alla uppgifter i omgången är påhittade. De visar hur kartläggningen fungerar, och säger "
    "inget om hur Malmö stad och föreningar samverkar."
)
_THEMES = [
    *["Skola", "Förskola", "Kultur", "Fritid", "Arbete", "Stöd", "Vård och omsorg", "Stadsbyggnad"],
    *["Miljö", "Gator och parker", "Service", "Gymnasium", "Ledning", "Trygghet", "Boende"],
    *["Folkhälsa", "Näringsliv", "Ungdom", "Integration", "Bibliotek"],
]
_FIRST = [
    *["Björkens", "Möllans", "Havets", "Lyktans", "Broarnas", "Ängens", "Östra", "Kanalens"],
    *["Syrenens", "Torgets", "Öresunds", "Bokens", "Årets", "Solens", "Rörsjöns", "Ekens"],
]
_SECOND = [
    *["idrottsförening", "odlare", "kulturförening", "läxhjälpare", "grannar", "teater"],
    *["simklubb", "hantverkare", "vänförening", "kvinnonätverk", "seniorer", "cykelkök"],
    *["musikförening", "ungdomsråd", "kök", "språkcafé"],
]
_WHAT = [
    *["Läxhjälp", "Språkcafé", "Odling", "Simskola", "Cykelkurs", "Nattvandring", "Teater"],
    *["Arbetsträning", "Mötesplats", "Idrott på loven", "Bokcirkel", "Rådgivning", "Matlagning"],
    *["Musikverkstad", "Samråd", "Ledarutbildning", "Öppet hus", "Skapande verkstad"],
]
_FOR = [
    *["för unga", "för äldre", "för nyanlända", "för barn i förskolan", "för familjer"],
    *["för dem som söker arbete", "för personer med funktionsnedsättning", "för alla"],
]
_WHERE = [
    *["på Möllevången", "i Rosengård", "i Västra hamnen", "på Limhamn", "i Husie", "i Oxie"],
    *["i Kirseberg", "på Lindängen", "i Hyllie", "i Fosie", "i centrum", "på Holma"],
]


class AlreadyThereError(Exception):
    """There is an invented round already."""


@dataclass(frozen=True)
class Size:
    """How much to invent: cooperations, organisations, departments, and years they go back."""

    cooperations: int = 900
    organisations: int = 270
    departments: int = 16
    years: int = 5


@transaction.atomic
def make(size: Size, *, seed: int) -> list[SurveyRound]:
    """Make two published invented rounds, the later with what changed since the earlier.

    Raises AlreadyThereError.
    """
    if SurveyRound.objects.filter(invented=True).exists():
        raise AlreadyThereError
    random = Random(seed)  # noqa: S311 - nothing here is secret
    with pgtrigger.ignore():
        rounds = [_make_round(years_ago) for years_ago in (1, 0)]
        _Inventor(size, random, rounds).run()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # so that the first page is not planned for empty tables
    return rounds


@transaction.atomic
def remove() -> int:
    """Take away all that was invented, with its history; return how many cooperations that was."""
    rounds = SurveyRound.objects.filter(invented=True)
    editions = CooperationEdition.objects.filter(from_round__in=rounds.values("number"))
    cooperations = Cooperation.objects.filter(slug__startswith=SLUG)
    number = cooperations.count()
    parts: list[QuerySet[Any]] = [
        Amount.objects.filter(party__edition__in=editions),
        *[
            model._default_manager.filter(edition__in=editions)
            for model in (Party, Area, Confirmation, Objection)
        ],
        editions,
        cooperations,
        RoundInvitation.objects.filter(round__in=rounds),
        rounds,
        Organisation.objects.filter(slug__startswith=SLUG, name__endswith=MARK),
    ]
    with pgtrigger.ignore():
        for rows in parts:
            history.events_of(rows.model).filter(pgh_obj_id__in=rows.values("pk")).delete()
            rows._raw_delete(rows.db)  # type: ignore[attr-defined] - in the order of the keys
    return number


def _make_round(years_ago: int) -> SurveyRound:
    today = timezone.localdate()
    year = today.year - years_ago
    return SurveyRound.objects.create(
        number=FIRST_INVENTED + year,
        name=f"Påhittad kartläggning {year}",
        as_of=min(date(year, 10, 1), today),
        state=SurveyRound.State.PUBLISHED,
        published_at=timezone.now(),
        made_by="make_invented_round",
        note=NOTE,
        invented=True,
    )


class _Inventor:
    def __init__(self, size: Size, random: Random, rounds: list[SurveyRound]) -> None:
        self.size, self.random = size, random
        self.earlier, self.later = (survey_round.number for survey_round in rounds)
        self.round_keys = [survey_round.pk for survey_round in rounds]
        self.today, self.now = timezone.localdate(), timezone.now()
        self.areas = list(ChallengeArea.objects.values_list("pk", flat=True))
        self.departments: list[int] = []
        self.organisations: list[int] = []
        self.predecessors: list[int] = []

    def run(self) -> None:
        self._invent_organisations()
        numbers = range(self.size.cooperations)
        keys = _free_keys(Cooperation, len(numbers))
        _copy(
            Cooperation,
            ["id", "slug", "created_at"],
            (
                (key, f"{SLUG}samverkan-{n + 1}", self.now)
                for n, key in zip(numbers, keys, strict=True)
            ),
        )
        for start in range(0, len(keys), 20_000):  # so that memory does not follow the number
            self._invent_editions(keys[start : start + 20_000])

    def _invent_organisations(self) -> None:
        size, pick = self.size, self.random.choice
        keys = _free_keys(Organisation, size.departments + size.organisations)
        self.departments, self.organisations = keys[: size.departments], keys[size.departments :]
        rows = []
        for n, key in enumerate(self.departments):
            turn = f" {n // len(_THEMES) + 1}" if n >= len(_THEMES) else ""
            name = f"Förvaltningen för {_THEMES[n % len(_THEMES)].lower()}{turn} {MARK}"
            place = [Sector.CITY, Kind.DEPARTMENT, CityPart.ALL]
            rows.append([key, name, f"{SLUG}forvaltning-{n + 1}", *place])
        for n, key in enumerate(self.organisations):
            name = f"{_FIRST[n % len(_FIRST)]} {_SECOND[n // len(_FIRST) % len(_SECOND)]}"
            turn = n // (len(_FIRST) * len(_SECOND))
            name = f"{name}{f' {turn + 1}' if turn else ''} {MARK}"
            place = [Sector.CIVIL, pick(CIVIL_KINDS), pick(CityPart.values)]
            rows.append([key, name, f"{SLUG}organisation-{n + 1}", *place])
        _copy(
            Organisation,
            ["id", "name", "slug", "sector", "kind", "city_part", *_EMPTY_ORGANISATION],
            ([*row, *_EMPTY_ORGANISATION.values()] for row in rows),
            created_at=self.now,
            updated_at=self.now,
        )

    def _invent_editions(self, cooperations: list[int]) -> None:
        plans = [plan for key in cooperations for plan in self._plans(key)]
        keys = _free_keys(CooperationEdition, len(plans))
        facts = [self._facts(key, plan) for key, plan in zip(keys, plans, strict=True)]
        _copy(CooperationEdition, list(facts[0]), (list(row.values()) for row in facts))
        _copy(Area, ["edition_id", "area_id"], self._areas(keys))
        parties = list(self._parties(keys))
        party_keys = _free_keys(Party, len(parties))
        _copy(
            Party,
            ["id", "edition_id", "organisation_id"],
            ((key, *party) for key, party in zip(party_keys, parties, strict=True)),
        )
        row_of = dict(zip(keys, facts, strict=True))
        _copy(Amount, ["party_id", "year", "sek"], self._amounts(party_keys, parties, row_of))
        confirmed = [
            key for key, plan in zip(keys, plans, strict=True) if plan[1:] == (self.earlier, None)
        ]
        _copy(
            Confirmation,
            ["edition_id", "round_id", "at"],
            ((key, self.round_keys[1], self.now) for key in confirmed),
        )

    def _plans(self, cooperation: int) -> list[tuple[int, int, int | None]]:
        """Its editions, as from which round until which: most hold, some change, end or are new."""
        chance = self.random.random()
        if chance < 0.7:
            return [(cooperation, self.earlier, None)]
        if chance < 0.8:
            return [(cooperation, self.earlier, self.later), (cooperation, self.later, None)]
        if chance < 0.85:
            return [(cooperation, self.earlier, self.later)]
        return [(cooperation, self.later, None)]

    def _facts(self, key: int, plan: tuple[int, int, int | None]) -> dict[str, Any]:
        random, pick = self.random, self.random.choice
        cooperation, from_round, until_round = plan
        what, whom, where = pick(_WHAT), pick(_FOR), pick(_WHERE)
        form = random.choices(CooperationForm.values, [25, 35, 30, 10])[0]
        iop = form == CooperationForm.IOP
        predecessor = (
            pick(self.predecessors) if iop and self.predecessors and random.random() < 0.3 else None
        )
        if iop and predecessor != cooperation:
            self.predecessors.append(cooperation)
        return {
            "id": key,
            "cooperation_id": cooperation,
            "from_round_id": from_round,
            "until_round_id": until_round,
            "title": f"{what} {whom} {where}",
            "description": f"Påhittat exempel. {what} som ordnas ihop {whom} {where}.",
            "form": form,
            "level": pick([*Level.values, ""]),
            "steps": _array([step for step in Step.values if random.random() < 0.25]),
            "city_parts": _array(self._city_parts()),
            **self._period(),
            "sources": "https://example.org/pahittad-kalla" if random.random() < 0.4 else "",
            "registry_number": f"PÅHITTAD-{key}" if random.random() < 0.3 else "",
            "evaluation": "Påhittad utvärdering: deltagarna är nöjda."
            if random.random() < 0.2
            else "",
            "goals": f"Påhittat mål: fler deltar i {what.lower()}." if iop else "",
            "city_contribution": "Lokal och pengar." if iop else "",
            "civil_contribution": "Ledare och ideell tid." if iop else "",
            "steering": "En styrgrupp med båda parter." if iop else "",
            "partnership_evaluation": "En gång om året." if iop else "",
            "predecessor_id": None if predecessor == cooperation else predecessor,
            "reported_by_id": pick(self.departments),
            "created_at": self.now,
            "updated_at": self.now,
        }

    def _city_parts(self) -> list[str]:
        if self.random.random() < 0.3:
            return [CityPart.ALL.value]
        return [part for part in CityPart.values[:-1] if self.random.random() < 0.3]

    def _period(self) -> dict[str, Any]:
        random = self.random
        first = date(self.today.year - self.size.years + 1, 1, 1)
        starts: date | None = first + timedelta(random.randrange((self.today - first).days + 1))
        by_year = random.random() < 0.5
        if by_year and starts:
            starts = starts.replace(month=1, day=1)
        if random.random() < 0.04:
            starts = None
        ongoing = random.random() < 0.45
        ends = None
        if starts and not ongoing and random.random() < 0.85:
            ends = starts + timedelta(random.randrange(30, 1200))
            ends = ends.replace(month=12, day=31) if by_year else ends
        precision = (Precision.YEAR if by_year else Precision.DAY).value
        return {
            "starts_on": starts,
            "start_precision": precision,
            "ends_on": ends,
            "end_precision": precision,
            "ongoing": ongoing,
        }

    def _areas(self, editions: list[int]) -> Iterator[tuple[int, int]]:
        most = min(2, len(self.areas))
        for edition in editions:
            for area in self.random.sample(self.areas, self.random.randint(0, most)):
                yield edition, area

    def _parties(self, editions: list[int]) -> Iterator[tuple[int, int]]:
        """One or two departments and one to four organisations, some of them much oftener."""
        random = self.random
        for edition in editions:
            city = random.sample(
                self.departments, random.choice([1, 1, 1, 2]) % (len(self.departments) + 1)
            )
            often = int(len(self.organisations) * random.random() ** 2)
            civil = {self.organisations[often % len(self.organisations)]}
            civil |= {
                random.choice(self.organisations) for _more in range(random.choice([0, 0, 1, 3]))
            }
            for organisation in [*city, *sorted(civil)]:
                yield edition, organisation

    def _amounts(
        self,
        keys: list[int],
        parties: list[tuple[int, int]],
        row_of: dict[int, dict[str, Any]],
    ) -> Iterator[tuple[int, int, int | None]]:
        random, departments = self.random, set(self.departments)
        for key, (edition, organisation) in zip(keys, parties, strict=True):
            row = row_of[edition]
            chance = 0.75 if organisation in departments else 0.25
            if row["form"] == CooperationForm.DIALOGUE or not row["starts_on"]:
                chance = 0.1
            if random.random() > chance:
                continue
            last = min(row["ends_on"] or self.today, self.today)
            start = (row["starts_on"] or self.today).year
            size = random.lognormvariate(11.8, 1.1)
            for year in range(start, last.year + 1):
                told = random.random()
                unknown, nothing = told < 0.1, told < 0.15
                sek = (
                    None
                    if unknown
                    else 0
                    if nothing
                    else round(size, -3) * random.choice([1, 1, 1.1])
                )
                yield key, year, sek if sek is None else int(sek)


_EMPTY_ORGANISATION = {
    "short_name": "",
    "is_umbrella": False,
    "purpose": "Påhittad.",
    "website": "",
}


def _array(values: list[str]) -> str:
    """A list as PostgreSQL writes it; the values are our own words without special signs."""
    return "{" + ",".join(values) + "}"


def _free_keys(model: type[Model], number: int) -> list[int]:
    """As many primary keys that nobody else gets."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(sequence) FROM (SELECT pg_get_serial_sequence(%s, 'id')::regclass"
            " AS sequence) AS of_table, generate_series(1, %s)",
            [table, number],
        )
        return [key for (key,) in cursor.fetchall()]


def _copy(
    model: type[Model], columns: list[str], rows: Iterable[Iterable[Any]], **same: Any
) -> None:
    """Write rows by COPY; `same` are columns that have one value in all of them."""
    names = ", ".join([*columns, *same])
    values = list(same.values())
    with connection.cursor() as cursor:
        statement = f"COPY {model._meta.db_table} ({names}) FROM STDIN"
        with cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row([*row, *values])
