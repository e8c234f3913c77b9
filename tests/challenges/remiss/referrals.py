"""Rows that the tests of remisses start from: each function makes one valid row."""

from datetime import datetime, timedelta
from hashlib import sha256
from itertools import count
from zoneinfo import ZoneInfo

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from challenges.models import ChallengeArea
from challenges.remiss.models import (
    DraftAttachment,
    Masking,
    Referral,
    ReferralDocument,
    ReferralRecipient,
    ReferralResponse,
    ReferralSection,
    Reply,
    RespondentKind,
    ResponseAttachment,
    ResponseDraft,
    ResponseVersion,
    SectionAnswer,
)
from tests.factories import make_user

STOCKHOLM = ZoneInfo("Europe/Stockholm")
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
_serial = count(1)
State = Referral.State
Publication = ReferralResponse.Publication


def in_malmo(year, month, day, hour=0, minute=0, second=0):
    return datetime(year, month, day, hour, minute, second, tzinfo=STOCKHOLM)


def make_referral(state=State.OPEN, *, sections=0, **fields):
    """A referral that is open for a month, or was, with that many sections to answer."""
    now = timezone.now()
    days = -1 if state in {State.CLOSED, State.REPORTED} else 30
    fields = {
        "title": f"Förslag till plan {next(_serial)}",
        "sender": "Stadskontoret, Malmö stad",
        "background": "Vi vill veta vad ni tycker om **förslaget**.",
        "contact_name": "Registrator",
        "contact_email": "registrator@example.org",
        "due_date": timezone.localdate() + timedelta(days=days),
    } | fields
    if state != State.DRAFT:
        fields.setdefault("opened_at", now - timedelta(days=10))
        fields.setdefault("opened_by", make_user())
    if state == State.REPORTED:
        fields.setdefault("reported_at", now)
        fields.setdefault("reported_by", make_user())
    referral = Referral.objects.create(state=state, **fields)
    for order in range(1, sections + 1):
        make_section(referral, order=order)
    return referral


def make_section(referral, kind=ReferralSection.Kind.QUESTION, **fields):
    serial = next(_serial)
    fields = {"title": f"Fråga {serial}", "text": "Vad tycker ni?", "order": serial} | fields
    if kind == ReferralSection.Kind.AREA and "area" not in fields:
        fields["area"] = ChallengeArea.objects.create(name=f"Utmaning {serial}")
    return ReferralSection.objects.create(referral=referral, kind=kind, **fields)


def make_document(referral, content=PDF, **fields):
    fields = {"title": "Förslaget i sin helhet", **stored_file(content)} | fields
    return ReferralDocument.objects.create(referral=referral, **fields)


def make_recipient(referral=None, **fields):
    """An invited body, to whom the invitation has been sent."""
    serial = next(_serial)
    fields = {
        "name": f"Instansen {serial}",
        "email": f"instans{serial}@example.org",
        "invited_at": timezone.now() - timedelta(days=9),
    } | fields
    return ReferralRecipient.objects.create(referral=referral or make_referral(), **fields)


def make_response(
    referral=None,
    *,
    publication=Publication.WAITING,
    position=None,
    summary="Vi är för förslaget.",
    sections=None,
    version=None,
    **fields,
):
    """An answer with its first version.

    `sections` are {section: text} or {section: (position, text)}; `version` more fields of it.
    """
    serial = next(_serial)
    now = timezone.now()
    referral = referral or make_referral()
    fields = {
        "kind": RespondentKind.ORGANISATION,
        "name": f"Föreningen {serial}",
        "email": f"svar{serial}@example.org",
        "origin": ReferralResponse.Origin.WEB,
    } | fields
    if fields["origin"] == ReferralResponse.Origin.WEB:
        fields["account"] = fields.get("account") or make_user()
    else:
        fields.setdefault("entered_by", make_user())
    if publication == Publication.PUBLISHED:
        fields |= {"published_at": now, "published_by": make_user()}
    if publication == Publication.WITHHELD:
        fields |= {"withheld_at": now, "withheld_by": make_user(), "withheld_reason": "Hot"}
    response = ReferralResponse.objects.create(referral=referral, publication=publication, **fields)
    version = {"position": position, "summary": summary, "sections": sections} | (version or {})
    make_version(response, **version)
    return response


def make_version(response, *, sections=None, **fields):
    """The next version of an answer."""
    referral, recipient = response.referral, response.recipient
    fields = {
        "number": response.versions.count() + 1,
        "received_at": timezone.now(),
        "due_date": referral.due_day(recipient),
    } | fields
    fields.setdefault("late", referral.is_late(recipient, fields["received_at"]))
    version = ResponseVersion.objects.create(response=response, **fields)
    for section, said in (sections or {}).items():
        position, text = (None, said) if isinstance(said, str) else said
        SectionAnswer.objects.create(version=version, section=section, position=position, text=text)
    return version


def make_attachment(version, content=PDF, **fields):
    fields = {"content_type": "application/pdf", **stored_file(content)} | fields
    return ResponseAttachment.objects.create(version=version, **fields)


def make_masking(version, start=0, end=2, part=Masking.Part.SUMMARY, **fields):
    fields = {"reason": Masking.Reason.PERSONAL_DATA, "start": start, "end": end} | fields
    fields["by"] = fields.get("by") or make_user()
    return Masking.objects.create(version=version, part=part, **fields)


def make_reply(referral, *, published=False, **fields):
    fields = {"text": "Vi ändrade meningen."} | fields
    if published:
        fields |= {"published_at": timezone.now(), "published_by": make_user()}
    return Reply.objects.create(referral=referral, **fields)


def make_draft(referral=None, **fields):
    return ResponseDraft.objects.create(referral=referral or make_referral(), **fields)


def make_draft_attachment(draft, content=PDF, **fields):
    fields = {"content_type": "application/pdf", **stored_file(content)} | fields
    return DraftAttachment.objects.create(draft=draft, **fields)


def stored_file(content=PDF, name="handling.pdf", ending=".pdf"):
    """The fields of a file that is stored, with the file itself."""
    serial = next(_serial)
    return {
        "stored_name": default_storage.save(f"remiss/{serial}{ending}", ContentFile(content)),
        "file_name": name,
        "ending": ending,
        "size": len(content),
        "sha256": sha256(content).hexdigest(),
    }
