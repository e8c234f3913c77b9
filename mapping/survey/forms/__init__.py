"""The forms of reporting, step by step, and those of the coordinators' desk."""

from mapping.survey.forms.answers import EndForm, NewPartyForm, ObjectionForm, UploadForm
from mapping.survey.forms.desk import DecisionForm, InviteForm
from mapping.survey.forms.money import MoneyForm
from mapping.survey.forms.steps import (
    HowForm,
    MoreForm,
    PartnershipForm,
    StepForm,
    WhatForm,
    WhenForm,
)

__all__ = [
    "DecisionForm",
    "EndForm",
    "HowForm",
    "InviteForm",
    "MoneyForm",
    "MoreForm",
    "NewPartyForm",
    "ObjectionForm",
    "PartnershipForm",
    "StepForm",
    "UploadForm",
    "WhatForm",
    "WhenForm",
]
