"""Remisses: what is stored of a person who answers or is asked, and how it goes away.

What was sent as an answer is a public record: what it says stays. Who sent it goes
(docs/decisions/0017-erasing-answers.md).
"""

from typing import Any

import pgtrigger
from django.db.models import Model, Q, QuerySet

from challenges.remiss.models import (
    DraftReader,
    Masking,
    Referral,
    ReferralNote,
    ReferralRecipient,
    ReferralReminder,
    ReferralResponse,
    ReferralSection,
    Reply,
    RespondentKind,
    ResponseAttachment,
    ResponseDraft,
    ResponseVersion,
    SectionAnswer,
)
from challenges.remiss.models.versions import STAYS
from challenges.remiss.receipts import document_names
from malmoandan.accounts.data_rights import ERASED, Words
from malmoandan.accounts.models import User
from malmoandan.publishing.models import StoredDocument
from malmoandan.running import history
from malmoandan.running.queue import drop_jobs

# What coordinators wrote, and may hold a name.
FREE_TEXT: dict[type[Model], list[str]] = {
    Referral: ["title", "sender", "background", "contact_name"],
    ReferralSection: ["title", "text"],
    ReferralNote: ["reason"],
    ReferralRecipient: ["name", "bounce_text"],
    ReferralResponse: ["name", "contact_person", "withheld_reason"],
    Masking: ["note"],
    Reply: ["text", "link"],
}
NOWHERE = "@adress.invalid"  # a domain that no mail ever reaches (RFC 2606)
NOBODY = {"account": None, "email": "", "contact_person": ""}
SENT = {
    ResponseVersion: ["summary", "on_behalf_of", "decided_by"],
    SectionAnswer: ["text"],
    ResponseAttachment: ["file_name"],
}


def collect(person: User) -> dict[str, Any]:
    invited = ReferralRecipient.objects.filter(email=person.email).select_related("referral")
    read = DraftReader.objects.filter(email=person.email).select_related("draft__referral")
    return {
        "remissvar": [_told(row) for row in _responses(person).select_related("referral")],
        "påbörjade remissvar": [
            {"remiss": row.referral.title, "sparat": row.saved_at, "innehåll": row.data}
            for row in _drafts(person).select_related("referral")
        ],
        "remissvar du har ombetts läsa": [
            {
                "remiss": row.draft.referral.title,
                "tid": row.invited_at,
                "godkände": row.approved_at,
                "kommentar": row.comment,
            }
            for row in read
        ],
        "remisser du har bjudits in till": [
            {"remiss": row.referral.title, "instans": row.name, "inbjuden": row.invited_at}
            for row in invited
        ],
        "remissvar du har fört in eller beslutat om": list(
            ReferralResponse.objects.filter(
                Q(entered_by=person) | Q(published_by=person) | Q(withheld_by=person)
            ).values_list("reference", flat=True)
        ),
    }


def _told(response: ReferralResponse) -> dict[str, Any]:
    versions = response.versions.prefetch_related("sections__section", "attachments")
    return {
        "remiss": response.referral.title,
        "referens": response.reference,
        "namn": response.name,
        "namnet visas": response.shown_name == response.name,
        "kontaktperson": response.contact_person,
        "e-postadress": response.email,
        "publicering": str(response.get_publication_display()),
        "versioner": [
            {
                "nummer": version.number,
                "mottaget": version.received_at,
                "sent": version.late,
                "ställningstagande": str(version.get_position_display() or ""),
                "sammanfattning": version.summary,
                "avsnitt": {a.section.title: a.text for a in version.sections.all()},
                "bilagor": [file.file_name for file in version.attachments.all()],
            }
            for version in versions
        ],
    }


def names(person: User) -> set[str]:
    """The names under which the person has answered, or was the contact."""
    found = _responses(person)
    own = found.filter(kind=RespondentKind.PERSON).values_list("name", flat=True)
    return set(own) | set(found.values_list("contact_person", flat=True))


def erase(person: User, words: Words) -> None:
    """Take away the person; that somebody answered, when and what, stays."""
    _forget_drafts(person)
    keys = list(_responses(person).values_list("pk", flat=True))
    drop_jobs("response_id", keys)
    _hide_attachments(keys, person)
    _empty_responses(keys)
    empty_recipients(ReferralRecipient._base_manager.filter(email=person.email))
    history.events_of(ReferralRecipient).filter(email__iexact=person.email).update(email="")
    for model, fields in FREE_TEXT.items():
        for everything in (model._base_manager.all(), history.events_of(model)):
            words.take_out_of(everything, *fields)
    for rows in (Referral._base_manager.all(), history.events_of(Referral)):
        rows.filter(contact_email__iexact=person.email).update(contact_email="")
    _take_out_of_sent(words)


def _responses(person: User) -> QuerySet[ReferralResponse]:
    mine = Q(account=person) | Q(email__iexact=person.email)
    return ReferralResponse.objects.filter(mine).order_by("pk")


def _drafts(person: User) -> QuerySet[ResponseDraft]:
    return ResponseDraft.objects.filter(owner_email=person.email)


def _forget_drafts(person: User) -> None:
    """A draft is no answer. Its files go with the job that removes files without a row."""
    _drafts(person).delete()
    DraftReader.objects.filter(email=person.email).delete()


def _hide_attachments(keys: list[int], person: User) -> None:
    """What a private person attached may name them on each page; it stays, unseen by the public."""
    files = ResponseAttachment.objects.filter(
        version__response__in=keys, version__response__kind=RespondentKind.PERSON
    )
    for file in files.exclude(maskings__isnull=False):
        Masking.objects.create(
            version_id=file.version_id,
            part=Masking.Part.ATTACHMENT,
            attachment=file,
            reason=Masking.Reason.PERSONAL_DATA,
            by=person,  # the stand-in once the account goes
        )


def _empty_responses(keys: list[int]) -> None:
    rows = ReferralResponse._base_manager.filter(pk__in=keys)
    events = history.events_of(ReferralResponse).filter(pgh_obj_id__in=keys)
    nameless = {"name": "", "name_public": False}
    for reference in rows.values_list("reference", flat=True):
        StoredDocument.objects.filter(name__startswith=document_names(reference)).delete()
    for found in (rows, events):
        found.update(**NOBODY)
        found.filter(kind=RespondentKind.PERSON).update(**nameless)
    # The changes above wrote rows of their own, which hold what is left only.


def empty_recipients(rows: QuerySet[ReferralRecipient]) -> None:
    """The body stays on the list, which is public; nothing reaches it until it has an address."""
    keys = list(rows.values_list("pk", flat=True))
    drop_jobs("recipient_id", keys)
    reminders = ReferralReminder.objects.filter(recipient__in=keys)
    drop_jobs("reminder_id", reminders.values_list("pk", flat=True))
    for row in ReferralRecipient._base_manager.filter(pk__in=keys):
        address = f"raderad-{row.pk}{NOWHERE}"
        ReferralRecipient._base_manager.filter(pk=row.pk).update(
            email=address, bounced_at=row.bounced_at or row.added_at, bounce_text=ERASED
        )
        events = history.events_of(ReferralRecipient).filter(pgh_obj_id=row.pk)
        events.update(email=address, bounce_text="")


def _take_out_of_sent(words: Words) -> None:
    """The name in what was sent becomes [raderat], and what is masked stays masked."""
    for model, fields in SENT.items():
        uri = f"{model._meta.label}:{STAYS}"
        for everything in (model._base_manager.all(), history.events_of(model)):
            if everything.model is model:
                _move_maskings(model, words)
            with pgtrigger.ignore(uri):
                words.take_out_of(everything, *fields)


def _move_maskings(model: type[Model], words: Words) -> None:
    """Before the text gets shorter or longer, move what is masked along with it."""
    for masking in Masking.objects.exclude(part=Masking.Part.ATTACHMENT).select_related(
        "version", "section_answer"
    ):
        of_section = masking.section_answer is not None
        if of_section is not (model is SectionAnswer) or model is ResponseAttachment:
            continue
        text = masking.section_answer.text if masking.section_answer else _text_of(masking)
        if words.found_in(text):
            masking.start, masking.end = words.moved(text, masking.start, masking.end)
            masking.save(update_fields=["start", "end"])


def _text_of(masking: Masking) -> str:
    return str(getattr(masking.version, masking.part))
