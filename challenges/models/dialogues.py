"""Dialogues: meetings that hosts plan, convene and hold."""

import hashlib
import uuid
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from challenges.models.plans import ChallengeArea
from malmoandan.organisations.models import Sector
from malmoandan.organisations.numbers import refuse_personal_number
from malmoandan.organisations.swedish import free_slug
from malmoandan.running import history

PERSON = settings.AUTH_USER_MODEL
STOCKHOLM = ZoneInfo("Europe/Stockholm")
# Reminders leave from this hour of the day before.
REMINDER_HOUR = 9


class Side(models.TextChoices):
    """Which sector convenes a dialogue, or takes an outcome further."""

    CIVIL = Sector.CIVIL.value, Sector.CIVIL.label
    CITY = Sector.CITY.value, Sector.CITY.label
    BOTH = "both", _("Båda sektorerna")


class DialogueQuerySet(models.QuerySet["Dialogue"]):
    def published(self) -> "DialogueQuerySet":
        """Those that anyone may see: from the day they were opened for sign-up."""
        return self.filter(invited_at__isnull=False)

    def upcoming(self, now: datetime) -> "DialogueQuerySet":
        """Those not over yet, the next one first."""
        return self.filter(ends_at__gt=now).order_by("starts_at", "pk")

    def past(self, now: datetime) -> "DialogueQuerySet":
        """Those that are over and were not cancelled, the latest first."""
        over = self.filter(ends_at__lte=now).exclude(state=Dialogue.State.CANCELLED)
        return over.order_by("-starts_at", "-pk")

    def in_areas(self, areas: Iterable[ChallengeArea]) -> "DialogueQuerySet":
        """Those that concern at least one of the areas, each once."""
        through = Dialogue.areas.through.objects.filter(challengearea__in=list(areas))
        return self.filter(pk__in=through.values("dialogue"))

    def without_notes(self, now: datetime) -> "DialogueQuerySet":
        """Those that are over, and still wait to be marked as held or for published notes."""
        waits = Q(state=Dialogue.State.INVITED) | Q(
            state=Dialogue.State.HELD, notes_published_at__isnull=True
        )
        return self.filter(waits, ends_at__lte=now).order_by("starts_at", "pk")


@history.track()
class Dialogue(models.Model):
    class Form(models.TextChoices):
        FORUM = "dialogue_forum", _("Dialogforum")
        MALMOTIMMEN = "malmotimmen", _("Malmötimmen")
        LUNCH = "learning_lunch", _("Lärande lunch")
        WORKSHOP = "idea_workshop", _("Idéverkstad")
        TRAINING = "training", _("Utbildning")
        SEMINAR = "seminar", _("Seminarium")
        MEETING = "cooperation_meeting", _("Samverkansmöte")

    class State(models.TextChoices):
        PLANNED = "planned", _("planeras")
        INVITED = "invited", _("öppen för anmälan")
        HELD = "held", _("hållen")
        CANCELLED = "cancelled", _("inställd")

    title = models.CharField(_("rubrik"), max_length=200, validators=[refuse_personal_number])
    slug = models.SlugField(_("adress"), max_length=80, unique=True, editable=False)
    areas = models.ManyToManyField(
        ChallengeArea, related_name="dialogues", verbose_name=_("samhällsutmaningar")
    )
    sector = models.CharField(
        _("sammankallande"), max_length=10, choices=Side.choices, default=Side.BOTH
    )
    form = models.CharField(_("mötesform"), max_length=20, choices=Form.choices)
    method = models.CharField(_("metod"), max_length=200, blank=True)
    agenda = models.TextField(_("innehåll"), max_length=10_000, blank=True)
    place = models.CharField(_("plats"), max_length=200, blank=True)
    directions = models.TextField(_("så hittar man dit"), max_length=1000, blank=True)
    accessibility = models.TextField(_("tillgänglighet"), max_length=1000, blank=True)
    online_address = models.URLField(_("webbadress för mötet"), max_length=500, blank=True)
    starts_at = models.DateTimeField(_("börjar"))
    ends_at = models.DateTimeField(_("slutar"))
    seats = models.PositiveSmallIntegerField(_("antal platser"), null=True, blank=True)
    state = models.CharField(_("läge"), max_length=10, choices=State.choices, default=State.PLANNED)
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sequence = models.PositiveIntegerField(_("ändring nummer"), default=0, editable=False)
    created_by = models.ForeignKey(
        PERSON, models.PROTECT, related_name="dialogues", verbose_name=_("skapad av")
    )
    created_at = models.DateTimeField(_("skapad"), auto_now_add=True)
    updated_at = models.DateTimeField(_("ändrad"), auto_now=True)
    invited_at = models.DateTimeField(_("öppnad för anmälan"), null=True, editable=False)
    cancelled_at = models.DateTimeField(_("ställdes in"), null=True, editable=False)
    cancel_reason = models.CharField(
        _("skäl"), max_length=500, blank=True, validators=[refuse_personal_number]
    )
    # What the hosts write, and what of it both have approved.
    notes = models.TextField(_("anteckningar"), max_length=50_000, blank=True)
    published_notes = models.TextField(_("publicerade anteckningar"), blank=True, editable=False)
    notes_published_at = models.DateTimeField(
        _("anteckningarna publicerades"), null=True, editable=False
    )

    objects = DialogueQuerySet.as_manager()

    class Meta:
        verbose_name = _("dialog")
        verbose_name_plural = _("dialoger")
        ordering = ["-starts_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="dialogue_ends_after_it_begins",
                violation_error_message=_("Slutet ska ligga efter början."),
            ),
            models.CheckConstraint(
                condition=Q(state="cancelled", cancelled_at__isnull=False)
                | (~Q(state="cancelled") & Q(cancelled_at__isnull=True)),
                name="cancelled_dialogue_says_since_when",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["planned", "cancelled"]) | Q(invited_at__isnull=False),
                name="open_and_held_dialogues_are_public",
            ),
            models.CheckConstraint(
                condition=Q(seats__isnull=True) | Q(seats__gt=0), name="dialogue_has_some_seat"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self.slug:
            # "planera" is where one plans a new one.
            self.slug = free_slug(Dialogue, self.title, otherwise="dialog", reserved={"planera"})
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("challenges:dialogue", args=[self.slug])

    @property
    def is_published(self) -> bool:
        return self.invited_at is not None

    @property
    def is_cancelled(self) -> bool:
        return self.state == self.State.CANCELLED

    @property
    def is_held(self) -> bool:
        return self.state == self.State.HELD

    @property
    def is_online(self) -> bool:
        return bool(self.online_address)

    @property
    def has_begun(self) -> bool:
        return self.starts_at <= timezone.now()

    @property
    def is_over(self) -> bool:
        return self.ends_at <= timezone.now()

    @property
    def takes_sign_ups(self) -> bool:
        return self.state == self.State.INVITED and not self.has_begun

    @property
    def free_seats(self) -> int | None:
        """How many seats are left; None when there is no limit."""
        if self.seats is None:
            return None
        return max(0, self.seats - self.participants.seated().count())

    @property
    def local_start(self) -> datetime:
        return self.starts_at.astimezone(STOCKHOLM)

    @property
    def local_end(self) -> datetime:
        return self.ends_at.astimezone(STOCKHOLM)

    @property
    def when(self) -> str:
        return day_and_hours(self.starts_at, self.ends_at)

    @property
    def reminder_due_at(self) -> datetime:
        """The day before in Malmö, whether that day has 23, 24 or 25 hours."""
        day_before = self.local_start.date() - timedelta(days=1)
        return datetime.combine(day_before, time(REMINDER_HOUR), STOCKHOLM)

    @property
    def digest(self) -> str:
        """A sum over what waits for approval: who approves approves what was read."""
        parts = [self.notes]
        for outcome in self.outcomes.filter(published_at=None).order_by("pk"):
            parts += [str(outcome.pk), outcome.what, outcome.who, str(outcome.until)]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()

    @property
    def has_unpublished(self) -> bool:
        """Whether there is something written that is not yet published."""
        new_outcomes = self.outcomes.filter(published_at=None).exists()
        return bool(self.notes) and (self.notes != self.published_notes or new_outcomes)


def day_and_hours(starts_at: datetime, ends_at: datetime) -> str:
    """As Malmö's clocks show it: "8 maj 2027 kl. 13.00–15.00" or "8 May 2027, 13:00–15:00"."""
    start, end = starts_at.astimezone(STOCKHOLM), ends_at.astimezone(STOCKHOLM)
    told = {"day": _day(start), "from": _clock(start), "to": _clock(end)}
    if start.date() == end.date():
        return gettext("%(day)s kl. %(from)s–%(to)s") % told
    told["last_day"] = _day(end)
    return gettext("%(day)s kl. %(from)s – %(last_day)s kl. %(to)s") % told


def _day(moment: datetime) -> str:
    return formats.date_format(moment, "j F Y")


def _clock(moment: datetime) -> str:
    """Hours and minutes, with the sign between them that the language has."""
    return moment.strftime(str(pgettext_lazy("timmar och minuter i ett klockslag", "%H.%M")))


@history.track_links()
class DialogueArea(Dialogue.areas.through):  # type: ignore[name-defined]
    """Which areas a dialogue concerns, for the history."""

    class Meta:
        proxy = True
