"""Reminders leave once, to those who are silent, by their own day; refused addresses are noted."""

from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone

from challenges.remiss import tasks
from challenges.remiss.actions import recipients
from challenges.remiss.models import Position, ReferralReminder
from tests.challenges.remiss.actions.test_referrals import at_once
from tests.challenges.remiss.referrals import (
    State,
    in_malmo,
    make_recipient,
    make_referral,
    make_response,
)
from tests.mailbox import text_of

# Fourteen days before it the clock is an hour behind what it shows three days before.
LAST_DAY = date(2026, 4, 1)
FIRST = in_malmo(2026, 3, 18, 9)
SECOND = in_malmo(2026, 3, 29, 9)
SECOND_LEFT = timedelta(seconds=1)
INVITED = in_malmo(2026, 3, 1, 12)


@pytest.fixture
def referral(db):
    return make_referral(due_date=LAST_DAY)


def remind_at(moment):
    with time_machine.travel(moment, tick=False):
        tasks.remind_recipients(0)
    return list(ReferralReminder.objects.values_list("days_before", flat=True))


def test_the_silent_are_reminded_at_nine_fourteen_and_three_days_before(referral):
    make_recipient(referral, invited_at=INVITED)
    assert remind_at(FIRST - SECOND_LEFT) == []
    assert remind_at(FIRST) == [14]
    assert remind_at(SECOND - SECOND_LEFT) == [14]
    assert remind_at(SECOND) == [14, 3]
    assert remind_at(in_malmo(2026, 4, 1, 23, 59, 59)) == [14, 3]


def test_after_a_long_pause_only_the_last_reminder_leaves(referral):
    make_recipient(referral, invited_at=INVITED)
    assert remind_at(in_malmo(2026, 3, 30, 10)) == [3]


def test_nobody_is_reminded_when_the_day_is_over(referral):
    make_recipient(referral, invited_at=INVITED)
    assert remind_at(in_malmo(2026, 4, 2)) == []


def test_who_answered_abstained_was_never_invited_or_cannot_be_reached_is_left_alone(referral):
    for position in (Position.REJECTS, Position.ABSTAINS, None):
        body = make_recipient(referral, invited_at=INVITED)
        make_response(referral, recipient=body, position=position)
    make_recipient(referral, invited_at=None)
    make_recipient(referral, invited_at=INVITED, bounced_at=INVITED)
    assert remind_at(SECOND) == []


def test_a_body_is_reminded_by_its_own_later_day(referral):
    make_recipient(referral, invited_at=INVITED, due_date=LAST_DAY + timedelta(days=2))
    assert remind_at(FIRST) == []
    assert remind_at(in_malmo(2026, 3, 20, 9)) == [14]
    assert remind_at(in_malmo(2026, 3, 31, 8, 59)) == [14]
    assert remind_at(in_malmo(2026, 3, 31, 9)) == [14, 3]


def test_who_was_invited_late_is_not_reminded_at_once(referral):
    make_recipient(referral, invited_at=FIRST + timedelta(hours=1))
    assert remind_at(FIRST + timedelta(hours=2)) == []
    assert remind_at(SECOND) == [3]


def test_a_referral_that_was_closed_reminds_nobody(db):
    closed = make_referral(State.CLOSED, due_date=LAST_DAY)
    make_recipient(closed, invited_at=INVITED)
    assert remind_at(SECOND) == []


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_the_same_minute_send_one_reminder():
    referral = make_referral(due_date=timezone.localdate() + timedelta(days=1))
    make_recipient(referral)
    raised = at_once(*[lambda: tasks.remind_recipients(0)] * 3)
    assert raised == [None] * 3
    assert ReferralReminder.objects.count() == 1


def test_the_reminder_says_until_when_and_how_to_abstain(run_jobs, smtp):
    referral = make_referral(due_date=timezone.localdate() + timedelta(days=2))
    body = make_recipient(referral)
    tasks.remind_recipients(0)
    tasks.remind_recipients(0)
    run_jobs()
    (mail,) = smtp.to(body.email)
    assert body.token in text_of(mail)
    assert "avstår" in text_of(mail)


def test_a_reminder_that_waited_in_the_queue_is_not_sent_to_who_has_answered_meanwhile(
    run_jobs, smtp
):
    referral = make_referral(due_date=timezone.localdate() + timedelta(days=2))
    body = make_recipient(referral)
    tasks.remind_recipients(0)
    make_response(referral, recipient=body)
    run_jobs()
    assert smtp.messages == []


def test_an_address_that_the_server_refuses_for_good_is_noted_and_not_tried_again(run_jobs, smtp):
    referral = make_referral()
    gone = make_recipient(referral, invited_at=None)
    there = make_recipient(referral, invited_at=None)
    smtp.unknown.add(gone.email)
    recipients.invite(referral=referral)
    run_jobs()
    gone.refresh_from_db()
    assert "No such user" in gone.bounce_text
    assert gone.bounced_at
    assert [mail["To"] for mail in smtp.messages] == [there.email]
    smtp.unknown.clear()
    run_jobs()
    assert smtp.to(gone.email) == []


def test_a_server_that_is_only_busy_is_no_bounce_and_is_tried_again(run_jobs, smtp):
    referral = make_referral()
    body = make_recipient(referral, invited_at=None)
    smtp.refuses = True
    recipients.invite(referral=referral)
    run_jobs()
    body.refresh_from_db()
    assert body.bounced_at is None
    smtp.refuses = False
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        tasks.mail_invitation(body.pk)
    assert len(smtp.to(body.email)) == 1
