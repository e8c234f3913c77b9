"""Plans and their areas, the people who hold them together, and their dialogues."""

from challenges.models.dialogues import Dialogue, DialogueArea, Side
from challenges.models.outcomes import Approval, Outcome
from challenges.models.participants import Invitation, Participant
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
    "Approval",
    "CertainDays",
    "ChallengeArea",
    "Coordinator",
    "Dialogue",
    "DialogueArea",
    "FirstPrecision",
    "Group",
    "GroupMember",
    "Host",
    "Invitation",
    "LastPrecision",
    "NameBasis",
    "Outcome",
    "Participant",
    "Plan",
    "PlanArea",
    "PublicPerson",
    "Side",
    "Status",
    "Term",
    "TermQuerySet",
]
