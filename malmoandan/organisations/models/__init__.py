"""Organisations, and who may act for them."""

from malmoandan.organisations.models.duplicates import PossibleDuplicate
from malmoandan.organisations.models.organisations import (
    CIVIL_KINDS,
    CityPart,
    Kind,
    Organisation,
    OrganisationQuerySet,
    Sector,
)
from malmoandan.organisations.models.representatives import (
    HANDOVER_DAYS,
    Handover,
    Membership,
    ProposedChange,
)

__all__ = [
    "CIVIL_KINDS",
    "HANDOVER_DAYS",
    "CityPart",
    "Handover",
    "Kind",
    "Membership",
    "Organisation",
    "OrganisationQuerySet",
    "PossibleDuplicate",
    "ProposedChange",
    "Sector",
]
