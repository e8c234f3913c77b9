"""The same seed gives the same rows."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from operator import itemgetter
from random import Random
from typing import Any

from django.utils import timezone

from challenges.models import ChallengeArea
from malmoandan.organisations.models import CIVIL_KINDS, CityPart, Kind, Organisation, Sector
from mapping.invented.copying import array_of, copy_rows, free_keys
from mapping.invented.words import FIRST, FOR, MARK, SECOND, SLUG, THEMES, WHAT, WHERE
from mapping.models import (
    Amount,
    Area,
    Confirmation,
    Cooperation,
    CooperationEdition,
    CooperationForm,
    Level,
    Party,
    Precision,
    RoundInvitation,
    Step,
    SurveyRound,
)

_EMPTY_ORGANISATION = {
    "short_name": "",
    "is_umbrella": False,
    "purpose": "Påhittad.",
    "website": "",
}


@dataclass(frozen=True)
class Size:
    """How much to invent: cooperations, organisations, departments, and years they go back."""

    cooperations: int = 900
    organisations: int = 270
    departments: int = 16
    years: int = 5


class Inventor:
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
        self._invite()
        numbers = range(self.size.cooperations)
        keys = free_keys(Cooperation, len(numbers))
        copy_rows(
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
        keys = free_keys(Organisation, size.departments + size.organisations)
        self.departments, self.organisations = keys[: size.departments], keys[size.departments :]
        rows: list[list[Any]] = []
        for n, key in enumerate(self.departments):
            again = f" {n // len(THEMES) + 1}" if n >= len(THEMES) else ""
            name = f"Förvaltningen för {THEMES[n % len(THEMES)].lower()}{again} {MARK}"
            rows.append(
                [
                    key,
                    name,
                    f"{SLUG}forvaltning-{n + 1}",
                    Sector.CITY,
                    Kind.DEPARTMENT,
                    CityPart.ALL,
                ]
            )
        for n, key in enumerate(self.organisations):
            name = f"{FIRST[n % len(FIRST)]} {SECOND[n // len(FIRST) % len(SECOND)]}"
            turn = n // (len(FIRST) * len(SECOND))
            name = f"{name}{f' {turn + 1}' if turn else ''} {MARK}"
            kind, part = pick(CIVIL_KINDS), pick(CityPart.values)
            rows.append([key, name, f"{SLUG}organisation-{n + 1}", Sector.CIVIL, kind, part])
        copy_rows(
            Organisation,
            ["id", "name", "slug", "sector", "kind", "city_part", *_EMPTY_ORGANISATION],
            ([*row, *_EMPTY_ORGANISATION.values()] for row in rows),
            created_at=self.now,
            updated_at=self.now,
        )

    def _invite(self) -> None:
        """Everybody to the later round; the departments answered, most organisations did."""
        later, departments = self.round_keys[1], set(self.departments)
        rows = [
            (
                key,
                secrets.token_urlsafe(24),
                self.now if key in departments or self.random.random() < 0.8 else None,
            )
            for key in [*self.departments, *self.organisations]
        ]
        copy_rows(
            RoundInvitation,
            ["organisation_id", "token", "reported_at"],
            rows,
            round_id=later,
            email="",
            language="sv",
            invited_at=self.now,
            reminders=0,
        )

    def _invent_editions(self, cooperations: list[int]) -> None:
        plans = [plan for key in cooperations for plan in self._plans(key)]
        keys = free_keys(CooperationEdition, len(plans))
        facts = [self._facts(key, plan) for key, plan in zip(keys, plans, strict=True)]
        parties = list(self._parties(keys))
        for (_edition, reporter), row in zip(_first_of_each(parties), facts, strict=True):
            row["reported_by_id"] = reporter
        copy_rows(CooperationEdition, list(facts[0]), (list(row.values()) for row in facts))
        copy_rows(Area, ["edition_id", "area_id"], self._areas(keys))
        party_keys = free_keys(Party, len(parties))
        copy_rows(
            Party,
            ["id", "edition_id", "organisation_id"],
            ((key, *party) for key, party in zip(party_keys, parties, strict=True)),
        )
        row_of = dict(zip(keys, facts, strict=True))
        copy_rows(Amount, ["party_id", "year", "sek"], self._amounts(party_keys, parties, row_of))
        confirmed = [
            key for key, plan in zip(keys, plans, strict=True) if plan[1:] == (self.earlier, None)
        ]
        copy_rows(
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
        what, whom, where = pick(WHAT), pick(FOR), pick(WHERE)
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
            "steps": array_of([step for step in Step.values if random.random() < 0.25]),
            "city_parts": array_of(self._city_parts()),
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
            "reported_by_id": None,  # one of its parties, once they are known
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


def _first_of_each(parties: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The first party of each edition, in the order of the editions."""
    return (next(group) for _edition, group in groupby(parties, key=itemgetter(0)))
