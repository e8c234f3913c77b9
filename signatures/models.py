"""Agreements, their text versions, and who has signed which."""

import hashlib
import secrets
import unicodedata
import uuid
from datetime import date, datetime, timedelta

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from malmoandan.organisations.models import Organisation
from malmoandan.running import history

PERSON = settings.AUTH_USER_MODEL
REMIND_AFTER = timedelta(days=7)
# Crockford's base 32: no letter that is mistaken for a digit when read aloud or copied by hand.
REFERENCE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def canonical_text(text: str) -> str:
    """The text as it is hashed: NFC, line feeds, no blank ends (design.md, "Data")."""
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    return lines.strip() + "\n"


def text_sha256(text: str) -> str:
    return hashlib.sha256(canonical_text(text).encode()).hexdigest()


def new_reference() -> str:
    """A reference people can read over the telephone, such as MA-7K3F-92QD."""
    letters = "".join(secrets.choice(REFERENCE_ALPHABET) for _position in range(8))
    return f"MA-{letters[:4]}-{letters[4:]}"


def new_token() -> str:
    return secrets.token_urlsafe(24)


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
        """The newest published text of the declaration of intent.

        Raises AgreementVersion.DoesNotExist before the first content is loaded.
        """
        return (
            self.published()
            .filter(agreement__kind=Agreement.Kind.INTENT)
            .select_related("agreement")
            .latest("number")
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


@history.track()
class Translation(models.Model):
    """A translation to read. Only the Swedish text binds (rule 12)."""

    version = models.ForeignKey(
        AgreementVersion, models.CASCADE, related_name="translations", verbose_name=_("version")
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
                fields=["version", "language"], name="one_translation_per_language"
            )
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.language})"


class State(models.TextChoices):
    WAITING = "waiting", _("väntar på medundertecknare")
    SUBMITTED = "submitted", _("väntar på beslut")
    PUBLISHED = "published", _("publicerad")
    DECLINED = "declined", _("avböjd")
    WITHDRAWN = "withdrawn", _("återtagen")


LIVE_STATES = [State.WAITING, State.SUBMITTED, State.PUBLISHED]


class Way(models.TextChoices):
    """How a signatory confirmed."""

    CODE = "code", _("kod till e-postadressen")
    PAPER = "paper", _("underskrift på papper")
    FOUNDING = "founding", _("vid undertecknandet den första dagen")


class DecidingBody(models.TextChoices):
    ANNUAL_MEETING = "annual_meeting", _("Årsmöte")
    BOARD = "board", _("Styrelse")
    MEMBERS_MEETING = "members_meeting", _("Medlemsmöte eller stormöte")
    OTHER = "other", _("Annat beslutande organ")


class SignatureQuerySet(models.QuerySet["Signature"]):
    def live(self) -> "SignatureQuerySet":
        return self.filter(state__in=LIVE_STATES)

    def published(self) -> "SignatureQuerySet":
        return self.filter(state=State.PUBLISHED)

    def awaiting_decision(self) -> "SignatureQuerySet":
        return self.filter(state=State.SUBMITTED)

    def in_swedish_order(self) -> "SignatureQuerySet":
        return self.order_by("organisation__sort_key", "organisation_id")


@history.track()
class Signature(models.Model):
    """An organisation's signature of one whole text. It takes effect when all have confirmed."""

    version = models.ForeignKey(
        AgreementVersion, models.PROTECT, related_name="signatures", verbose_name=_("text")
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="signatures", verbose_name=_("organisation")
    )
    # Made when the form is opened: the same form sent twice is the same signature.
    draft_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    reference = models.CharField(
        _("referens"), max_length=12, unique=True, default=new_reference, editable=False
    )
    state = models.CharField(_("läge"), max_length=20, choices=State.choices, default=State.WAITING)
    # What the signers stated, kept apart: it never overwrites what is known of an organisation.
    stated = models.JSONField(_("uppgivet"), default=dict, editable=False)
    decided_by = models.CharField(
        _("beslutande organ"), max_length=20, choices=DecidingBody.choices, blank=True
    )
    decided_on = models.DateField(_("beslutsdatum"), null=True, blank=True)
    minutes = models.FileField(_("protokoll"), upload_to="protokoll/", blank=True)
    minutes_name = models.CharField(_("protokollets filnamn"), max_length=100, blank=True)
    language = models.CharField(
        _("språk"), max_length=10, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    created_at = models.DateTimeField(_("påbörjad"), auto_now_add=True)
    updated_at = models.DateTimeField(_("ändrad"), auto_now=True)
    # The day, in Malmö, when the last signatory confirmed.
    signed_on = models.DateField(_("undertecknad"), null=True, blank=True)
    published_at = models.DateTimeField(_("publicerad"), null=True, editable=False)
    declined_at = models.DateTimeField(_("avböjd"), null=True, editable=False)
    decline_reason = models.TextField(_("skäl"), blank=True, max_length=2000)
    decision_by = models.ForeignKey(
        PERSON, models.PROTECT, null=True, editable=False, verbose_name=_("beslut av")
    )

    objects = SignatureQuerySet.as_manager()

    class Meta:
        verbose_name = _("undertecknande")
        verbose_name_plural = _("undertecknanden")
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["version", "signed_on"], name="signature_by_day"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "version"],
                condition=Q(state__in=LIVE_STATES),
                name="one_live_signature_per_organisation",
                violation_error_message=_("Organisationen har redan undertecknat den här texten."),
            ),
            models.CheckConstraint(
                condition=Q(state=State.WAITING)
                | ~Q(state__in=LIVE_STATES)
                | Q(signed_on__isnull=False),
                name="signature_in_effect_has_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.PUBLISHED) | Q(published_at__isnull=False),
                name="published_signature_has_a_time",
            ),
            models.CheckConstraint(
                condition=Q(
                    state=State.DECLINED, declined_at__isnull=False, decision_by__isnull=False
                )
                & ~Q(decline_reason="")
                | (~Q(state=State.DECLINED) & Q(declined_at__isnull=True, decline_reason="")),
                name="declined_signature_has_time_person_and_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} ({self.reference})"

    @property
    def is_waiting(self) -> bool:
        return self.state == State.WAITING

    def all_have_confirmed(self) -> bool:
        return not self.signatories.filter(confirmed_at__isnull=True).exists()


class SignatoryQuerySet(models.QuerySet["Signatory"]):
    def to_remind(self, moment: datetime) -> "SignatoryQuerySet":
        """Those who were asked long ago, have not confirmed, and have not been reminded."""
        return self.filter(
            signature__state=State.WAITING,
            signature__created_at__lt=moment - REMIND_AFTER,
            confirmed_at__isnull=True,
            reminded_at__isnull=True,
        )


@history.track()
class Signatory(models.Model):
    """A person entitled to bind the organisation. Never shown in public (rule 5)."""

    signature = models.ForeignKey(
        Signature, models.CASCADE, related_name="signatories", verbose_name=_("undertecknande")
    )
    person = models.ForeignKey(
        PERSON,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="signatories",
        verbose_name=_("konto"),
    )
    order = models.PositiveSmallIntegerField(_("ordning"), default=1)
    name = models.CharField(_("namn"), max_length=150)
    title = models.CharField(_("uppdrag"), max_length=100)
    email = models.EmailField(_("e-postadress"), blank=True)
    token = models.CharField(max_length=40, unique=True, default=new_token, editable=False)
    confirmed_at = models.DateTimeField(_("bekräftad"), null=True, editable=False)
    way = models.CharField(_("sätt"), max_length=20, choices=Way.choices, blank=True)
    seen_sha256 = models.CharField(_("kontrollsumma för texten"), max_length=64, blank=True)
    reminded_at = models.DateTimeField(_("påmind"), null=True, editable=False)

    objects = SignatoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("firmatecknare")
        verbose_name_plural = _("firmatecknare")
        ordering = ["signature", "order"]
        constraints = [
            models.UniqueConstraint(
                "signature",
                Lower("email"),
                condition=~Q(email=""),
                name="one_person_counts_once",
                violation_error_message=_("Samma person kan bara skriva under en gång."),
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, way="", seen_sha256="")
                | (Q(confirmed_at__isnull=False) & ~Q(way="") & ~Q(seen_sha256="")),
                name="confirmation_has_time_way_and_text",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def confirm(self, *, way: Way) -> None:
        """Store that this person confirmed the text as it stands, now and in this way."""
        self.confirmed_at = timezone.now()
        self.way = way
        self.seen_sha256 = self.signature.version.text_sha256
        self.save(update_fields=["confirmed_at", "way", "seen_sha256", "person"])
