"""Referrals: proposals that are sent out for opinion, with a last day to answer."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from challenges.models import Plan
from challenges.remiss import deadlines
from malmoandan.organisations.numbers import refuse_personal_number
from malmoandan.organisations.swedish import free_slug
from malmoandan.publishing.references import new_token
from malmoandan.running import history

if TYPE_CHECKING:
    from challenges.remiss.models.recipients import ReferralRecipient

PERSON = settings.AUTH_USER_MODEL


class ReferralQuerySet(models.QuerySet["Referral"]):
    def public(self) -> "ReferralQuerySet":
        """Those that anyone may see: all but drafts."""
        return self.exclude(state=Referral.State.DRAFT)

    def open(self, now: datetime) -> "ReferralQuerySet":
        """Those whose last day is not over, the one that ends first first."""
        today = deadlines.day_in_malmo(now)
        found = self.filter(state=Referral.State.OPEN, due_date__gte=today)
        return found.order_by("due_date", "pk")

    def over(self, now: datetime) -> "ReferralQuerySet":
        """Those that were closed, or whose last day has passed, the latest first."""
        return self.filter(over(now)).order_by("-due_date", "-pk")


def over(now: datetime, prefix: str = "") -> Q:
    """The condition that a referral's answering time is over; `prefix` leads to the referral."""
    ended = Q(**{f"{prefix}state__in": [Referral.State.CLOSED, Referral.State.REPORTED]})
    passed = {
        f"{prefix}state": Referral.State.OPEN,
        f"{prefix}due_date__lt": deadlines.day_in_malmo(now),
    }
    return ended | Q(**passed)


@history.track()
class Referral(models.Model):
    class State(models.TextChoices):
        """What coordinators have decided; the last day closes without a decision (`phase`)."""

        DRAFT = "draft", _("utkast")
        OPEN = "open", _("öppen för svar")
        CLOSED = "closed", _("svarstiden är slut")
        REPORTED = "reported", _("redovisad")

    title = models.CharField(_("rubrik"), max_length=200, validators=[refuse_personal_number])
    slug = models.SlugField(_("adress"), max_length=80, unique=True, editable=False)
    registry_number = models.CharField(
        _("diarienummer"),
        max_length=50,
        blank=True,
        validators=[refuse_personal_number],
        help_text=_("Till exempel STK-2018-938. Visas öppet."),
    )
    sender = models.CharField(
        _("avsändare"),
        max_length=200,
        blank=True,
        help_text=_("Vem som ber om synpunkter, till exempel Stadskontoret, Malmö stad."),
    )
    background = models.TextField(
        _("bakgrund"),
        max_length=50_000,
        blank=True,
        validators=[refuse_personal_number],
        help_text=_(
            "Vad förslaget gäller och vad ni vill ha svar på. "
            "Markdown: ## underrubrik, - punktlista, [länk](https://…). Inte bilder."
        ),
    )
    plan = models.ForeignKey(
        Plan,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="referrals",
        verbose_name=_("plan"),
        help_text=_("Planen som förslaget gäller, om den finns här."),
    )
    due_date = models.DateField(
        _("sista svarsdag"), help_text=_("Svar tas emot till midnatt den dagen.")
    )
    contact_name = models.CharField(
        _("kontaktperson"), max_length=150, blank=True, help_text=_("Visas öppet på sidan.")
    )
    contact_email = models.EmailField(
        _("kontaktens e-postadress"), blank=True, help_text=_("Visas öppet på sidan.")
    )
    publishes_at_once = models.BooleanField(
        _("publicera svar innan svarstiden är slut"),
        default=False,
        help_text=_("Annars blir publicerade svar synliga först efter sista svarsdagen."),
    )
    state = models.CharField(_("läge"), max_length=10, choices=State.choices, default=State.DRAFT)
    preview_token = models.CharField(max_length=40, unique=True, default=new_token, editable=False)
    created_at = models.DateTimeField(_("tillagd"), auto_now_add=True)
    updated_at = models.DateTimeField(_("ändrad"), auto_now=True)
    opened_at = models.DateTimeField(_("öppnad"), null=True, editable=False)
    opened_by = models.ForeignKey(
        PERSON,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="opened_referrals",
        verbose_name=_("öppnad av"),
    )
    closed_at = models.DateTimeField(_("stängd"), null=True, editable=False)
    closed_by = models.ForeignKey(
        PERSON,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="closed_referrals",
        verbose_name=_("stängd av"),
    )
    reported_at = models.DateTimeField(_("redovisad"), null=True, editable=False)
    reported_by = models.ForeignKey(
        PERSON,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="reported_referrals",
        verbose_name=_("redovisad av"),
    )

    objects = ReferralQuerySet.as_manager()

    class Meta:
        verbose_name = _("remiss")
        verbose_name_plural = _("remisser")
        ordering = ["-due_date", "-pk"]
        constraints = [
            # That nobody stands beside a time is how a referral from before the portal is known.
            models.CheckConstraint(
                condition=Q(opened_at__isnull=False) | Q(opened_by__isnull=True),
                name="opened_referral_says_when_and_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=False) | Q(closed_by__isnull=True),
                name="closed_referral_says_when_and_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["closed", "reported"]) | Q(closed_at__isnull=True),
                name="open_referral_is_not_closed",
            ),
            models.CheckConstraint(
                condition=Q(reported_at__isnull=False) | Q(reported_by__isnull=True),
                name="reported_referral_says_when_and_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(state="draft", opened_at__isnull=True)
                | Q(state="open", opened_at__isnull=False)
                | Q(state__in=["closed", "reported"]),
                name="open_referral_was_opened",
            ),
            models.CheckConstraint(
                condition=Q(state="reported", reported_at__isnull=False)
                | (~Q(state="reported") & Q(reported_at__isnull=True)),
                name="reported_referral_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self.slug:
            self.slug = free_slug(Referral, self.title, otherwise="remiss")
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("remiss:referral", args=[self.slug])

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    @property
    def is_reported(self) -> bool:
        return self.state == self.State.REPORTED

    @property
    def closes_at(self) -> datetime:
        """The first moment after the last day, in UTC."""
        return deadlines.closes_at(self.due_date)

    def is_open(self, now: datetime | None = None) -> bool:
        """Whether an answer that arrives now is in time for everybody."""
        now = now or timezone.now()
        return self.state == self.State.OPEN and deadlines.is_open(self.due_date, now)

    def is_over(self, now: datetime | None = None) -> bool:
        """Whether the answering time has ended, by the day or by a decision."""
        return not self.is_draft and not self.is_open(now)

    def phase(self, now: datetime | None = None) -> "Referral.State":
        """The state as visitors see it: closed from the moment the last day is over."""
        if self.state == self.State.OPEN and not self.is_open(now):
            return self.State.CLOSED
        return self.State(self.state)

    @property
    def takes_answers(self) -> bool:
        """Whether an answer can be begun on the web, in time or late.

        A late answer is taken and marked (rule 7). Only a coordinator's decision to close, or
        having reported, ends it; then late answers come by mail and are entered by hand. What was
        begun before can still be sent.
        """
        return self.state == self.State.OPEN

    def due_day(self, recipient: "ReferralRecipient | None" = None) -> date:
        """The last day that applies to an invited body, or to anyone else."""
        return deadlines.due_day(self.due_date, recipient.due_date if recipient else None)

    def is_open_for(
        self, recipient: "ReferralRecipient | None" = None, now: datetime | None = None
    ) -> bool:
        now = now or timezone.now()
        return self.state == self.State.OPEN and deadlines.is_open(self.due_day(recipient), now)

    def is_late(self, recipient: "ReferralRecipient | None", received_at: datetime) -> bool:
        """Whether an answer that the server received then is late.

        It is after the last day that applies, or after a coordinator closed early. A letter that
        came before the closing is in time although it is entered afterwards.
        """
        if not deadlines.is_open(self.due_day(recipient), received_at):
            return True
        return self.closed_at is not None and received_at >= self.closed_at

    def shows_answers(self, now: datetime | None = None) -> bool:
        """Whether published answers are public now."""
        return not self.is_draft and (self.publishes_at_once or self.is_over(now))
