"""The register's log: one row for each public event, chained by hashes, never changed."""

from datetime import date

import pgtrigger
from django.db import models
from django.db.models import Exists, Func, OuterRef, Value
from django.db.models.functions import Concat
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from malmoandan.organisations.swedish import SwedishOrder, Unmarked
from signatures.models.signatures import Signature, end_of_day


def _refuse(name: str, operation: pgtrigger.Operation, level: pgtrigger.Level) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=name,
        operation=operation,
        level=level,
        when=pgtrigger.Before,
        func="RAISE EXCEPTION 'The log of the register only grows.';",
    )


class Fact(Func):
    """A fact out of the body of an entry, by its place in the JSON."""

    arity = 1
    template = "((%(expressions)s)::jsonb #>> '{%(place)s}')"
    output_field = models.TextField()


class FactsOfOrganisation(Func):
    arity = 1
    template = "((%(expressions)s)::jsonb -> 'organisation')"
    output_field = models.JSONField()


class RegisterEntryQuerySet(models.QuerySet["RegisterEntry"]):
    def as_of(self, day: date) -> "RegisterEntryQuerySet":
        """What stood in the register when that day ended in Malmö: each signature's newest entry.

        An erasure changes nothing that is public, so the entry before it is the one that counts.
        """
        known = self.filter(entered_at__lt=end_of_day(day)).exclude(
            event=RegisterEntry.Event.ERASED
        )
        later = known.filter(signature=OuterRef("signature"), number__gt=OuterRef("number"))
        return known.exclude(event=RegisterEntry.Event.WITHDRAWN).filter(~Exists(later))

    def in_swedish_order(self) -> "RegisterEntryQuerySet":
        return self.order_by("sort_key", "signature_id")


class RegisterEntry(models.Model):
    """What became public, as canonical JSON. No personal data enters it, so it can stay."""

    class Event(models.TextChoices):
        PUBLISHED = "published", _("publicerad")
        CORRECTED = "corrected", _("rättad")
        WITHDRAWN = "withdrawn", _("återtagen")
        ERASED = "erased", _("personuppgifter raderade")

    # Gapless from 1: a number that is missing is a row that was taken away.
    number = models.PositiveBigIntegerField(_("nummer"), primary_key=True)
    entered_at = models.DateTimeField(_("införd"))
    event = models.CharField(_("händelse"), max_length=20, choices=Event.choices)
    signature = models.ForeignKey(
        Signature, models.PROTECT, related_name="entries", verbose_name=_("undertecknande")
    )
    body = models.TextField(_("innehåll"))
    previous_hash = models.CharField(_("föregående kontrollsumma"), max_length=64)
    hash = models.CharField(_("kontrollsumma"), max_length=64, unique=True)
    # Out of the body by the database itself, so that the register of any day can be searched
    # and ordered as today's is, and nothing can differ from what is hashed.
    organisation = models.GeneratedField(
        expression=FactsOfOrganisation("body"), output_field=models.JSONField(), db_persist=True
    )
    sort_key = models.GeneratedField(
        expression=SwedishOrder(Fact("body", place="organisation,name")),
        output_field=models.TextField(db_collation="C"),
        db_persist=True,
    )
    search_text = models.GeneratedField(
        expression=Unmarked(
            Concat(
                Fact("body", place="organisation,name"),
                Value(" ", models.TextField()),
                Fact("body", place="organisation,short_name"),
            )
        ),
        output_field=models.TextField(db_collation="C"),
        db_persist=True,
    )

    objects = RegisterEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("loggrad")
        verbose_name_plural = _("registrets logg")
        ordering = ["number"]
        triggers = [
            _refuse("log_only_grows", pgtrigger.Update | pgtrigger.Delete, pgtrigger.Row),
            _refuse("log_is_not_emptied", pgtrigger.Truncate, pgtrigger.Statement),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.event}"

    def get_absolute_url(self) -> str:
        """The page of the log that begins with the entry."""
        return f"{reverse('signatures:log')}?fran={self.number}#post-{self.number}"
