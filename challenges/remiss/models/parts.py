"""What belongs to a referral: dated notes of what happened to it, documents and sections."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from challenges.models import ChallengeArea
from challenges.remiss.models.referrals import Referral
from malmoandan.organisations.numbers import refuse_personal_number
from malmoandan.running import history

PERSON = settings.AUTH_USER_MODEL
DOCUMENTS_FOLDER = "remiss"


@history.track()
class ReferralNote(models.Model):
    """A dated note about the referral, public with its reason but not with its person."""

    class Kind(models.TextChoices):
        OPENED = "opened", _("öppnad för svar")
        CLOSED = "closed", _("stängd för svar")
        REOPENED = "reopened", _("öppnad igen")
        DAY_MOVED = "day_moved", _("sista svarsdagen flyttad")
        REPORTED = "reported", _("redovisad")

    referral = models.ForeignKey(
        Referral, models.CASCADE, related_name="notes", verbose_name=_("remiss")
    )
    kind = models.CharField(_("händelse"), max_length=10, choices=Kind.choices)
    reason = models.CharField(
        _("skäl"), max_length=500, blank=True, validators=[refuse_personal_number]
    )
    # Only where the day was moved: from which day to which.
    old_day = models.DateField(_("tidigare dag"), null=True, blank=True)
    new_day = models.DateField(_("ny dag"), null=True, blank=True)
    at = models.DateTimeField(_("tid"), default=timezone.now)
    by = models.ForeignKey(
        PERSON, models.PROTECT, null=True, related_name="referral_notes", verbose_name=_("av")
    )

    class Meta:
        verbose_name = _("händelse")
        verbose_name_plural = _("händelser")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["opened", "reported"]) | ~Q(reason=""),
                name="referral_event_says_why",
            ),
            models.CheckConstraint(
                condition=Q(kind="day_moved", old_day__isnull=False, new_day__isnull=False)
                | (~Q(kind="day_moved") & Q(old_day__isnull=True, new_day__isnull=True)),
                name="moved_day_says_from_and_to",
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())


class StoredFile(models.Model):
    """A file under a name of our own (publishing/files.py); nothing typed reaches the disk."""

    stored_name = models.CharField(_("lagrad fil"), max_length=100, unique=True, editable=False)
    file_name = models.CharField(_("filnamn"), max_length=100)
    ending = models.CharField(_("filtyp"), max_length=10)
    size = models.PositiveIntegerField(_("storlek i byte"))
    sha256 = models.CharField(_("kontrollsumma"), max_length=64)
    added_at = models.DateTimeField(_("tillagd"), auto_now_add=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.file_name

    @property
    def ending_shown(self) -> str:
        return self.ending[1:].upper()


@history.track()
class ReferralDocument(StoredFile):
    referral = models.ForeignKey(
        Referral, models.CASCADE, related_name="documents", verbose_name=_("remiss")
    )
    title = models.CharField(_("titel"), max_length=150, validators=[refuse_personal_number])
    order = models.PositiveSmallIntegerField(_("ordning"), default=1)

    class Meta:
        verbose_name = _("handling")
        verbose_name_plural = _("handlingar")
        ordering = ["order", "pk"]

    def get_absolute_url(self) -> str:
        return reverse("remiss:document", args=[self.referral.slug, self.pk])


@history.track()
class ReferralSection(models.Model):
    """A part of the proposal that can be answered by itself."""

    class Kind(models.TextChoices):
        INTRODUCTION = "introduction", _("Inledning")
        AREA = "area", _("Samhällsutmaning")
        QUESTION = "question", _("Egen fråga")

    referral = models.ForeignKey(
        Referral, models.CASCADE, related_name="sections", verbose_name=_("remiss")
    )
    order = models.PositiveSmallIntegerField(_("ordning"), default=1)
    kind = models.CharField(_("slag"), max_length=20, choices=Kind.choices)
    area = models.ForeignKey(
        ChallengeArea,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="referral_sections",
        verbose_name=_("samhällsutmaning"),
    )
    title = models.CharField(_("rubrik"), max_length=200, validators=[refuse_personal_number])
    text = models.TextField(
        _("text eller fråga"),
        max_length=50_000,
        blank=True,
        validators=[refuse_personal_number],
    )
    asks_position = models.BooleanField(_("frågar efter ställningstagande"), default=True)

    class Meta:
        verbose_name = _("avsnitt")
        verbose_name_plural = _("avsnitt")
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="area", area__isnull=False)
                | (~Q(kind="area") & Q(area__isnull=True)),
                name="section_about_an_area_names_it",
                violation_error_message=_(
                    "Ett avsnitt om en samhällsutmaning anger vilken; andra avsnitt anger ingen."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.title
