"""What came out of a dialogue, and who has approved that it is published."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from challenges.models.dialogues import Dialogue, Side
from malmoandan.organisations.models import Sector
from malmoandan.organisations.numbers import refuse_personal_number
from malmoandan.running import history

PERSON = settings.AUTH_USER_MODEL


@history.track()
class Approval(models.Model):
    """One sector's approval of the notes and outcomes as they read then."""

    dialogue = models.ForeignKey(Dialogue, models.CASCADE, related_name="approvals")
    sector = models.CharField(_("sektor"), max_length=10, choices=Sector.choices)
    by = models.ForeignKey(
        PERSON, models.PROTECT, related_name="dialogue_approvals", verbose_name=_("godkänd av")
    )
    at = models.DateTimeField(_("godkänd"), auto_now_add=True)

    class Meta:
        verbose_name = _("godkännande")
        verbose_name_plural = _("godkännanden")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["dialogue", "sector"], name="one_approval_per_sector")
        ]

    def __str__(self) -> str:
        return str(Sector(self.sector).label)


class OutcomeQuerySet(models.QuerySet["Outcome"]):
    def published(self) -> "OutcomeQuerySet":
        return self.filter(published_at__isnull=False)

    def to_follow(self) -> "OutcomeQuerySet":
        """What is still to be done first, by its last day; then what is settled."""
        return self.alias(
            settled=models.Case(
                models.When(status=Outcome.Status.OPEN, then=0),
                default=1,
                output_field=models.IntegerField(),
            )
        ).order_by("settled", F("until").asc(nulls_last=True), "pk")


@history.track()
class Outcome(models.Model):
    """What a dialogue led to: what is to be done, by whom, until when, and how it went."""

    class Status(models.TextChoices):
        OPEN = "open", pgettext_lazy("ett resultat", "pågår")
        DONE = "done", pgettext_lazy("ett resultat", "klart")
        DROPPED = "dropped", pgettext_lazy("ett resultat", "blev inte av")

    dialogue = models.ForeignKey(Dialogue, models.CASCADE, related_name="outcomes")
    what = models.CharField(
        _("vad ska göras?"), max_length=500, validators=[refuse_personal_number]
    )
    who = models.CharField(_("vem gör det?"), max_length=200, validators=[refuse_personal_number])
    sector = models.CharField(_("sektor"), max_length=10, choices=Side.choices)
    until = models.DateField(_("till när?"), null=True, blank=True)
    status = models.CharField(_("läge"), max_length=10, choices=Status.choices, default=Status.OPEN)
    note = models.TextField(
        _("hur det går"), max_length=1000, blank=True, validators=[refuse_personal_number]
    )
    followed_up_on = models.DateField(_("senast följt upp"), null=True, blank=True)
    published_at = models.DateTimeField(_("publicerat"), null=True, editable=False)

    objects = OutcomeQuerySet.as_manager()

    class Meta:
        verbose_name = _("resultat")
        verbose_name_plural = _("resultat")
        ordering = ["dialogue", "pk"]

    def __str__(self) -> str:
        return self.what

    def is_late(self, today: date) -> bool:
        return self.status == self.Status.OPEN and bool(self.until) and self.until < today  # type: ignore[operator]
