"""Who is asked: all or none added, mailed once, with a day and an address of their own."""

from datetime import timedelta

import pytest
from django.utils import timezone

from challenges.remiss.actions import recipients as actions
from challenges.remiss.models import ReferralRecipient
from tests.challenges.remiss.actions.test_referrals import at_once, in_days
from tests.challenges.remiss.referrals import State, make_recipient, make_referral
from tests.mailbox import text_of

Body = actions.Body
BODIES = [Body("Kulturnämnden", "KULTUR@example.org"), Body("Ängen", "angen@example.org")]


@pytest.mark.django_db
def test_bodies_are_added_without_a_mail_and_in_lower_case():
    rows = actions.add(referral=make_referral(State.DRAFT), bodies=BODIES)
    assert [row.email for row in rows] == ["kultur@example.org", "angen@example.org"]
    assert not any(row.invited_at for row in rows)
    assert rows[0].token != rows[1].token


@pytest.mark.django_db
def test_all_or_none_are_added():
    referral = make_referral()
    make_recipient(referral, email="angen@example.org")
    with pytest.raises(actions.AlreadyListed) as twice:
        actions.add(referral=referral, bodies=BODIES)
    assert twice.value.names == ["Ängen"]
    assert referral.recipients.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_add_the_same_list_at_once_add_it_once():
    referral = make_referral()
    raised = at_once(*[lambda: actions.add(referral=referral, bodies=BODIES)] * 2)
    assert set(raised) == {None, actions.AlreadyListed}
    assert referral.recipients.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize("state", [State.DRAFT, State.CLOSED, State.REPORTED])
def test_nobody_is_invited_to_what_is_not_open(state):
    referral = make_referral(state)
    recipient = make_recipient(referral)
    with pytest.raises(actions.NotOpen):
        actions.invite(referral=referral)
    with pytest.raises(actions.NotOpen):
        actions.invite_again(recipient=recipient)


def test_each_new_body_gets_one_mail_with_its_own_link_and_day(run_jobs, smtp):
    referral = make_referral(registry_number="STK-2026-12")
    make_recipient(referral)  # invited before
    new = make_recipient(referral, invited_at=None, due_date=in_days(40), name="Ängens vänner")
    assert actions.invite(referral=referral) == 1
    assert actions.invite(referral=referral) == 0
    run_jobs()
    (mail,) = smtp.messages
    text = text_of(mail)
    assert new.email in mail["To"]
    assert new.token in text
    assert "Ängens vänner" in text
    assert "STK-2026-12" in text
    assert str(in_days(40).year) in text


def test_a_later_day_is_told_by_mail_and_an_earlier_one_refused(run_jobs, smtp):
    recipient = make_recipient()
    day = recipient.referral.due_date
    for wrong in (day, day - timedelta(days=1)):
        with pytest.raises(actions.NoSuchDay):
            actions.grant_day(recipient=recipient, due_date=wrong)
    granted = actions.grant_day(recipient=recipient, due_date=day + timedelta(days=2))
    actions.grant_day(recipient=granted, due_date=day + timedelta(days=2))
    assert granted.due_day == day + timedelta(days=2)
    run_jobs()
    assert len(smtp.messages) == 1


@pytest.mark.django_db
def test_another_address_forgets_that_the_former_one_bounced():
    recipient = make_recipient(bounced_at=timezone.now(), bounce_text="550")
    changed = actions.change_address(recipient=recipient, email="Ny@example.org")
    assert (changed.email, changed.bounced_at, changed.bounce_text) == ("ny@example.org", None, "")
    assert list(ReferralRecipient.objects.bounced()) == []
