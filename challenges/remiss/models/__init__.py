"""Referrals, who is asked, what they answer, and what became of it."""

from challenges.remiss.models.drafts import DraftAttachment, DraftReader, ResponseDraft
from challenges.remiss.models.outcomes import Masking, Reply
from challenges.remiss.models.parts import ReferralDocument, ReferralNote, ReferralSection
from challenges.remiss.models.positions import Position
from challenges.remiss.models.reading import ShownAnswer
from challenges.remiss.models.recipients import (
    RecipientStatus,
    ReferralRecipient,
    ReferralReminder,
)
from challenges.remiss.models.referrals import Referral
from challenges.remiss.models.responses import (
    ReferralResponse,
    RespondentKind,
    ResponseAttachment,
    ResponseVersion,
    Scan,
    SectionAnswer,
    new_reference,
)

__all__ = [
    "DraftAttachment",
    "DraftReader",
    "Masking",
    "Position",
    "RecipientStatus",
    "Referral",
    "ReferralDocument",
    "ReferralNote",
    "ReferralRecipient",
    "ReferralReminder",
    "ReferralResponse",
    "ReferralSection",
    "Reply",
    "RespondentKind",
    "ResponseAttachment",
    "ResponseDraft",
    "ResponseVersion",
    "Scan",
    "SectionAnswer",
    "ShownAnswer",
    "new_reference",
]
