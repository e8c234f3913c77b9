"""Invited bodies: who was asked, until when, and whether they have answered."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Case, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from challenges.remiss.models.positions import Position
from challenges.remiss.models.referrals import Referral
from malmoandan.organisations.models import Organisation
from malmoandan.organisations.numbers import refuse_personal_number
from malmoandan.organisations.swedish import SwedishOrder
from malmoandan.publishing.references import new_token
from malmoandan.running import history

if TYPE_CHECKING:
    from challenges.remiss.models.responses import ReferralResponse

LONGEST_BOUNCE = 500


class RecipientStatus(models.TextChoices):
    """Computed, never stored."""

    ANSWERED = "answered", _("har svarat")
    ABSTAINED = "abstained", _("avstår från att yttra sig")
    SILENT = "silent", _("har inte svarat")


class RecipientQuerySet(models.QuerySet["ReferralRecipient"]):
    def with_status(self) -> "RecipientQuerySet":
        """Each row with `status`, a value of RecipientStatus, in the same query."""
        from challenges.remiss.models.versions import ResponseVersion

        newest = (
            ResponseVersion.objects.filter(response__recipient=OuterRef("pk"))
            .order_by("-number")
            .annotate(
                said=Case(
                    When(position=Position.ABSTAINS, then=Value("abstained")),
                    default=Value("answered"),
                )
            )
        )
        said = Subquery(newest.values("said")[:1], output_field=models.CharField())
        return self.annotate(
            status=models.functions.Coalesce(said, Value(RecipientStatus.SILENT.value))
        )

    def having(self, status: RecipientStatus) -> "RecipientQuerySet":
        return self.with_status().filter(status=status)  # type: ignore[misc]

    def answered(self) -> "RecipientQuerySet":
        return self.having(RecipientStatus.ANSWERED)

    def abstained(self) -> "RecipientQuerySet":
        return self.having(RecipientStatus.ABSTAINED)

    def silent(self) -> "RecipientQuerySet":
        """Those who have neither answered nor abstained."""
        return self.filter(response__isnull=True)

    def invited(self) -> "RecipientQuerySet":
        """Those to whom the invitation has been sent."""
        return self.filter(invited_at__isnull=False)

    def bounced(self) -> "RecipientQuerySet":
        """Those whose address does not take mail."""
        return self.filter(bounced_at__isnull=False)

    def in_swedish_order(self) -> "RecipientQuerySet":
        return self.order_by("sort_key", "pk")


@history.track(exclude=["sort_key"])
class ReferralRecipient(models.Model):
    """A body on the list, which is public; its address and its link are not."""

    class Kind(models.TextChoices):
        ORGANISATION = "organisation", _("Organisation")
        DEPARTMENT = "department", _("Förvaltning")
        OTHER = "other", _("Annan")

    status: str  # of RecipientStatus; only on rows read by `with_status()`

    referral = models.ForeignKey(
        Referral, models.CASCADE, related_name="recipients", verbose_name=_("remiss")
    )
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="referral_invitations",
        verbose_name=_("organisation"),
    )
    kind = models.CharField(
        _("slag"), max_length=20, choices=Kind.choices, default=Kind.ORGANISATION
    )
    name = models.CharField(_("namn"), max_length=200, validators=[refuse_personal_number])
    email = models.EmailField(_("e-postadress"))
    due_date = models.DateField(
        _("egen sista svarsdag"),
        null=True,
        blank=True,
        help_text=_("Bara för den som har fått längre tid. Lämna annars tomt."),
    )
    token = models.CharField(max_length=40, unique=True, default=new_token, editable=False)
    added_at = models.DateTimeField(_("tillagd"), auto_now_add=True)
    # When the invitation was last handed to the queue.
    invited_at = models.DateTimeField(_("inbjuden"), null=True, editable=False)
    bounced_at = models.DateTimeField(_("studsade"), null=True, editable=False)
    bounce_text = models.CharField(_("så sa e-postservern"), max_length=LONGEST_BOUNCE, blank=True)
    sort_key = models.GeneratedField(
        expression=SwedishOrder(models.F("name")),
        output_field=models.TextField(db_collation="C"),
        db_persist=True,
    )

    objects = RecipientQuerySet.as_manager()

    class Meta:
        verbose_name = _("remissinstans")
        verbose_name_plural = _("remissinstanser")
        ordering = ["referral", "sort_key", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["referral", "email"],
                name="one_recipient_per_address",
                violation_error_message=_("Adressen finns redan på remisslistan."),
            ),
            models.UniqueConstraint(
                fields=["referral", "organisation"],
                name="one_recipient_per_organisation",
                violation_error_message=_("Organisationen finns redan på remisslistan."),
            ),
            models.CheckConstraint(
                condition=Q(email=Lower("email")), name="recipient_address_is_in_lower_case"
            ),
            models.CheckConstraint(
                condition=Q(bounced_at__isnull=False) | Q(bounce_text=""),
                name="bounce_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def due_day(self) -> date:
        """The last day that applies to this body."""
        return self.referral.due_day(self)

    def is_open(self, now: datetime | None = None) -> bool:
        """Whether an answer from this body that arrives now is in time."""
        return self.referral.is_open_for(self, now)

    def mark_bounced(self, text: str) -> None:
        """Write down that the address takes no mail, in the mail server's words or a person's."""
        self.bounced_at, self.bounce_text = timezone.now(), text[:LONGEST_BOUNCE]
        self.save(update_fields=["bounced_at", "bounce_text"])

    @property
    def has_later_day(self) -> bool:
        return self.due_day > self.referral.due_date

    @property
    def answer(self) -> "ReferralResponse | None":
        """What the body has sent, if anything."""
        return getattr(self, "response", None)


@history.track()
class ReferralReminder(models.Model):
    """A reminder that has left: at most one of each kind for each last day."""

    recipient = models.ForeignKey(
        ReferralRecipient,
        models.CASCADE,
        related_name="reminders",
        verbose_name=_("remissinstans"),
    )
    days_before = models.PositiveSmallIntegerField(_("dagar före"))
    due_date = models.DateField(_("sista svarsdag"))
    sent_at = models.DateTimeField(_("skickad"), auto_now_add=True)

    class Meta:
        verbose_name = _("påminnelse")
        verbose_name_plural = _("påminnelser")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["recipient", "days_before", "due_date"], name="one_reminder_of_each_kind"
            ),
            models.CheckConstraint(
                condition=Q(days_before__in=[14, 3]), name="reminder_14_or_3_days_before"
            ),
        ]

    def __str__(self) -> str:
        return str(_("%(days)s dagar före") % {"days": self.days_before})
