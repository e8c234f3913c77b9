"""How the portal is doing: each check in plain words for coordinators, in figures for Prometheus.

An app above this one adds its own by `add`, in its AppConfig.ready().
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum

from django.utils.translation import gettext_lazy as _


class Level(IntEnum):
    """What is asked of the reader."""

    GOOD = 0
    NOTE = 1  # worth knowing; nothing is broken
    BAD = 2  # somebody has to do something

    @property
    def word(self) -> str:
        return str({Level.GOOD: _("Bra"), Level.NOTE: _("Observera"), Level.BAD: _("Fel")}[self])


@dataclass(frozen=True)
class Figure:
    """A number for Prometheus. The name ends in its unit, the help is English."""

    name: str
    help: str
    value: float


@dataclass(frozen=True)
class Finding:
    """What a check found. `advice` says what to do, and who can."""

    key: str
    label: str
    text: str
    level: Level = Level.GOOD
    advice: str = ""
    figures: list[Figure] = field(default_factory=list)


Check = Callable[[], Finding]
_checks: list[Check] = []


def add(*checks: Check) -> None:
    """Called at start; the page shows checks in the order they were added."""
    _checks.extend(check for check in checks if check not in _checks)


def findings() -> list[Finding]:
    return [check() for check in _checks]


def worst() -> Level:
    """The level of the worst finding, for a page that leads to the findings."""
    return max((finding.level for finding in findings()), default=Level.GOOD)
