"""An answer that came by mail or letter is entered by a coordinator, as the same kind of row."""

from collections.abc import Iterable
from datetime import date
from hashlib import sha256
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from challenges.remiss import deadlines
from challenges.remiss.actions.publication import mask_again
from challenges.remiss.models import (
    Referral,
    ReferralRecipient,
    ReferralResponse,
    ReferralSection,
    ResponseAttachment,
    ResponseVersion,
    Scan,
    SectionAnswer,
)
from malmoandan.accounts.models import User
from malmoandan.publishing import virus_scan
from malmoandan.publishing.files import CONTENT_TYPES


@transaction.atomic
def enter(
    *,
    referral: Referral,
    recipient: ReferralRecipient | None,
    respondent: dict[str, Any],
    version: dict[str, Any],
    sections: dict[ReferralSection, tuple[str | None, str]],
    files: Iterable[tuple[str, UploadedFile]],
    received_on: date,
    by: User,
) -> ResponseVersion:
    """Enter the answer; of a body that has answered already it is the next version.

    `respondent` are fields of ReferralResponse, `version` of ResponseVersion, `files` stored
    names with the files. Whether it is late follows from the day it was received.
    """
    referral = Referral.objects.select_for_update().get(pk=referral.pk)
    response = _response(referral, recipient)
    for name, value in respondent.items():
        setattr(response, name, value)
    response.entered_by = by
    response.wait_for_review()
    received_at = deadlines.received_on(received_on)
    entered: ResponseVersion = ResponseVersion.objects.create(
        response=response,
        number=response.versions.count() + 1,
        received_at=received_at,
        due_date=referral.due_day(recipient),
        late=referral.is_late(recipient, received_at),
        **version,
    )
    for section, (position, text) in sections.items():
        SectionAnswer.objects.create(version=entered, section=section, position=position, text=text)
    for stored_name, file in files:
        _attach(entered, stored_name, file)
    mask_again(version=entered)
    return entered


def _response(referral: Referral, recipient: ReferralRecipient | None) -> ReferralResponse:
    if recipient:
        recipient = ReferralRecipient.objects.select_for_update().get(pk=recipient.pk)
        found = ReferralResponse.objects.select_for_update().filter(recipient=recipient).first()
        if found:
            return found
    return ReferralResponse(
        referral=referral,
        recipient=recipient,
        organisation_id=recipient.organisation_id if recipient else None,
    )


def _attach(version: ResponseVersion, stored_name: str, file: UploadedFile) -> None:
    file.seek(0)
    content = file.read()
    ending = stored_name[stored_name.rindex(".") :]
    scanned = virus_scan.is_on()
    ResponseAttachment.objects.create(
        version=version,
        stored_name=stored_name,
        file_name=file.name or "",
        ending=ending,
        content_type=CONTENT_TYPES[ending],
        size=len(content),
        sha256=sha256(content).hexdigest(),
        # The form has let it be searched, as every file that strangers open.
        scan=Scan.CLEAN if scanned else Scan.NOT_SCANNED,
        scanned_at=timezone.now() if scanned else None,
    )
