"""Jobs of the queue about invited bodies and replies. They carry row ids, never an address."""

from collections.abc import Callable
from datetime import timedelta
from smtplib import SMTPRecipientsRefused

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from challenges.remiss import (
    answer_tasks,  # noqa: F401 - the worker finds the jobs there by importing this module
    deadlines,
    mails,
    reading_tasks,  # noqa: F401 - as above
)
from challenges.remiss.models import (
    Referral,
    ReferralRecipient,
    ReferralReminder,
    ReferralResponse,
)
from malmoandan.running.queue import MAIL_RETRY


@app.task(name="remiss.mail_invitation", retry=MAIL_RETRY)
def mail_invitation(recipient_id: int) -> None:
    recipient = _recipient(recipient_id)
    # A mail server that was down delivers late: an invitation to what is over helps nobody.
    if recipient and recipient.is_open():
        _send(recipient, lambda: mails.invitation(recipient))


@app.task(name="remiss.mail_own_day", retry=MAIL_RETRY)
def mail_own_day(recipient_id: int) -> None:
    recipient = _recipient(recipient_id)
    if recipient and recipient.is_open():
        _send(recipient, lambda: mails.own_day(recipient))


@app.task(name="remiss.mail_reminder", retry=MAIL_RETRY)
def mail_reminder(reminder_id: int) -> None:
    rows = ReferralReminder.objects.select_related("recipient__referral")
    row = rows.filter(pk=reminder_id).first()
    if row is None:
        return
    recipient = row.recipient
    still_true = row.due_date == recipient.due_day and recipient.is_open() and not recipient.answer
    if still_true:
        _send(recipient, lambda: mails.reminder(row))


@app.task(name="remiss.mail_replies", retry=MAIL_RETRY)
def mail_replies(response_id: int, stamp: str) -> None:
    response = ReferralResponse.objects.select_related("referral").get(pk=response_id)
    if response.email:  # it may have been erased
        mails.replies(response, stamp)


@app.periodic(cron="17 * * * *")
@app.task(name="remiss.remind_recipients")
def remind_recipients(timestamp: int) -> None:
    """Remind the silent 14 and 3 days before their own last day, at nine in Malmö.

    Each hour, so that a worker that was down at nine reminds when it is up again.
    """
    now = timezone.now()
    last = deadlines.day_in_malmo(now) + timedelta(days=max(deadlines.REMINDER_DAYS))
    waiting = (
        ReferralRecipient.objects.silent()
        .invited()
        .filter(
            bounced_at__isnull=True,
            referral__state=Referral.State.OPEN,
            referral__due_date__lte=last,
        )
    )
    for recipient in waiting.select_related("referral"):
        if deadlines.reminder_due(recipient.due_day, now):
            _remind(recipient.pk)


@transaction.atomic
def _remind(recipient_id: int) -> None:
    """Remind of what is due now, once: the reminder's row is unique, whoever else works at it."""
    rows = ReferralRecipient.objects.select_for_update(of=["self"]).select_related("referral")
    recipient, now = rows.get(pk=recipient_id), timezone.now()
    days = deadlines.reminder_due(recipient.due_day, now)
    if recipient.answer or not recipient.is_open(now) or days is None:
        return
    # Who was invited after the reminder's time has just been told.
    invited_at = recipient.invited_at
    if not invited_at or invited_at >= deadlines.reminder_at(recipient.due_day, days):
        return
    reminder, new = ReferralReminder.objects.get_or_create(
        recipient=recipient, days_before=days, due_date=recipient.due_day
    )
    if new:
        mail_reminder.defer(reminder_id=reminder.pk)


def _recipient(recipient_id: int) -> ReferralRecipient | None:
    rows = ReferralRecipient.objects.select_related("referral")
    return rows.filter(pk=recipient_id).first()


def _send(recipient: ReferralRecipient, send: Callable[[], None]) -> None:
    """Send it; an address that the mail server refuses for good is written down, not retried."""
    try:
        send()
    except SMTPRecipientsRefused as refused:
        code, text = next(iter(refused.recipients.values()))
        if not 500 <= code < 600:
            raise
        said = text.decode(errors="replace") if isinstance(text, bytes) else str(text)
        recipient.mark_bounced(f"{code} {said}")
