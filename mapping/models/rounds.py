"""Survey rounds: when the mapping is asked for, of whom, and when it becomes public."""

import secrets
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from malmoandan.organisations.models import Organisation
from malmoandan.organisations.swedish import free_slug
from malmoandan.running import history

PERSON = settings.AUTH_USER_MODEL
STOCKHOLM = ZoneInfo("Europe/Stockholm")
# Invented rounds have numbers from here on, so that no true round can hold a row of theirs.
FIRST_INVENTED = 1_000_000


class SurveyRoundQuerySet(models.QuerySet["SurveyRound"]):
    def published(self) -> "SurveyRoundQuerySet":
        """Those whose cooperations anyone may see, the newest first."""
        return self.filter(state=SurveyRound.State.PUBLISHED).order_by("-number")

    def open(self) -> "SurveyRoundQuerySet":
        """Those that take reports now: opened, begun, and through their last day in Malmö."""
        today = timezone.localdate()
        return self.filter(
            state=SurveyRound.State.OPEN, first_day__lte=today, last_day__gte=today
        ).order_by("number")

    def current(self) -> "SurveyRound | None":
        """The newest published one: what the mapping shows unless told otherwise."""
        return self.published().first()


@history.track()
class SurveyRound(models.Model):
    """One time that the mapping is made. `number` orders the rounds, and editions point at it."""

    class State(models.TextChoices):
        DRAFT = "draft", _("förbereds")
        OPEN = "open", _("öppen för rapporter")
        CLOSED = "closed", _("stängd, ännu inte publicerad")
        PUBLISHED = "published", _("publicerad")

    number = models.PositiveIntegerField(
        _("nummer"),
        unique=True,
        help_text=_("Oftast året, till exempel 2027. Högre än tidigare omgångars, ändras inte."),
    )
    name = models.CharField(_("namn"), max_length=100)
    slug = models.SlugField(_("adress"), max_length=80, unique=True, editable=False)
    as_of = models.DateField(
        _("gäller per"),
        null=True,
        blank=True,
        help_text=_("Den dag som uppgifterna beskriver. Tomt bara när den inte är känd."),
    )
    first_day = models.DateField(_("första dag att rapportera"), null=True, blank=True)
    last_day = models.DateField(_("sista dag att rapportera"), null=True, blank=True)
    state = models.CharField(_("läge"), max_length=10, choices=State.choices, default=State.DRAFT)
    published_at = models.DateTimeField(_("publicerad"), null=True, blank=True)
    published_by = models.ForeignKey(
        PERSON,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="published_rounds",
        verbose_name=_("publicerad av"),
    )
    made_by = models.CharField(_("gjordes av"), max_length=200, blank=True)
    note = models.TextField(
        _("om omgången"), max_length=5000, blank=True, help_text=_("Visas på kartläggningens sida.")
    )
    invented = models.BooleanField(_("påhittade uppgifter"), default=False, editable=False)

    objects = SurveyRoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("kartläggningsomgång")
        verbose_name_plural = _("kartläggningsomgångar")
        ordering = ["-number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__isnull=True) | Q(last_day__gte=F("first_day")),
                name="round_ends_after_it_begins",
                violation_error_message=_("Sista dagen kan inte ligga före den första."),
            ),
            models.CheckConstraint(
                condition=~Q(state="open") | Q(first_day__isnull=False, last_day__isnull=False),
                name="open_round_has_first_and_last_day",
                violation_error_message=_("En öppen omgång har en första och en sista dag."),
            ),
            models.CheckConstraint(
                condition=Q(state="published", published_at__isnull=False)
                | (~Q(state="published") & Q(published_at__isnull=True, published_by__isnull=True)),
                name="published_round_says_since_when",
            ),
            models.CheckConstraint(
                condition=Q(invented=True, number__gte=FIRST_INVENTED)
                | Q(invented=False, number__lt=FIRST_INVENTED),
                name="invented_rounds_have_numbers_of_their_own",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.slug = self.slug or free_slug(SurveyRound, self.name, otherwise=str(self.number))
        super().save(*args, **kwargs)

    @property
    def is_published(self) -> bool:
        return self.state == self.State.PUBLISHED

    @property
    def takes_reports(self) -> bool:
        """Whether it is open now: through its last day in Malmö (domain.md, rule 7)."""
        if self.state != self.State.OPEN or not (self.first_day and self.last_day):
            return False
        now = timezone.now()
        begins = datetime.combine(self.first_day, time.min, STOCKHOLM)
        ends = datetime.combine(self.last_day + timedelta(days=1), time.min, STOCKHOLM)
        return begins <= now < ends

    @property
    def previous(self) -> "SurveyRound | None":
        """The round before it of the same kind, true or invented."""
        earlier = SurveyRound.objects.filter(number__lt=self.number, invented=self.invented)
        return earlier.order_by("-number").first()


@history.track()
class RoundInvitation(models.Model):
    """An organisation or department that is asked to report in a round, and whether it has."""

    round = models.ForeignKey(
        SurveyRound, models.PROTECT, related_name="invitations", verbose_name=_("omgång")
    )
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        related_name="round_invitations",
        verbose_name=_("organisation"),
    )
    email = models.EmailField(_("e-postadress"), blank=True)
    token = models.CharField(max_length=40, unique=True, editable=False)
    language = models.CharField(max_length=10, default=settings.LANGUAGE_CODE)
    invited_at = models.DateTimeField(_("inbjuden"), null=True, blank=True)
    reported_at = models.DateTimeField(_("klar med sin rapport"), null=True, blank=True)
    reported_by = models.ForeignKey(
        PERSON,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="round_reports",
        verbose_name=_("rapporterad av"),
    )
    reminders = models.PositiveSmallIntegerField(_("antal påminnelser"), default=0)
    reminded_at = models.DateTimeField(_("senast påmind"), null=True, blank=True)

    class Meta:
        verbose_name = _("inbjudan till omgång")
        verbose_name_plural = _("inbjudningar till omgångar")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "organisation"],
                name="one_round_invitation_per_organisation",
                violation_error_message=_("Organisationen är redan inbjuden till omgången."),
            ),
            models.CheckConstraint(
                condition=Q(email=Lower("email")), name="round_address_is_in_lower_case"
            ),
        ]

    def __str__(self) -> str:
        return str(_("inbjudan nummer %(number)s") % {"number": self.pk})

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.token = self.token or secrets.token_urlsafe(24)
        super().save(*args, **kwargs)
