"""Plans, and the challenge areas that a plan takes up. Their status is data (rule 15)."""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Case, F, Q, When
from django.utils.translation import gettext_lazy as _

from malmoandan.organisations.swedish import free_slug
from malmoandan.publishing.languages import shown
from malmoandan.running import history


class Status(models.TextChoices):
    """What a plan is on a day, by its days alone."""

    DRAFT = "draft", _("förslag")
    COMING = "coming", _("börjar senare")
    IN_FORCE = "in_force", _("gäller")
    ENDED = "ended", _("har upphört")


class PlanQuerySet(models.QuerySet["Plan"]):
    def adopted(self) -> "PlanQuerySet":
        return self.filter(adopted_on__isnull=False)

    def in_force(self, day: date) -> "PlanQuerySet":
        return self.adopted().filter(
            Q(last_day__isnull=True) | Q(last_day__gte=day), first_day__lte=day
        )

    def with_area(self, area: "ChallengeArea") -> "PlanQuerySet":
        return self.filter(areas__area=area)

    def begun(self, day: date) -> "PlanQuerySet":
        """Adopted plans that had begun that day: those in force first, then the newest first."""
        ended = Case(When(last_day__lt=day, then=1), default=0)
        begun = self.adopted().filter(first_day__lte=day)
        return begun.order_by(ended, "-first_day", "-pk")

    def current(self, day: date) -> "Plan | None":
        """The plan in force that day; where there is none, the newest one that had begun."""
        return self.begun(day).first()


@history.track()
class Plan(models.Model):
    name = models.CharField(_("namn"), max_length=200)
    text = models.TextField(
        _("kort om planen"),
        max_length=2000,
        blank=True,
        help_text=_("Visas på sidan om utmaningarna."),
    )
    english_name = models.CharField(_("namn på engelska"), max_length=200, blank=True)
    english_text = models.TextField(_("kort om planen, på engelska"), max_length=2000, blank=True)
    adopted_on = models.DateField(
        _("antagen"), null=True, blank=True, help_text=_("Lämna tomt för ett förslag.")
    )
    adopted_by = models.CharField(_("antagen av"), max_length=200, blank=True)
    english_adopted_by = models.CharField(_("antagen av, på engelska"), max_length=200, blank=True)
    first_day = models.DateField(_("första dag"), null=True, blank=True)
    last_day = models.DateField(
        _("sista dag"), null=True, blank=True, help_text=_("Lämna tomt när ingen är bestämd.")
    )

    objects = PlanQuerySet.as_manager()

    shown_name = shown("name")
    shown_text = shown("text")
    shown_adopted_by = shown("adopted_by")

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("planer")
        ordering = [F("first_day").desc(nulls_last=True), "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__isnull=True) | Q(last_day__gte=F("first_day")),
                name="plan_ends_after_it_begins",
                violation_error_message=_("Sista dagen kan inte ligga före den första."),
            ),
            models.CheckConstraint(
                condition=Q(adopted_on__isnull=True, adopted_by="")
                | (Q(adopted_on__isnull=False, first_day__isnull=False) & ~Q(adopted_by="")),
                name="adopted_plan_says_when_by_whom_and_from_when",
                violation_error_message=_(
                    "En antagen plan har både dag, vem som antog den och en första dag."
                ),
            ),
        ]

    def __str__(self) -> str:
        return str(self.shown_name)

    def status(self, day: date) -> Status:
        """What the plan is that day. It is in force on no day that its own days do not cover."""
        if self.adopted_on is None or self.first_day is None:
            return Status.DRAFT
        if day < self.first_day:
            return Status.COMING
        if self.last_day and self.last_day < day:
            return Status.ENDED
        return Status.IN_FORCE


@history.track()
class ChallengeArea(models.Model):
    """A challenge that outlives the plans: its address stays, its place and wording are theirs."""

    name = models.CharField(_("namn"), max_length=100, unique=True)
    english_name = models.CharField(_("namn på engelska"), max_length=100, blank=True)
    slug = models.SlugField(
        _("adress"), max_length=80, unique=True, editable=False, help_text=_("Ändras aldrig.")
    )

    shown_name = shown("name")

    class Meta:
        verbose_name = _("samhällsutmaning")
        verbose_name_plural = _("samhällsutmaningar")
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.shown_name)

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self.slug:
            self.slug = free_slug(ChallengeArea, self.name, otherwise="utmaning")
        super().save(*args, **kwargs)


@history.track()
class PlanArea(models.Model):
    """An area's place in one plan, in that plan's own words."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="areas", verbose_name=_("plan"))
    area = models.ForeignKey(
        ChallengeArea, models.PROTECT, related_name="in_plans", verbose_name=_("samhällsutmaning")
    )
    order = models.PositiveSmallIntegerField(_("nummer"))
    name = models.CharField(_("namn i planen"), max_length=100)
    description = models.TextField(
        _("vad det handlar om"), max_length=2000, blank=True, help_text=_("Visas på områdets sida.")
    )
    english_name = models.CharField(_("namn i planen, på engelska"), max_length=100, blank=True)
    english_description = models.TextField(
        _("vad det handlar om, på engelska"), max_length=2000, blank=True
    )

    shown_name = shown("name")
    shown_description = shown("description")

    class Meta:
        verbose_name = _("utmaning i planen")
        verbose_name_plural = _("utmaningar i planen")
        ordering = ["plan", "order"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "area"],
                name="area_once_in_a_plan",
                violation_error_message=_("Utmaningen finns redan i planen."),
            ),
            models.UniqueConstraint(
                fields=["plan", "order"],
                name="one_area_per_number_in_a_plan",
                violation_error_message=_("En annan utmaning i planen har redan det numret."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order}. {self.shown_name}"

    @classmethod
    def without_plan(cls, area: ChallengeArea) -> "PlanArea":
        """The area in its own words, where no plan has it; never saved."""
        return cls(area=area, name=area.name, english_name=area.english_name)
