"""Answers under way. A draft is no answer (rule 7): no history of it is kept, and it is deleted."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from challenges.remiss.models.recipients import ReferralRecipient
from challenges.remiss.models.referrals import Referral
from challenges.remiss.models.responses import ReferralResponse
from challenges.remiss.models.versions import Attachment, ResponseVersion
from malmoandan.publishing.references import new_token


class ResponseDraftQuerySet(models.QuerySet["ResponseDraft"]):
    def unsent(self) -> "ResponseDraftQuerySet":
        return self.filter(sent_version__isnull=True)


class ResponseDraft(models.Model):
    """What somebody has typed so far. Sending it twice gives the same version."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    referral = models.ForeignKey(Referral, models.CASCADE, related_name="drafts")
    # Through whose own link it was begun.
    recipient = models.ForeignKey(
        ReferralRecipient, models.SET_NULL, null=True, blank=True, related_name="drafts"
    )
    # The sent answer that it corrects.
    response = models.ForeignKey(
        ReferralResponse, models.CASCADE, null=True, blank=True, related_name="drafts"
    )
    # The link to go on elsewhere.
    token = models.CharField(max_length=40, unique=True, default=new_token, editable=False)
    data = models.JSONField(default=dict, blank=True)
    owner_email = models.EmailField(_("e-postadress"), blank=True)
    language = models.CharField(max_length=10, default=settings.LANGUAGE_CODE)
    begun_at = models.DateTimeField(default=timezone.now)
    saved_at = models.DateTimeField(auto_now=True)
    sent_version = models.OneToOneField(
        ResponseVersion, models.PROTECT, null=True, blank=True, related_name="draft"
    )

    objects = ResponseDraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("påbörjat svar")
        verbose_name_plural = _("påbörjade svar")
        ordering = ["-saved_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(owner_email=Lower("owner_email")),
                name="draft_address_is_in_lower_case",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def is_sent(self) -> bool:
        return self.sent_version_id is not None


class DraftAttachment(Attachment):
    draft = models.ForeignKey(ResponseDraft, models.CASCADE, related_name="attachments")
    # Not unique: a draft that corrects an answer begins with the answer's own files.
    stored_name = models.CharField(_("lagrad fil"), max_length=100, editable=False)

    class Meta:
        verbose_name = _("bilaga till påbörjat svar")
        verbose_name_plural = _("bilagor till påbörjade svar")
        ordering = ["pk"]


class DraftReader(models.Model):
    """A colleague who is asked to read, and to approve, before the answer is sent."""

    draft = models.ForeignKey(ResponseDraft, models.CASCADE, related_name="readers")
    email = models.EmailField(_("e-postadress"))
    token = models.CharField(max_length=40, unique=True, default=new_token, editable=False)
    invited_at = models.DateTimeField(_("inbjuden"), auto_now_add=True)
    approved_at = models.DateTimeField(_("godkände"), null=True)
    # The draft as it read when it was approved, as a sum: a later change needs a new approval.
    approved_digest = models.CharField(max_length=64, blank=True)
    comment = models.TextField(_("kommentar"), max_length=5000, blank=True)

    class Meta:
        verbose_name = _("läsare av påbörjat svar")
        verbose_name_plural = _("läsare av påbörjade svar")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["draft", "email"], name="one_reader_per_address"),
            models.CheckConstraint(
                condition=Q(email=Lower("email")), name="reader_address_is_in_lower_case"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
