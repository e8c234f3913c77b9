"""Terms: from which day until which a person holds a seat, also where only years are known."""

from datetime import date, timedelta
from typing import Any, Self

from django.contrib.postgres.fields import DateRangeField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import F, Func, Q
from django.utils import formats
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class FirstPrecision(models.TextChoices):
    DAY = "day", _("dagen är känd")
    YEAR = "year", _("bara året är känt")


class LastPrecision(models.TextChoices):
    DAY = "day", _("dagen är känd, eller tiden pågår")
    YEAR = "year", _("bara året är känt")
    UNKNOWN = "unknown", _("har slutat, okänt när")


class CertainDays(Func):
    """The days when the person certainly held the seat (the SQL function of the migration).

    "2016–2018" is certain from the last day of 2016 to the first day of 2018: two people who
    relieve each other some day in 2018 do not overlap. docs/decisions/0014-terms-as-ranges.md
    """

    function = "challenges_certain_days"
    output_field = DateRangeField()

    def __init__(self, *fields: Any, **extra: Any) -> None:
        super().__init__(
            *(fields or map(F, ["first_day", "first_precision", "last_day", "last_precision"])),
            **extra,
        )


class TermQuerySet(models.QuerySet[Any]):
    def on(self, day: date) -> Self:
        """Those who certainly hold their seats that day."""
        return self.alias(certain_days=CertainDays()).filter(certain_days__contains=day)

    def overlapping(self, first_day: date, last_day: date | None) -> Self:
        """Those who certainly hold their seats some of the days; no last day means for ever."""
        days = DateRange(first_day, last_day, "[]")
        return self.alias(certain_days=CertainDays()).filter(certain_days__overlap=days)

    def former(self, day: date) -> Self:
        """Those whose term was over before that day, the latest first."""
        ended = Q(last_day__lt=day) | Q(last_precision=LastPrecision.UNKNOWN)
        return self.filter(ended).order_by("-first_day", "-pk")

    def coming(self, day: date) -> Self:
        return self.filter(first_day__gt=day).order_by("first_day", "pk")

    def ending_within(self, days: int, *, of: date) -> Self:
        """Those who hold their seats on the day `of` and leave them at most `days` later."""
        return self.on(of).filter(last_day__lte=of + timedelta(days=days)).order_by("last_day")


class Term(models.Model):
    first_day = models.DateField(_("första dag"))
    first_precision = models.CharField(
        _("första dagens noggrannhet"),
        max_length=10,
        choices=FirstPrecision.choices,
        default=FirstPrecision.DAY,
    )
    last_day = models.DateField(
        _("sista dag"), null=True, blank=True, help_text=_("Lämna tomt om tiden pågår.")
    )
    last_precision = models.CharField(
        _("sista dagens noggrannhet"),
        max_length=10,
        choices=LastPrecision.choices,
        default=LastPrecision.DAY,
    )

    objects = TermQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__isnull=True) | Q(last_day__gte=F("first_day")),
                name="%(class)s_ends_after_it_begins",
                violation_error_message=_("Sista dagen kan inte ligga före den första."),
            ),
            models.CheckConstraint(
                condition=Q(last_precision=LastPrecision.DAY)
                | Q(last_precision=LastPrecision.YEAR, last_day__isnull=False)
                | Q(last_precision=LastPrecision.UNKNOWN, last_day__isnull=True),
                name="%(class)s_ends_as_precisely_as_known",
                violation_error_message=_("Sista dagen stämmer inte med hur noga den är känd."),
            ),
        ]

    def clean(self) -> None:
        """Move days of which only the year is known to the year's first and last day."""
        if self.first_day and self.first_precision == FirstPrecision.YEAR:
            self.first_day = self.first_day.replace(month=1, day=1)
        if self.last_precision == LastPrecision.UNKNOWN:
            self.last_day = None
        elif self.last_precision == LastPrecision.YEAR:
            if not self.last_day:
                raise ValidationError({"last_day": _("Ange en dag under det sista året.")})
            self.last_day = self.last_day.replace(month=12, day=31)

    @property
    def years(self) -> str:
        """Such as "2016–2018", "2018" or "2018–"."""
        first = str(self.first_day.year)
        if self.last_day is None:
            return f"{first}–"
        return first if self.last_day.year == self.first_day.year else f"{first}–{self.last_day:%Y}"

    @property
    def since(self) -> str:
        """The first day in words, or its year where no more is known."""
        if self.first_precision == FirstPrecision.YEAR:
            return str(self.first_day.year)
        return formats.date_format(self.first_day, "j F Y")

    @property
    def until(self) -> str:
        """The last day in words, or its year; empty when the term goes on."""
        if self.last_precision == LastPrecision.UNKNOWN:
            return gettext("okänt år")
        if self.last_day is None:
            return ""
        if self.last_precision == LastPrecision.YEAR:
            return str(self.last_day.year)
        return formats.date_format(self.last_day, "j F Y")
