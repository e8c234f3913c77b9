"""What reporters leave behind while a round is open, beside the cooperations themselves."""

from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from malmoandan.organisations.models import Organisation
from malmoandan.running import history
from mapping.models.choices import Precision
from mapping.models.cooperations import Cooperation
from mapping.models.editions import CooperationEdition
from mapping.models.rounds import SurveyRound

PERSON = settings.AUTH_USER_MODEL


@history.track()
class Ending(models.Model):
    """A later round said that the cooperation has ended, and since when, where that is known."""

    edition = models.OneToOneField(
        CooperationEdition, models.CASCADE, related_name="ending", verbose_name=_("uppgift")
    )
    round = models.ForeignKey(
        SurveyRound, models.PROTECT, related_name="endings", verbose_name=_("omgång")
    )
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="endings",
        verbose_name=_("rapporterad av"),
    )
    ended_on = models.DateField(_("slutade"), null=True, blank=True)
    precision = models.CharField(
        _("hur noga slutet är känt"), max_length=5, choices=Precision.choices, default=Precision.DAY
    )
    at = models.DateTimeField(_("rapporterad"), default=timezone.now)

    class Meta:
        verbose_name = _("avslut")
        verbose_name_plural = _("avslut")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return str(_("avslut nummer %(number)s") % {"number": self.pk})


class ReportDraft(models.Model):
    """A cooperation that somebody is filling in. Forgotten once it is saved as an edition."""

    round = models.ForeignKey(SurveyRound, models.CASCADE, related_name="drafts")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="report_drafts")
    cooperation = models.ForeignKey(Cooperation, models.CASCADE, null=True, related_name="drafts")
    by = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="report_drafts")
    # As `mapping.survey.report.Report.as_json` writes it, with the steps that are done.
    data = models.JSONField(default=dict)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("utkast till rapport")
        verbose_name_plural = _("utkast till rapporter")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "organisation", "cooperation"],
                name="one_draft_of_a_cooperation",
                violation_error_message=_("Det finns redan ett utkast."),
            )
        ]

    def __str__(self) -> str:
        return str(_("utkast nummer %(number)s") % {"number": self.pk})

    @property
    def title(self) -> str:
        return str(self.data.get("title", ""))


class ReportFile(models.Model):
    """A spreadsheet that was handed in: kept until it is applied or has served its time."""

    round = models.ForeignKey(SurveyRound, models.CASCADE, related_name="files")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="report_files")
    by = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="report_files")
    file = models.FileField(upload_to="kartlaggning/")
    name = models.CharField(_("filnamn"), max_length=100)
    handed_in_at = models.DateTimeField(_("inlämnad"), default=timezone.now)
    applied_at = models.DateTimeField(_("sparad"), null=True)
    # How many rows were new, changed, ended and unchanged when it was applied.
    summary = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("inlämnad fil")
        verbose_name_plural = _("inlämnade filer")
        ordering = ["-handed_in_at", "pk"]

    def __str__(self) -> str:
        return self.name

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        default_storage.delete(str(self.file.name))
        return super().delete(*args, **kwargs)


class PartyNotice(models.Model):
    """Until when a party has been told of what others report about it in a round."""

    round = models.ForeignKey(SurveyRound, models.CASCADE, related_name="notices")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="party_notices")
    told_at = models.DateTimeField()

    class Meta:
        verbose_name = _("meddelande till part")
        verbose_name_plural = _("meddelanden till parter")
        constraints = [
            models.UniqueConstraint(
                fields=["round", "organisation"], name="one_notice_of_a_round_per_party"
            )
        ]

    def __str__(self) -> str:
        return str(_("meddelande nummer %(number)s") % {"number": self.pk})
