"""Agreements and their text versions."""

import hashlib
import unicodedata
from datetime import date, datetime, time, timedelta

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from malmoandan.running import history


def canonical_text(text: str) -> str:
    """The text as it is hashed: NFC, line feeds, no blank ends (design.md, "Data")."""
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    return lines.strip() + "\n"


def text_sha256(text: str) -> str:
    return hashlib.sha256(canonical_text(text).encode()).hexdigest()


def _begins(day: date) -> datetime:
    """The midnight in Malmö when the day begins."""
    return datetime.combine(day, time(), tzinfo=timezone.get_default_timezone())


def _ends(day: date) -> datetime:
    return _begins(day + timedelta(days=1))


@history.track()
class Agreement(models.Model):
    class Kind(models.TextChoices):
        INTENT = "intent", _("Avsiktsförklaring")
        AGREEMENT = "agreement", _("Överenskommelse")

    kind = models.CharField(_("slag"), max_length=20, choices=Kind.choices, unique=True)
    name = models.CharField(_("namn"), max_length=200)

    class Meta:
        verbose_name = _("överenskommelse")
        verbose_name_plural = _("överenskommelser")

    def __str__(self) -> str:
        return self.name


class AgreementVersionQuerySet(models.QuerySet["AgreementVersion"]):
    def published(self) -> "AgreementVersionQuerySet":
        return self.filter(published_at__isnull=False)

    def declaration(self) -> "AgreementVersion":
        """The newest published text of the declaration of intent: the one to read.

        Raises AgreementVersion.DoesNotExist before the first content is loaded.
        """
        return self._declarations().latest("number")

    def to_sign(self, day: date) -> "AgreementVersion":
        """The declaration's newest text that is open that day; when none is, the one to read.

        A text that is published before its first day leaves the former one to be signed.
        Raises AgreementVersion.DoesNotExist before the first content is loaded.
        """
        texts = self._declarations().order_by("-number")
        return next((text for text in texts if text.is_open(day)), None) or self.declaration()

    def _declarations(self) -> "AgreementVersionQuerySet":
        return (
            self.published()
            .filter(agreement__kind=Agreement.Kind.INTENT)
            .select_related("agreement")
        )


TEXT_FIELDS = ["agreement_id", "number", "title", "text", "text_sha256", "principles", "adopted_on"]


@history.track()
class AgreementVersion(models.Model):
    """One wording. The Swedish text binds; once published it cannot change (rule 2)."""

    agreement = models.ForeignKey(
        Agreement, models.PROTECT, related_name="versions", verbose_name=_("överenskommelse")
    )
    number = models.PositiveSmallIntegerField(_("version"), default=1)
    title = models.CharField(_("rubrik"), max_length=200)
    text = models.TextField(_("text"), help_text=_("Den bindande svenska texten, i Markdown."))
    text_sha256 = models.CharField(_("textens kontrollsumma"), max_length=64, editable=False)
    principles = ArrayField(
        models.CharField(max_length=100), verbose_name=_("principer"), default=list, blank=True
    )
    adopted_on = models.DateField(_("antagen"))
    adopted_in = models.CharField(_("ort"), max_length=100, blank=True)
    first_day = models.DateField(_("första dag att skriva under"))
    last_day = models.DateField(_("sista dag att skriva under"), null=True, blank=True)
    # A signature begun before the last day has ended can be finished this much later.
    grace_days = models.PositiveSmallIntegerField(
        _("anstånd i dagar"),
        default=7,
        help_text=_("Så länge kan ett påbörjat undertecknande slutföras efter sista dagen."),
    )
    changes = models.TextField(
        _("vad som är nytt"),
        max_length=4000,
        blank=True,
        help_text=_("Står i inbjudan till dem som har undertecknat den förra versionen."),
    )
    published_at = models.DateTimeField(_("publicerad"), null=True, editable=False)

    objects = AgreementVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("textversion")
        verbose_name_plural = _("textversioner")
        ordering = ["agreement", "number"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "number"], name="one_text_per_version"),
            models.CheckConstraint(
                condition=Q(last_day__isnull=True) | Q(last_day__gte=F("first_day")),
                name="version_ends_after_it_begins",
                violation_error_message=_("Sista dagen kan inte ligga före den första."),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="published_text_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                func=pgtrigger.Func(
                    "IF OLD.published_at IS NOT NULL AND (TG_OP = 'DELETE' OR ("
                    + " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in TEXT_FIELDS)
                    + " OR NEW.published_at IS NULL)) THEN"
                    " RAISE EXCEPTION 'A published text cannot change; make a new version.';"
                    " END IF;"
                    " IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;"
                ),
            ),
            pgtrigger.Trigger(
                name="texts_are_not_emptied",
                operation=pgtrigger.Truncate,
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                func="RAISE EXCEPTION 'Texts of agreements cannot be emptied.';",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.number})"

    def save(self, *args, **kwargs) -> None:  # type: ignore[no-untyped-def]
        if not self.published_at:
            self.text = canonical_text(self.text)
            self.text_sha256 = text_sha256(self.text)
        super().save(*args, **kwargs)

    def is_open(self, day: date) -> bool:
        """Whether the text can be signed on that day; the last day counts (rule 7)."""
        return self.first_day <= day and (self.last_day is None or day <= self.last_day)

    def can_be_finished(self, *, begun_at: datetime, now: datetime) -> bool:
        """Whether a signature begun then can be finished now.

        A day ends when the next one begins in Malmö, also on the two days a year that have 23 or
        25 hours (rule 7). What is begun before the last day has ended has the days of grace.
        """
        begun_in_time = _begins(self.first_day) <= begun_at and (
            self.closes_at is None or begun_at < self.closes_at
        )
        return begun_in_time and not self.grace_is_over(now)

    def grace_is_over(self, now: datetime) -> bool:
        return self.grace_ends_at is not None and now >= self.grace_ends_at

    @property
    def closes_at(self) -> datetime | None:
        """When the last day to begin has ended; None while there is no last day."""
        return _ends(self.last_day) if self.last_day else None

    @property
    def grace_ends_at(self) -> datetime | None:
        return _ends(self.last_day_of_grace) if self.last_day_of_grace else None

    @property
    def last_day_of_grace(self) -> date | None:
        return self.last_day + timedelta(days=self.grace_days) if self.last_day else None

    @property
    def is_coming(self) -> bool:
        """Whether the first day to sign has not come yet."""
        return timezone.localdate() < self.first_day

    def in_language(self, language: str) -> "Translation | None":
        """The whole text to read in that language; Swedish is the text itself."""
        return self.translations.filter(
            kind=Translation.Kind.TRANSLATION, language=language
        ).first()

    @property
    def plain(self) -> "Translation | None":
        """The twin in plain words, where there is one."""
        return self.translations.filter(kind=Translation.Kind.PLAIN).first()

    def former(self) -> "AgreementVersion | None":
        """The published text before this one."""
        earlier = self.agreement.versions.published().filter(number__lt=self.number)
        return earlier.order_by("-number").first()


@history.track()
class Translation(models.Model):
    """The text to read in another language or in plain words. Only the Swedish text binds."""

    class Kind(models.TextChoices):
        TRANSLATION = "translation", _("översättning")
        PLAIN = "plain", _("på lätt svenska")

    version = models.ForeignKey(
        AgreementVersion, models.CASCADE, related_name="translations", verbose_name=_("version")
    )
    kind = models.CharField(
        _("slag"), max_length=20, choices=Kind.choices, default=Kind.TRANSLATION
    )
    language = models.CharField(_("språk"), max_length=10, choices=settings.LANGUAGES)
    title = models.CharField(_("rubrik"), max_length=200)
    text = models.TextField(_("text"))
    principles = ArrayField(
        models.CharField(max_length=100), verbose_name=_("principer"), default=list, blank=True
    )

    class Meta:
        verbose_name = _("översättning")
        verbose_name_plural = _("översättningar")
        constraints = [
            models.UniqueConstraint(
                fields=["version", "language", "kind"], name="one_translation_per_language"
            )
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.language})"
