"""Plans and their areas, and the people who hold them together."""

from challenges.models.people import (
    Coordinator,
    Group,
    GroupMember,
    Host,
    NameBasis,
    PublicPerson,
)
from challenges.models.plans import ChallengeArea, Plan, PlanArea, Status
from challenges.models.terms import CertainDays, FirstPrecision, LastPrecision, Term, TermQuerySet

__all__ = [
    "CertainDays",
    "ChallengeArea",
    "Coordinator",
    "FirstPrecision",
    "Group",
    "GroupMember",
    "Host",
    "LastPrecision",
    "NameBasis",
    "Plan",
    "PlanArea",
    "PublicPerson",
    "Status",
    "Term",
    "TermQuerySet",
]
