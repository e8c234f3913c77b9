"""All that is public of one cooperation: its state in a round, its money, and its way there."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from mapping.models import (
    Cooperation,
    CooperationEdition,
    CooperationForm,
    MatrixTool,
    Party,
    SurveyRound,
)

_COMPARED = [
    *["title", "description", "form", "level", "steps", "city_parts", "starts_on", "ends_on"],
    *["ongoing", "sources", "registry_number", "evaluation", "goals", "city_contribution"],
    *["civil_contribution", "steering", "partnership_evaluation"],
]


@dataclass(frozen=True)
class Chapter:
    """What one published round told: `edition` is None when it no longer had the cooperation."""

    round: SurveyRound
    edition: CooperationEdition | None
    what: str
    changed: list[str]


@dataclass(frozen=True)
class MoneyTable:
    """SEK by party and year. A cell of None is unknown; "" is outside the period and not told."""

    years: list[int]
    lines: list[tuple[Party, list[int | str | None]]]
    sums: list[int]
    known: int
    unknown: int


def chapters(cooperation: Cooperation) -> list[Chapter]:
    """Each published round that had the cooperation, or first had it no more, the newest first."""
    editions = list(
        cooperation.editions.in_published_rounds()
        .defer("document")
        .whole()
        .prefetch_related("confirmations")
        .order_by("from_round")
    )
    invented = bool(editions) and editions[0].from_round.invented
    rounds = SurveyRound.objects.published().filter(invented=invented).order_by("number")
    told: list[Chapter] = []
    for survey_round in rounds:
        before = told[-1].edition if told else None
        edition = next((e for e in editions if _holds(e, survey_round.number)), None)
        if edition or before:
            told.append(_chapter(survey_round, before, edition))
    return told[::-1]


def _holds(edition: CooperationEdition, number: int) -> bool:
    until = edition.until_round_id
    return edition.from_round_id <= number and (until is None or number < until)


def _chapter(
    survey_round: SurveyRound, before: CooperationEdition | None, now: CooperationEdition | None
) -> Chapter:
    changed: list[str] = []
    if now is None:
        what = _("Finns inte längre med")
    elif before is None:
        what = _("Ny i kartläggningen")
    elif before.pk != now.pk:
        what, changed = _("Ändrad"), _changes(before, now)
    elif any(c.round_id == survey_round.pk for c in now.confirmations.all()):
        what = _("Bekräftad utan ändring")
    else:
        what = _("Inget nytt har rapporterats")
    return Chapter(survey_round, now, what, changed)


def _changes(before: CooperationEdition, now: CooperationEdition) -> list[str]:
    """The names of what differs."""
    names = [
        str(CooperationEdition._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
        for name in _COMPARED
        if getattr(before, name) != getattr(now, name)
    ]
    if {a.pk for a in before.areas.all()} != {a.pk for a in now.areas.all()}:
        names.append(_("samhällsutmaningar"))
    old, new = ({p.organisation_id for p in e.parties.all()} for e in (before, now))
    if old != new:
        names.append(_("parter"))
    if _amounts(before) != _amounts(now):
        names.append(_("belopp"))
    return names


def _amounts(edition: CooperationEdition) -> set[Any]:
    return {
        (party.organisation_id, amount.year, amount.sek)
        for party in edition.parties.all()
        for amount in party.amounts.all()
    }


def money(edition: CooperationEdition, day: date) -> MoneyTable | None:
    """The table of a cooperation's money as of that day; None when no amount is told."""
    parties = edition.ordered_parties
    told = {amount.year for party in parties for amount in party.amounts.all()}
    period = set(edition.years(day))
    years = sorted(told | period)
    if not told:
        return None
    lines: list[tuple[Party, list[int | str | None]]] = []
    for party in parties:
        amounts = {amount.year: amount.sek for amount in party.amounts.all()}
        cells = [amounts.get(y, None if y in period else "") for y in years]
        lines.append((party, cells))
    columns = list(zip(*(cells for _party, cells in lines), strict=True))
    sums = [sum(cell for cell in column if isinstance(cell, int)) for column in columns]
    unknown = sum(cell is None for column in columns for cell in column)
    return MoneyTable(years, lines, sums, sum(sums), unknown)


def matrix_places(edition: CooperationEdition) -> list[tuple[str, str]]:
    """Each step of the edition with the tools that are typical there, at its level."""
    tools = {
        tool.step: tool.tools for tool in MatrixTool.objects.filter(level=edition.level or None)
    }
    steps = zip(edition.steps, edition.steps_in_words, strict=True)
    return [(words, tools.get(step, "")) for step, words in steps]


def predecessor(edition: CooperationEdition) -> CooperationEdition | None:
    """The partnership that it follows on, as it was last told in a published round."""
    if edition.predecessor is None:
        return None
    found = edition.predecessor.editions.in_published_rounds().select_related("cooperation")
    return found.order_by("-from_round").first()


def successors(cooperation: Cooperation) -> list[CooperationEdition]:
    """Partnerships that follow on this one, as the newest published round has them."""
    found = CooperationEdition.objects.public().filter(
        form=CooperationForm.IOP, predecessor=cooperation
    )
    return list(found.select_related("cooperation").in_swedish_order())


def sources(edition: CooperationEdition) -> list[tuple[str, bool]]:
    """Each source, and whether it is an address that a link may lead to."""
    lines = [line.strip() for line in edition.sources.splitlines()]
    return [(line, line.startswith(("https://", "http://"))) for line in lines if line]
