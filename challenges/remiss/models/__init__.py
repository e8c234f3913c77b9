"""Referrals, who is asked, what they answer, and what became of it."""

from challenges.remiss.models.drafts import DraftAttachment, DraftReader, ResponseDraft
from challenges.remiss.models.outcomes import Masking, Reply
from challenges.remiss.models.parts import (
    DOCUMENTS_FOLDER,
    ReferralDocument,
    ReferralNote,
    ReferralSection,
)
from challenges.remiss.models.positions import Position
from challenges.remiss.models.reading import ShownAnswer
from challenges.remiss.models.recipients import (
    RecipientStatus,
    ReferralRecipient,
    ReferralReminder,
)
from challenges.remiss.models.referrals import Referral
from challenges.remiss.models.responses import ReferralResponse, RespondentKind, new_reference
from challenges.remiss.models.versions import (
    ATTACHMENTS_FOLDER,
    ResponseAttachment,
    ResponseVersion,
    Scan,
    SectionAnswer,
)

__all__ = [
    "ATTACHMENTS_FOLDER",
    "DOCUMENTS_FOLDER",
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
