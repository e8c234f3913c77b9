"""Who has signed which text, and by whose hand."""

import uuid
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db import models
from django.db.models import ExpressionWrapper, F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from malmoandan.accounts.eid_proof import Level, Proof
from malmoandan.organisations.models import Organisation
from malmoandan.publishing import references
from malmoandan.publishing.references import readable_reference
from malmoandan.running import history
from signatures.models.agreements import AgreementVersion

PERSON = settings.AUTH_USER_MODEL
REMIND_AFTER = timedelta(days=7)


def new_reference() -> str:
    """Such as MA-7K3F-92QD."""
    return readable_reference("MA")


def new_token() -> str:
    return references.new_token()


def end_of_day(day: date) -> datetime:
    """The midnight that ends the day in Malmö, also where the day has 23 or 25 hours."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))


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
    EID = "eid", _("e-legitimation")
    PAPER = "paper", _("underskrift på papper")
    FOUNDING = "founding", _("vid undertecknandet den första dagen")


class Origin(models.TextChoices):
    """Where the signature was given; shown in register, log and exports."""

    WEB = "web", _("på webben")
    PAPER = "paper", _("på papper")
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

    def as_of(self, day: date) -> "SignatureQuerySet":
        """Those that stood in the public register when that day ended in Malmö."""
        end = end_of_day(day)
        return self.filter(published_at__lt=end).filter(
            Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=end)
        )

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
    origin = models.CharField(
        _("undertecknad"), max_length=20, choices=Origin.choices, default=Origin.WEB
    )
    # The signed paper, open to coordinators alone, as the minutes are.
    scan = models.FileField(_("inskannad blankett"), upload_to="blanketter/", blank=True)
    scan_name = models.CharField(_("den inskannade filens namn"), max_length=100, blank=True)
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
        PERSON,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="decisions",
        verbose_name=_("beslut av"),
    )
    withdrawn_at = models.DateTimeField(_("återtagen"), null=True, editable=False)
    withdrawn_by = models.ForeignKey(
        PERSON,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="withdrawals",
        verbose_name=_("återtagen av"),
    )

    objects = SignatureQuerySet.as_manager()

    class Meta:
        verbose_name = _("undertecknande")
        verbose_name_plural = _("undertecknanden")
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["version", "signed_on"], name="signature_by_day"),
            # The newest few on the start page, without sorting them all.
            models.Index(
                fields=["-signed_on"],
                name="newest_published_signature",
                condition=Q(state=State.PUBLISHED),
            ),
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

    @property
    def is_live(self) -> bool:
        return self.state in LIVE_STATES

    def all_have_confirmed(self) -> bool:
        return not self.signatories.filter(confirmed_at__isnull=True).exists()


class SignatoryQuerySet(models.QuerySet["Signatory"]):
    def to_remind(self, moment: datetime) -> "SignatoryQuerySet":
        """Those who were asked long ago, have not confirmed, and have not been reminded.

        When the text's days of grace have ended, nobody can confirm any more.
        """
        last_day_of_grace = ExpressionWrapper(
            F("signature__version__last_day") + F("signature__version__grace_days"),
            output_field=models.DateField(),
        )
        can_be_finished = Q(signature__version__last_day__isnull=True) | Q(
            last_day_of_grace__gte=timezone.localdate(moment)
        )
        return self.alias(last_day_of_grace=last_day_of_grace).filter(
            can_be_finished,
            signature__state=State.WAITING,
            signature__created_at__lt=moment - REMIND_AFTER,
            confirmed_at__isnull=True,
            reminded_at__isnull=True,
        )


# Its hash of the person is gone from everywhere once all have confirmed.
@history.track(exclude=["eid_person"])
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
    # The eID's level of assurance (loa2, loa3, loa4); only where one was used.
    assurance = models.CharField(_("tillitsnivå"), max_length=20, choices=Level.choices, blank=True)
    # Tells two persons apart while the signature waits (accounts/eid.py); means nothing else.
    eid_person = models.CharField(max_length=64, blank=True, editable=False)
    # Whether the eID told another name than the stated one; empty where it told none.
    eid_name_differs = models.BooleanField(
        _("annat namn i e-legitimationen"), null=True, editable=False
    )
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
            models.CheckConstraint(
                condition=Q(way=Way.EID) ^ Q(assurance=""), name="eid_alone_has_a_level"
            ),
            models.UniqueConstraint(
                fields=["signature", "eid_person"],
                condition=~Q(eid_person=""),
                name="one_eid_counts_once",
                violation_error_message=_("Samma person kan bara skriva under en gång."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def confirm(self, *, way: Way, proof: Proof | None = None) -> None:
        """Store that this person confirmed the text as it stands, now and in this way.

        `proof` is what an eID has proven; then that is the way.
        """
        self.confirmed_at = timezone.now()
        self.way = way
        self.seen_sha256 = self.signature.version.text_sha256
        if proof:
            self.way = Way.EID
            self.assurance = proof.level
            self.eid_person = proof.person
            self.eid_name_differs = proof.name_differs
        self.save()
