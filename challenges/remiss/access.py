"""Who may read and do what with a referral and its answers.

Strangers get 404 for everything that is not public; who signs nothing is treated as who signs
all (rule 1), and an invited body proves itself by its own link.
"""

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import Http404

from challenges.remiss.models import Referral, ReferralRecipient, ReferralResponse
from malmoandan.accounts.models import User

Visitor = User | AnonymousUser


def referral_or_404(slug: str) -> Referral:
    """The referral at that address. Raises Http404 for a draft, for coordinators too."""
    referral = Referral.objects.public().select_related("plan").filter(slug=slug).first()
    if referral is None:
        raise Http404
    return referral


def previewed_referral_or_404(token: str) -> Referral:
    """The referral whose preview link it is; the link ends when it is renewed, or is public."""
    found = Referral.objects.select_related("plan").filter(preview_token=token)
    referral = found.filter(state=Referral.State.DRAFT).first()
    if referral is None:
        raise Http404
    return referral


def recipient_or_404(referral: Referral, token: str) -> ReferralRecipient:
    """The invited body whose own link it is. Raises Http404."""
    recipient = referral.recipients.filter(token=token).first()
    if recipient is None:
        raise Http404
    recipient.referral = referral
    return recipient


def published_response_or_404(referral: Referral, reference: str) -> ReferralResponse:
    """An answer that anyone may read now. Raises Http404 for every other."""
    found = ReferralResponse.objects.published().filter(referral=referral)
    response = found.with_counting_version().filter(reference=reference).first()
    if response is None:
        raise Http404
    response.referral = referral
    return response


def own_responses(user: Visitor) -> QuerySet[ReferralResponse]:
    """The answers that the person has sent, the latest first."""
    if not user.is_authenticated:
        return ReferralResponse.objects.none()
    found = ReferralResponse.objects.filter(account_id=user.pk).select_related("referral")
    return found.order_by("-created_at", "-pk")
