"""The register's log: one row for each public event, chained by hashes, never changed."""

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from signatures.models.signatures import Signature


def _refuse(name: str, operation: pgtrigger.Operation, level: pgtrigger.Level) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=name,
        operation=operation,
        level=level,
        when=pgtrigger.Before,
        func="RAISE EXCEPTION 'The log of the register only grows.';",
    )


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
