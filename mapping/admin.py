"""The mapping at the coordinators' desk."""

from mapping import cooperation_admin  # noqa: F401 - registers its own models
from mapping.survey.admin import ObjectionAdmin, SurveyRoundAdmin

__all__ = ["ObjectionAdmin", "SurveyRoundAdmin"]
