"""An answer is sent: the draft becomes a version that stays, once, however often it is asked."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from challenges.remiss import answer_tasks as tasks
from challenges.remiss import drafts
from challenges.remiss.actions.drafts import ChangedMeanwhile, file_fields
from challenges.remiss.actions.publication import mask_again
from challenges.remiss.models import (
    ReferralRecipient,
    ReferralResponse,
    RespondentKind,
    ResponseAttachment,
    ResponseDraft,
    ResponseVersion,
    SectionAnswer,
)
from malmoandan.accounts.models import User


class NotComplete(Exception):
    """A step is missing, or the answer says nothing."""


class AnotherAddress(Exception):
    """The address that is proven is not the one in the draft."""


@transaction.atomic
def send(*, draft: ResponseDraft, by: User) -> ResponseVersion:
    """Send the draft as `by`, whose address is proven; return the version that it became.

    Sent twice, or at once from many places, a draft becomes one version. A body has one answer:
    what else is sent for it, or corrects it, is that answer's next version, and the earlier ones
    stay on file. What counts is when the server received it (rule 7); late, it is taken and
    marked. Raises AnotherAddress for another person, NotComplete, ChangedMeanwhile
    when it is not what was checked, and ResponseDraft.DoesNotExist when it was thrown away.
    """
    received_at = timezone.now()
    # Alone: a row joined to one that was waited for is as it was before the wait.
    draft = ResponseDraft.objects.select_for_update().get(pk=draft.pk)
    if draft.sent_version:
        return draft.sent_version
    content = drafts.content_of(draft)
    if content is None:
        raise NotComplete
    if content.respondent["email"] != by.email:
        raise AnotherAddress
    if draft.data.get(drafts.CHECKED) != drafts.digest(draft):
        raise ChangedMeanwhile
    recipient = _recipient(draft, content)
    response = _response(draft, recipient)
    former = response.account if response.pk and response.account_id != by.pk else None
    _take_over(response, content, recipient=recipient, by=by, language=draft.language)
    version = _add_version(response, content, received_at=received_at)
    mask_again(version=version)
    # What was sent stands in the version; the draft remembers only which one it is.
    draft.sent_version, draft.response, draft.data = version, response, {}
    draft.save(update_fields=["sent_version", "response", "data", "saved_at"])
    tasks.mail_receipt.defer(version_id=version.pk, user_id=by.pk)
    if former:
        tasks.mail_replaced.defer(version_id=version.pk, user_id=former.pk)
    return version


def _recipient(draft: ResponseDraft, content: drafts.Content) -> ReferralRecipient | None:
    """The invited body it is the answer of: by its own link, or by its proven address."""
    if content.respondent["kind"] == RespondentKind.PERSON:
        return None
    if draft.response:
        found = draft.response.recipient
    else:
        by_address = drafts.recipient_by_address(draft.referral, content.respondent["email"])
        found = draft.recipient or by_address
    # Locked, so that two first answers of one body are one after the other.
    return (
        ReferralRecipient.objects.select_for_update(of=["self"]).get(pk=found.pk) if found else None
    )


def _response(draft: ResponseDraft, recipient: ReferralRecipient | None) -> ReferralResponse:
    """The answer that this one is the next version of, or a new one."""
    rows = ReferralResponse.objects.select_for_update(of=["self"]).select_related("account")
    if draft.response_id:
        return rows.get(pk=draft.response_id)
    found = rows.filter(recipient=recipient).first() if recipient else None
    return found or ReferralResponse(referral=draft.referral, origin=ReferralResponse.Origin.WEB)


def _take_over(
    response: ReferralResponse,
    content: drafts.Content,
    *,
    recipient: ReferralRecipient | None,
    by: User,
    language: str,
) -> None:
    stated = content.respondent
    response.recipient = recipient
    if recipient:
        response.organisation_id = recipient.organisation_id
    response.kind = stated["kind"]
    if response.is_private:
        response.organisation = None
    response.name = stated["name"]
    response.name_public = stated["name_public"]
    response.contact_person = stated["contact_person"]
    response.email = by.email
    response.account = by
    response.language = language
    response.wait_for_review()


def _add_version(
    response: ReferralResponse, content: drafts.Content, *, received_at: datetime
) -> ResponseVersion:
    stated, referral = content.respondent, response.referral
    last = response.versions.aggregate(last=Max("number", default=0))["last"]
    version: ResponseVersion = ResponseVersion.objects.create(
        response=response,
        number=last + 1,
        received_at=received_at,
        due_date=referral.due_day(response.recipient),
        late=referral.is_late(response.recipient, received_at),
        on_behalf_of=stated["on_behalf_of"],
        decided_by=stated["decided_by"],
        decided_on=stated["decided_on"],
        position=content.position or None,
        summary=content.summary,
    )
    SectionAnswer.objects.bulk_create(
        SectionAnswer(version=version, section=section, position=position or None, text=text)
        for section, position, text in content.sections
    )
    ResponseAttachment.objects.bulk_create(
        ResponseAttachment(version=version, **file_fields(file)) for file in content.attachments
    )
    return version
