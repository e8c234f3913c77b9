"""The mapping: survey rounds, and what they tell of how the city and organisations cooperate."""

from mapping.models.choices import CooperationForm, Level, Precision, Step
from mapping.models.cooperations import Cooperation
from mapping.models.edition_constraints import PARTNERSHIP_FIELDS
from mapping.models.editions import Area, CooperationEdition, EditionQuerySet
from mapping.models.matrix import MatrixTool
from mapping.models.parties import Amount, Party, PartyQuerySet
from mapping.models.reporting import Confirmation, NotedChange, Objection
from mapping.models.rounds import FIRST_INVENTED, RoundInvitation, SurveyRound, SurveyRoundQuerySet
from mapping.models.survey import Ending, PartyNotice, ReportDraft, ReportFile

__all__ = [
    "FIRST_INVENTED",
    "PARTNERSHIP_FIELDS",
    "Amount",
    "Area",
    "Confirmation",
    "Cooperation",
    "CooperationEdition",
    "CooperationForm",
    "EditionQuerySet",
    "Ending",
    "Level",
    "MatrixTool",
    "NotedChange",
    "Objection",
    "Party",
    "PartyNotice",
    "PartyQuerySet",
    "Precision",
    "ReportDraft",
    "ReportFile",
    "RoundInvitation",
    "Step",
    "SurveyRound",
    "SurveyRoundQuerySet",
]
