"""What an eID has proven, in words that models may use before all apps are loaded."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _


class Level(models.TextChoices):
    """Levels of assurance in Sweden's framework for eID."""

    LOA2 = "loa2", _("tillitsnivå 2")
    LOA3 = "loa3", _("tillitsnivå 3")
    LOA4 = "loa4", _("tillitsnivå 4")


@dataclass(frozen=True)
class Proof:
    """What the broker has vouched for. `person` is a hash that means nothing elsewhere."""

    level: str
    person: str
    name_differs: bool | None  # None when the broker told no name
