"""The mails to invited bodies and to those who answered, a function each (tasks.py sends them)."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from challenges.remiss.models import ReferralRecipient, ReferralReminder, ReferralResponse
from malmoandan.publishing.mail import send

# The word in the address of an invited body's own link.
INVITED = "instans"


def own_path(recipient: ReferralRecipient) -> str:
    """The body's own link to the form, without the host."""
    path = reverse("remiss:answer", args=[recipient.referral.slug])
    return f"{path}?{urlencode({INVITED: recipient.token})}"


def invitation(recipient: ReferralRecipient) -> None:
    _to_recipient("invitation", recipient, f"{recipient.pk}-{recipient.invited_at:%Y%m%d%H%M%S}")


def own_day(recipient: ReferralRecipient) -> None:
    """The body has another last day than before."""
    _to_recipient("own_day", recipient, f"{recipient.pk}-{recipient.due_day:%Y%m%d}")


def reminder(row: ReferralReminder) -> None:
    _to_recipient("reminder", row.recipient, str(row.pk))


def replies(response: ReferralResponse, stamp: str) -> None:
    """What became of the answer. `stamp` says which time it was."""
    send(
        "remiss/mail/replies",
        to=response.email,
        context={
            "referral": response.referral,
            "reference": response.reference,
            "path": response.referral.get_absolute_url(),
        },
        language=response.language,
        message_id=f"remiss-replies-{response.pk}-{stamp}",
    )


def _to_recipient(message: str, recipient: ReferralRecipient, row: str) -> None:
    referral = recipient.referral
    context: dict[str, Any] = {
        "referral": referral,
        "recipient": recipient,
        "last_day": recipient.due_day,
        "public_path": referral.get_absolute_url(),
        "own_path": own_path(recipient),
    }
    send(
        f"remiss/mail/{message}",
        to=recipient.email,
        context=context,
        language="sv",
        message_id=f"remiss-{message.replace('_', '-')}-{row}",
    )
