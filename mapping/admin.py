"""The mapping at the coordinators' desk."""

from mapping.survey.admin import ObjectionAdmin, SurveyRoundAdmin

__all__ = ["ObjectionAdmin", "SurveyRoundAdmin"]
