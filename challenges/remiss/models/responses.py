"""Answers to a referral: who answers, and whether anyone may read it."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Prefetch, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from challenges.remiss.models.recipients import ReferralRecipient
from challenges.remiss.models.referrals import Referral, over
from malmoandan.organisations.models import Organisation
from malmoandan.organisations.swedish import SwedishOrder
from malmoandan.publishing.references import readable_reference
from malmoandan.running import history

if TYPE_CHECKING:
    from challenges.remiss.models.versions import ResponseVersion

PERSON = settings.AUTH_USER_MODEL


def new_reference() -> str:
    """Such as RS-7K3F-92QD."""
    return readable_reference("RS")


class RespondentKind(models.TextChoices):
    ORGANISATION = "organisation", _("Organisation")
    DEPARTMENT = "department", _("Förvaltning")
    PERSON = "person", _("Privatperson")


class ReferralResponseQuerySet(models.QuerySet["ReferralResponse"]):
    def published(self, now: datetime | None = None) -> "ReferralResponseQuerySet":
        """Those that anyone may read now: published, and their referral shows its answers."""
        shown = over(now or timezone.now(), "referral__") | Q(
            referral__state=Referral.State.OPEN, referral__publishes_at_once=True
        )
        return self.filter(shown, publication=ReferralResponse.Publication.PUBLISHED)

    def waiting(self) -> "ReferralResponseQuerySet":
        """Those that a coordinator has not looked at yet."""
        return self.filter(publication=ReferralResponse.Publication.WAITING)

    def with_counting_version(self) -> "ReferralResponseQuerySet":
        """Each row's `counting_version` in one query more, however many rows there are."""
        from challenges.remiss.models.versions import ResponseVersion

        counting = ResponseVersion.objects.counting()
        return self.prefetch_related(Prefetch("versions", counting, to_attr="_counting_versions"))

    def in_swedish_order(self) -> "ReferralResponseQuerySet":
        """By the name that is stored, so for coordinators: a hidden name would give an order."""
        return self.order_by("sort_key", "pk")


@history.track(exclude=["sort_key"])
class ReferralResponse(models.Model):
    """Somebody's answer. What it says stands in its versions; the newest one counts."""

    class Origin(models.TextChoices):
        WEB = "web", _("på webben")
        MAIL = "mail", _("med e-post")
        LETTER = "letter", _("med brev")

    class Publication(models.TextChoices):
        WAITING = "waiting", _("väntar på granskning")
        PUBLISHED = "published", _("publicerat")
        WITHHELD = "withheld", _("publiceras inte")

    referral = models.ForeignKey(
        Referral, models.PROTECT, related_name="responses", verbose_name=_("remiss")
    )
    recipient = models.OneToOneField(
        ReferralRecipient,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="response",
        verbose_name=_("remissinstans"),
    )
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="referral_responses",
        verbose_name=_("organisation"),
    )
    reference = models.CharField(
        _("referens"), max_length=12, unique=True, default=new_reference, editable=False
    )
    kind = models.CharField(_("vem svarar"), max_length=20, choices=RespondentKind.choices)
    name = models.CharField(_("namn"), max_length=200)
    # Only a private person's name needs it; it can be taken back.
    name_public = models.BooleanField(_("namnet får visas"), default=False)
    contact_person = models.CharField(_("kontaktperson"), max_length=150, blank=True)
    # The address that proved itself by a code; empty for a letter without one.
    email = models.EmailField(_("e-postadress"), blank=True)
    account = models.ForeignKey(
        PERSON,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="referral_responses",
        verbose_name=_("konto"),
    )
    language = models.CharField(
        _("språk"), max_length=10, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    origin = models.CharField(_("kom in"), max_length=10, choices=Origin.choices)
    entered_by = models.ForeignKey(
        PERSON,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="entered_responses",
        verbose_name=_("registrerat av"),
    )
    created_at = models.DateTimeField(_("tillagt"), auto_now_add=True)
    updated_at = models.DateTimeField(_("ändrat"), auto_now=True)
    publication = models.CharField(
        _("publicering"),
        max_length=10,
        choices=Publication.choices,
        default=Publication.WAITING,
    )
    published_at = models.DateTimeField(_("publicerat"), null=True, editable=False)
    published_by = models.ForeignKey(
        PERSON,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="published_responses",
        verbose_name=_("publicerat av"),
    )
    withheld_at = models.DateTimeField(_("undantaget"), null=True, editable=False)
    withheld_by = models.ForeignKey(
        PERSON,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="withheld_responses",
        verbose_name=_("undantaget av"),
    )
    withheld_reason = models.CharField(_("skäl"), max_length=500, blank=True)
    sort_key = models.GeneratedField(
        expression=SwedishOrder(models.F("name")),
        output_field=models.TextField(db_collation="C"),
        db_persist=True,
    )

    objects = ReferralResponseQuerySet.as_manager()

    class Meta:
        verbose_name = _("remissvar")
        verbose_name_plural = _("remissvar")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["referral", "publication"], name="response_by_publication")]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    publication="waiting",
                    published_at__isnull=True,
                    published_by__isnull=True,
                    withheld_at__isnull=True,
                    withheld_by__isnull=True,
                    withheld_reason="",
                )
                | Q(
                    publication="published",
                    published_at__isnull=False,
                    published_by__isnull=False,
                    withheld_at__isnull=True,
                    withheld_by__isnull=True,
                    withheld_reason="",
                )
                | (
                    Q(
                        publication="withheld",
                        published_at__isnull=True,
                        published_by__isnull=True,
                        withheld_at__isnull=False,
                        withheld_by__isnull=False,
                    )
                    & ~Q(withheld_reason="")
                ),
                name="published_or_withheld_says_when_and_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(origin="web", entered_by__isnull=True)
                | (~Q(origin="web") & Q(entered_by__isnull=False)),
                name="entered_answer_says_by_whom",
            ),
            models.CheckConstraint(
                condition=~Q(kind="person") | Q(organisation__isnull=True),
                name="private_person_is_no_organisation",
            ),
        ]

    def __str__(self) -> str:
        # The name may be a private person's, and this text goes to pages and logs.
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("remiss:response", args=[self.referral.slug, self.reference])

    @property
    def is_private(self) -> bool:
        return self.kind == RespondentKind.PERSON

    @property
    def shown_name(self) -> str:
        """The name for public pages and files: a private person's only with consent."""
        if self.is_private and not (self.name_public and self.name):
            return gettext("Privatperson")
        return self.name

    @property
    def is_published(self) -> bool:
        """Whether anyone may read it now."""
        return self.publication == self.Publication.PUBLISHED and self.referral.shows_answers()

    @property
    def counting_version(self) -> "ResponseVersion":
        """The newest one sent. Read many with `with_counting_version()`."""
        found = getattr(self, "_counting_versions", None)
        if found is None:
            found = list(self.versions.counting())
        version: ResponseVersion = found[0]
        return version

    def wait_for_review(self) -> None:
        """A corrected answer is looked at again before anyone reads it. Saves the row."""
        self.publication = self.Publication.WAITING
        self.published_at = self.published_by = None
        self.withheld_at = self.withheld_by = None
        self.withheld_reason = ""
        self.save()
