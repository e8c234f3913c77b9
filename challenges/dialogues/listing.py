"""Dialogues as other pages show them: lists, an area's dialogues and outcomes, figures."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count
from django.db.models.functions import ExtractYear
from django.urls import reverse
from django.utils import timezone

from challenges.models import ChallengeArea, Dialogue, Outcome
from challenges.models.dialogues import STOCKHOLM, DialogueQuerySet, day_and_hours

SHOWN_PAST = 10


@dataclass(frozen=True)
class Listed:
    """What a list shows of a dialogue: values alone, so that a row is made once for all pages."""

    slug: str
    title: str
    is_cancelled: bool
    starts_at: datetime
    ends_at: datetime
    form: str
    place: str
    is_online: bool
    # Name and language of each.
    areas: list[tuple[str, str]]

    @property
    def address(self) -> str:
        return reverse("challenges:dialogue", args=[self.slug])

    @property
    def when(self) -> str:
        return day_and_hours(self.starts_at, self.ends_at)


@dataclass(frozen=True)
class AreaDialogues:
    """What templates/challenges/dialogues/_area.html shows."""

    upcoming: list[Listed]
    past: list[Dialogue]
    outcomes: list[tuple[Outcome, bool]]
    has_more: bool


def public_dialogues(area: ChallengeArea | None = None) -> DialogueQuerySet:
    """What anyone may see, of one area or of all, with the areas read along."""
    found = Dialogue.objects.published().prefetch_related("areas")
    return found.in_areas([area]) if area else found


def listed(dialogues: Iterable[Dialogue]) -> list[Listed]:
    """The rows of a list, in the language of the visitor."""
    return [_listed(dialogue) for dialogue in dialogues]


def _listed(dialogue: Dialogue) -> Listed:
    names = [area.shown_name for area in dialogue.areas.all()]
    return Listed(
        slug=dialogue.slug,
        title=dialogue.title,
        is_cancelled=dialogue.is_cancelled,
        starts_at=dialogue.starts_at,
        ends_at=dialogue.ends_at,
        form=dialogue.get_form_display(),
        place=dialogue.place,
        is_online=dialogue.is_online,
        areas=[(str(name), name.language) for name in names],
    )


def area_dialogues(area: ChallengeArea, today: date) -> AreaDialogues:
    """Dialogues of the area to come and past, and its published outcomes with what is late."""
    now = timezone.now()
    dialogues = public_dialogues(area)
    past = list(dialogues.past(now)[: SHOWN_PAST + 1])
    outcomes = (
        Outcome.objects.published()
        .filter(dialogue__in=Dialogue.objects.in_areas([area]).values("pk"))
        .select_related("dialogue")
        .to_follow()
    )
    return AreaDialogues(
        upcoming=listed(dialogues.upcoming(now)),
        past=past[:SHOWN_PAST],
        outcomes=[(outcome, outcome.is_late(today)) for outcome in outcomes],
        has_more=len(past) > SHOWN_PAST,
    )


def parity_counts() -> list[dict[str, Any]]:
    """Per year and side (civil, city, both): held dialogues by who convened them, and published
    outcomes by who takes them further; the year is that of the dialogue."""
    year = ExtractYear("starts_at", tzinfo=STOCKHOLM)
    held = (
        Dialogue.objects.filter(state=Dialogue.State.HELD)
        .order_by()
        .values_list(year.copy(), "sector")
        .annotate(Count("pk"))
    )
    led_to = (
        Outcome.objects.published()
        .order_by()
        .values_list(ExtractYear("dialogue__starts_at", tzinfo=STOCKHOLM), "sector")
        .annotate(Count("pk"))
    )
    dialogues = Counter({(year, side): count for year, side, count in held})
    outcomes = Counter({(year, side): count for year, side, count in led_to})
    return [
        {
            "year": year,
            "sector": side,
            "dialogues": dialogues[year, side],
            "outcomes": outcomes[year, side],
        }
        for year, side in sorted(dialogues.keys() | outcomes.keys())
    ]
