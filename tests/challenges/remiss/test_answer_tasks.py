"""Jobs about drafts: when they are forgotten, and what goes with them."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from procrastinate.contrib.django import app

from challenges.remiss import answer_tasks
from challenges.remiss.models import ResponseDraft, ResponseVersion
from tests.challenges.remiss.answering import answer
from tests.challenges.remiss.referrals import make_draft, make_recipient, make_referral

pytestmark = pytest.mark.django_db


def later(days):
    return time_machine.travel(timezone.now() + timedelta(days=days))


def forget():
    answer_tasks.forget_old_drafts(timestamp=0)


def test_the_worker_knows_the_jobs():
    app.perform_import_paths()
    assert {"remiss.mail_receipt", "remiss.forget_old_drafts"} <= set(app.tasks)


@pytest.mark.parametrize(("days", "kept"), [(29, True), (60, True), (62, False)])
def test_a_draft_is_kept_until_a_month_after_the_last_day(days, kept):
    make_draft(make_referral(), owner_email="alva@example.org")  # its last day is in 30 days
    with later(days):
        forget()
    assert ResponseDraft.objects.exists() is kept


def test_a_bodys_own_later_day_keeps_its_draft():
    day = timezone.localdate() + timedelta(days=100)
    recipient = make_recipient(due_date=day)
    make_draft(recipient.referral, recipient=recipient, owner_email="alva@example.org")
    with later(120):
        forget()
    assert ResponseDraft.objects.exists()


def test_what_was_begun_and_left_at_once_goes_after_a_month():
    make_draft(make_referral(due_date=timezone.localdate() + timedelta(days=400)))
    with later(31):
        forget()
    assert not ResponseDraft.objects.exists()


def test_a_sent_draft_goes_and_the_answer_stays(client, smtp):
    answer(client, smtp, make_referral())
    with later(31):
        forget()
    assert not ResponseDraft.objects.exists()
    assert ResponseVersion.objects.count() == 1
