"""The words that a cooperation is described with."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CooperationForm(models.TextChoices):
    """The three forms of the mapping of 2018, and the partnership beside them (facts.json)."""

    DIALOGUE = "dialogue", _("Dialog")
    SUPPORT = "support", _("Bidrag och stöd")
    JOINT = "joint", _("Gemensamma projekt och verksamheter")
    IOP = "iop", _("Idéburet offentligt partnerskap (IOP)")


class Level(models.TextChoices):
    """Levels of participation in the Council of Europe's matrix, from low to high."""

    INFORMATION = "information", _("Information")
    CONSULTATION = "consultation", _("Samråd")
    DIALOGUE = "dialogue", _("Dialog")
    PARTNERSHIP = "partnership", _("Partnerskap")


class Step(models.TextChoices):
    """Steps of the decision process in the same matrix, in their order."""

    AGENDA = "agenda", _("Sätta agendan")
    DRAFTING = "drafting", _("Utforma")
    DECISION = "decision", _("Besluta")
    IMPLEMENTATION = "implementation", _("Genomföra")
    MONITORING = "monitoring", _("Följa upp")
    REFORMULATION = "reformulation", _("Omformulera")


class Precision(models.TextChoices):
    DAY = "day", _("dagen är känd")
    YEAR = "year", _("bara året är känt")
