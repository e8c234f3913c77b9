"""An answer under way, kept in the database as it was typed until it is sent.

Its address holds a secret, and is the way to go on: on another machine, in another tab, with a
colleague. So nothing of it lies in a session.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.text import capfirst

from challenges.remiss.forms.answering import (
    AnswerForm,
    RespondentForm,
    position_field,
    text_field,
)
from challenges.remiss.models import (
    DraftAttachment,
    Position,
    Referral,
    ReferralRecipient,
    ReferralResponse,
    ReferralSection,
    RespondentKind,
    ResponseDraft,
)

MOST_ATTACHMENTS = 10
MOST_BYTES_TOGETHER = 30 * 1024 * 1024
MOST_READERS = 20
RESPONDENT, ANSWER, CHECKED = "respondent", "answer", "checked"
# What no person types; the form refuses far less, and says so, but keeps what was typed.
MOST_KEPT_CHARACTERS = 200_000


@dataclass(frozen=True)
class Content:
    """What a draft says. Made by `content_of`, and by `as_typed` before all is right."""

    respondent: dict[str, Any]
    position: str
    summary: str
    sections: list[tuple[ReferralSection, str, str]]
    attachments: list[DraftAttachment]

    @property
    def kind_shown(self) -> str:
        return str(dict(RespondentKind.choices).get(self.respondent.get("kind", ""), ""))

    @property
    def position_shown(self) -> str:
        return _shown(self.position)

    @property
    def sections_shown(self) -> list[tuple[ReferralSection, str, str]]:
        return [(section, _shown(position), text) for section, position, text in self.sections]


def _shown(position: str) -> str:
    return str(capfirst(dict(Position.choices).get(position, "")))


def typed(form_data: Any, names: Any) -> dict[str, str]:
    """What was typed in these fields, as it was typed; without what no database can keep."""
    kept = {}
    for name in names:
        value = form_data.get(name)
        if isinstance(value, str):
            kept[name] = value.replace("\0", "")[:MOST_KEPT_CHARACTERS]
    return kept


def respondent_form(draft: ResponseDraft) -> RespondentForm:
    """The first step, judged as it stands in the draft."""
    return RespondentForm(draft.data.get(RESPONDENT, {}))


def answer_form(draft: ResponseDraft) -> AnswerForm:
    return AnswerForm(draft.data.get(ANSWER, {}), referral=draft.referral)


def content_of(draft: ResponseDraft) -> Content | None:
    """What the draft says, or None while a step is missing, wrong or says nothing at all."""
    respondent, answer = respondent_form(draft), answer_form(draft)
    if not (respondent.is_valid() and answer.is_valid()):
        return None
    attachments = list(draft.attachments.all())
    if not (answer.says_something or attachments):
        return None
    return Content(
        respondent=respondent.cleaned_data,
        position=answer.cleaned_data["position"],
        summary=answer.cleaned_data["summary"],
        sections=answer.answered(),
        attachments=attachments,
    )


def as_typed(draft: ResponseDraft) -> Content:
    """What the draft says so far, for a colleague: unfinished, and perhaps wrong."""
    answer = draft.data.get(ANSWER, {})
    sections = [
        (one, answer.get(position_field(one), ""), answer.get(text_field(one), ""))
        for one in draft.referral.sections.all()
    ]
    return Content(
        respondent=draft.data.get(RESPONDENT, {}),
        position=answer.get("position", ""),
        summary=answer.get("summary", ""),
        sections=[row for row in sections if row[1] or row[2]],
        attachments=list(draft.attachments.all()),
    )


def step_digest(draft: ResponseDraft, step: str) -> str:
    """A sum of one step, by which a page tells that somebody else changed it meanwhile."""
    return _digest(draft.data.get(step, {}))


def digest(draft: ResponseDraft) -> str:
    """A sum of the whole draft: what is approved or checked is what then is sent."""
    files = [file.sha256 for file in draft.attachments.all()]
    return _digest([draft.data.get(RESPONDENT, {}), draft.data.get(ANSWER, {}), files])


def _digest(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def is_late(draft: ResponseDraft, now: datetime | None = None) -> bool:
    """Whether the answer would be late if it arrived now."""
    return draft.referral.is_late(draft.recipient, now or timezone.now())


def known_of(recipient: ReferralRecipient) -> dict[str, str]:
    """What is known of an invited body, as the first step asks for it."""
    kinds = {
        ReferralRecipient.Kind.ORGANISATION: RespondentKind.ORGANISATION,
        ReferralRecipient.Kind.DEPARTMENT: RespondentKind.DEPARTMENT,
    }
    kind = kinds.get(ReferralRecipient.Kind(recipient.kind), RespondentKind.ORGANISATION)
    return {"kind": kind.value, "name": recipient.name, "email": recipient.email}


def recipient_by_address(referral: Referral, email: str) -> ReferralRecipient | None:
    """The invited body with that address, which whoever has proven it answers for."""
    return referral.recipients.filter(email=email).first() if email else None


def data_of(response: ReferralResponse) -> dict[str, Any]:
    """What was sent last, as the steps ask for it: where a correction begins."""
    version = response.counting_version
    respondent = {
        "kind": response.kind,
        "name": response.name,
        "on_behalf_of": version.on_behalf_of,
        "decided_by": version.decided_by,
        "decided_on": version.decided_on.isoformat() if version.decided_on else "",
        "contact_person": response.contact_person,
        "email": response.email,
    }
    if response.name_public:
        respondent["name_public"] = "on"
    answer = {"position": version.position or "", "summary": version.summary}
    for row in version.sections.select_related("section"):
        answer[position_field(row.section)] = row.position or ""
        answer[text_field(row.section)] = row.text
    return {RESPONDENT: respondent, ANSWER: answer}
