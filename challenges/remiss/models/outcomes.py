"""What becomes of an answer: what of it is hidden, and what it is told in reply."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from challenges.models import PlanArea
from challenges.remiss.models.parts import ReferralSection
from challenges.remiss.models.referrals import Referral
from challenges.remiss.models.responses import ReferralResponse
from challenges.remiss.models.versions import ResponseAttachment, ResponseVersion, SectionAnswer
from malmoandan.organisations.numbers import refuse_personal_number
from malmoandan.running import history

PERSON = settings.AUTH_USER_MODEL


@history.track()
class Masking(models.Model):
    """A part of a version that is not shown, with the reason. The stored original stays.

    `start` and `end` count characters of the stored text, `end` not included. An attachment is
    hidden as a whole.
    """

    class Part(models.TextChoices):
        SUMMARY = "summary", _("sammanfattningen")
        SECTION = "section", _("ett avsnitt")
        ON_BEHALF_OF = "on_behalf_of", _("för vems räkning")
        DECIDED_BY = "decided_by", _("beslutat av")
        ATTACHMENT = "attachment", _("en bilaga")

    class Reason(models.TextChoices):
        PERSONAL_DATA = "personal_data", _("personuppgifter om någon annan")
        SENSITIVE = "sensitive", _("känsliga personuppgifter")
        CONTACT = "contact", _("kontaktuppgifter")
        SECRECY = "secrecy", _("uppgifter som omfattas av sekretess")
        OFFENSIVE = "offensive", _("kränkande om en person")

    version = models.ForeignKey(
        ResponseVersion, models.PROTECT, related_name="maskings", verbose_name=_("version")
    )
    part = models.CharField(_("var"), max_length=20, choices=Part.choices)
    section_answer = models.ForeignKey(
        SectionAnswer,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="maskings",
        verbose_name=_("svar på avsnitt"),
    )
    attachment = models.ForeignKey(
        ResponseAttachment,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="maskings",
        verbose_name=_("bilaga"),
    )
    start = models.PositiveIntegerField(_("från tecken"), default=0)
    end = models.PositiveIntegerField(_("till tecken"), default=0)
    reason = models.CharField(_("skäl"), max_length=20, choices=Reason.choices)
    # Public beside the answer, with the day.
    note = models.CharField(
        _("anteckning"), max_length=500, blank=True, validators=[refuse_personal_number]
    )
    at = models.DateTimeField(_("maskerat"), default=timezone.now)
    by = models.ForeignKey(
        PERSON, models.PROTECT, related_name="maskings", verbose_name=_("maskerat av")
    )

    class Meta:
        verbose_name = _("maskering")
        verbose_name_plural = _("maskeringar")
        ordering = ["version", "part", "start", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(part="section", section_answer__isnull=False)
                | (~Q(part="section") & Q(section_answer__isnull=True)),
                name="masked_section_is_named",
            ),
            models.CheckConstraint(
                condition=Q(part="attachment", attachment__isnull=False, start=0, end=0)
                | (~Q(part="attachment") & Q(attachment__isnull=True, end__gt=F("start"))),
                name="masked_part_has_an_extent",
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_part_display())

    @property
    def span(self) -> tuple[int, int]:
        return self.start, self.end

    @property
    def hidden_words(self) -> str:
        """What is hidden of a text; nothing for an attachment."""
        if self.attachment_id:
            return ""
        text = self.section_answer.text if self.section_answer else getattr(self.version, self.part)
        return str(text[self.start : self.end])


class ReplyQuerySet(models.QuerySet["Reply"]):
    def published(self) -> "ReplyQuerySet":
        return self.filter(published_at__isnull=False)

    def waiting(self) -> "ReplyQuerySet":
        """Those that are written and not published."""
        return self.filter(published_at__isnull=True)


@history.track()
class Reply(models.Model):
    """ "Så här blev det": to a section, to one answer, or to all of the referral."""

    referral = models.ForeignKey(
        Referral, models.CASCADE, related_name="replies", verbose_name=_("remiss")
    )
    section = models.ForeignKey(
        ReferralSection,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="replies",
        verbose_name=_("avsnitt"),
    )
    response = models.ForeignKey(
        ReferralResponse,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="replies",
        verbose_name=_("remissvar"),
    )
    text = models.TextField(
        _("så här blev det"), max_length=10_000, validators=[refuse_personal_number]
    )
    # The change in the plan: the area as it reads there, or an address.
    plan_area = models.ForeignKey(
        PlanArea,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="referral_replies",
        verbose_name=_("utmaning i planen"),
    )
    link = models.URLField(_("länk till ändringen"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("skrivet"), auto_now_add=True)
    updated_at = models.DateTimeField(_("ändrat"), auto_now=True)
    published_at = models.DateTimeField(_("publicerat"), null=True, editable=False)
    published_by = models.ForeignKey(
        PERSON,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="published_replies",
        verbose_name=_("publicerat av"),
    )

    objects = ReplyQuerySet.as_manager()

    class Meta:
        verbose_name = _("återkoppling")
        verbose_name_plural = _("återkopplingar")
        ordering = [F("section__order").asc(nulls_first=True), "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(section__isnull=True) | Q(response__isnull=True),
                name="reply_is_to_a_section_or_an_answer",
                violation_error_message=_("Välj ett avsnitt eller ett svar, inte båda."),
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True, published_by__isnull=True)
                | Q(published_at__isnull=False, published_by__isnull=False),
                name="published_reply_says_when_and_by_whom",
            ),
        ]

    def __str__(self) -> str:
        return str(self.section or self.response or _("Hela remissen"))
