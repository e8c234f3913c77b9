"""Every version of an answer, with its parts and files, kept as it was sent."""

from typing import Any

import pgtrigger
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from challenges.remiss.models.parts import ReferralSection, StoredFile
from challenges.remiss.models.positions import Position
from challenges.remiss.models.responses import ReferralResponse
from malmoandan.running import history

# pgtrigger.ignore() lets one through: that is how personal data is erased (personal_data.py).
STAYS = "a_sent_answer_stays"
NOT_EMPTIED = "sent_answers_are_not_emptied"
ATTACHMENTS_FOLDER = "remissvar"


def _kept_as_sent(condition: pgtrigger.Condition | None = None) -> list[pgtrigger.Trigger]:
    """Triggers that refuse to change, delete or empty what was sent, raw SQL included."""
    say_no = "RAISE EXCEPTION 'What was sent as an answer stays as it came.';"
    return [
        pgtrigger.Trigger(
            name=STAYS,
            operation=pgtrigger.Update,
            when=pgtrigger.Before,
            condition=condition,
            func=say_no,
        ),
        pgtrigger.Trigger(
            name=f"{STAYS}_whole", operation=pgtrigger.Delete, when=pgtrigger.Before, func=say_no
        ),
        pgtrigger.Trigger(
            name=NOT_EMPTIED,
            level=pgtrigger.Statement,
            operation=pgtrigger.Truncate,
            when=pgtrigger.Before,
            func=say_no,
        ),
    ]


class ResponseVersionQuerySet(models.QuerySet["ResponseVersion"]):
    def counting(self) -> "ResponseVersionQuerySet":
        """The newest version of each answer: the one that counts."""
        later = ResponseVersion.objects.filter(
            response=OuterRef("response"), number__gt=OuterRef("number")
        )
        return self.filter(~Exists(later))


@history.track()
class ResponseVersion(models.Model):
    """An answer as it was sent. Never changed, never deleted; a correction is the next number."""

    response = models.ForeignKey(
        ReferralResponse, models.PROTECT, related_name="versions", verbose_name=_("remissvar")
    )
    number = models.PositiveSmallIntegerField(_("version"), default=1)
    # By the server's clock; for mail and letters the day that the coordinator says.
    received_at = models.DateTimeField(_("mottaget"))
    due_date = models.DateField(_("sista svarsdag som gällde"))
    late = models.BooleanField(_("för sent"), default=False)
    on_behalf_of = models.CharField(_("för vems räkning"), max_length=300, blank=True)
    decided_by = models.CharField(_("beslutat av"), max_length=200, blank=True)
    decided_on = models.DateField(_("beslutsdatum"), null=True, blank=True)
    position = models.CharField(
        _("ställningstagande"), max_length=30, choices=Position.choices, null=True, blank=True
    )
    summary = models.TextField(_("sammanfattning"), blank=True)

    objects = ResponseVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version av remissvar")
        verbose_name_plural = _("versioner av remissvar")
        ordering = ["response", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["response", "number"], name="one_answer_per_version_number"
            ),
            models.CheckConstraint(
                condition=Q(position__isnull=True) | Q(position__in=Position.values),
                name="version_position_is_one_of_the_list",
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1), name="version_numbers_begin_with_one"
            ),
        ]
        triggers = _kept_as_sent()

    def __str__(self) -> str:
        return str(_("version %(number)s") % {"number": self.number})


@history.track()
class SectionAnswer(models.Model):
    version = models.ForeignKey(
        ResponseVersion, models.PROTECT, related_name="sections", verbose_name=_("version")
    )
    section = models.ForeignKey(
        ReferralSection, models.PROTECT, related_name="answers", verbose_name=_("avsnitt")
    )
    position = models.CharField(
        _("ställningstagande"), max_length=30, choices=Position.choices, null=True, blank=True
    )
    text = models.TextField(_("synpunkter"), blank=True)

    class Meta:
        verbose_name = _("svar på avsnitt")
        verbose_name_plural = _("svar på avsnitt")
        ordering = ["version", "section__order", "section_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "section"], name="one_answer_per_section_and_version"
            ),
            models.CheckConstraint(
                condition=Q(position__isnull=True) | Q(position__in=Position.values),
                name="section_position_is_one_of_the_list",
            ),
        ]
        triggers = _kept_as_sent()

    def __str__(self) -> str:
        return str(_("avsnitt %(number)s") % {"number": self.section_id})


class Scan(models.TextChoices):
    """What the virus scanner said of a file, where there is one (CLAMD)."""

    NOT_SCANNED = "not_scanned", _("inte genomsökt")
    CLEAN = "clean", _("inget hittat")


class Attachment(StoredFile):
    """A file that belongs to an answer, sent or not."""

    content_type = models.CharField(_("innehållstyp"), max_length=100)
    scan = models.CharField(
        _("virussökning"), max_length=20, choices=Scan.choices, default=Scan.NOT_SCANNED
    )
    scanned_at = models.DateTimeField(_("genomsökt"), null=True, editable=False)

    class Meta:
        abstract = True


# A file stays the same through corrections: each version has a row, the file itself is shared.
@history.track()
class ResponseAttachment(Attachment):
    version = models.ForeignKey(
        ResponseVersion, models.PROTECT, related_name="attachments", verbose_name=_("version")
    )
    stored_name = models.CharField(_("lagrad fil"), max_length=100, editable=False)

    class Meta:
        verbose_name = _("bilaga")
        verbose_name_plural = _("bilagor")
        ordering = ["pk"]
        triggers = _kept_as_sent(pgtrigger.AnyChange(exclude=["scan", "scanned_at"]))

    def get_absolute_url(self) -> str:
        response: Any = self.version.response
        return reverse(
            "remiss:attachment", args=[response.referral.slug, response.reference, self.pk]
        )
