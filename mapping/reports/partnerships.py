"""What the in-depth report tells of partnerships (IOP) alone: what each side has promised."""

from dataclasses import dataclass

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from mapping.models import CooperationEdition

MOST_PARTNERSHIPS = 200
LONGEST = 600  # letters of each fact; the whole one stands on the cooperation's page


@dataclass(frozen=True)
class Partnership:
    """A partnership under its number in the report, and its facts under their names."""

    number: int
    title: str
    facts: list[tuple[str, str]]


def told(editions: list[tuple[int, CooperationEdition]]) -> list[Partnership]:
    """The partnerships among the numbered editions, with those facts that are stated."""
    return [
        Partnership(number, edition.title, _facts(edition))
        for number, edition in editions
        if edition.is_partnership
    ]


def _facts(edition: CooperationEdition) -> list[tuple[str, str]]:
    named = [
        (_("Mål"), edition.goals),
        (_("Stadens insats"), edition.city_contribution),
        (_("Den idéburna sektorns insats"), edition.civil_contribution),
        (_("Styrning"), edition.steering),
        (_("Så ska partnerskapet utvärderas"), edition.partnership_evaluation),
        (_("Utvärdering"), edition.evaluation),
    ]
    return [
        (name, Truncator(" ".join(text.split())).chars(LONGEST)) for name, text in named if text
    ]
