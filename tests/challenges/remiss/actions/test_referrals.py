"""Decisions about a referral, also when two make them at once."""

import threading
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from challenges.remiss.actions import referrals as actions
from challenges.remiss.models import Referral
from tests.challenges.remiss.referrals import State, in_malmo, make_recipient, make_referral
from tests.factories import make_user

pytestmark = pytest.mark.django_db
A_DAY = timedelta(days=1)


def in_days(days):
    return timezone.localdate() + timedelta(days=days)


def kinds(referral):
    return list(referral.notes.values_list("kind", flat=True))


def test_a_draft_is_opened_by_somebody_at_a_time():
    by = make_user()
    referral = actions.open_for_answers(referral=make_referral(State.DRAFT, sections=1), by=by)
    referral.refresh_from_db()
    assert referral.is_open()
    assert referral.opened_by == by
    assert kinds(referral) == ["opened"]


def test_a_draft_that_lacks_something_is_not_opened_and_all_reasons_are_told():
    referral = make_referral(
        State.DRAFT, sender="", background="", contact_email="", due_date=in_days(-1)
    )
    with pytest.raises(actions.NotReady) as missing:
        actions.open_for_answers(referral=referral, by=make_user())
    assert len(missing.value.reasons) == 5
    referral.refresh_from_db()
    assert referral.is_draft


@pytest.mark.parametrize("state", [State.OPEN, State.CLOSED, State.REPORTED])
def test_only_a_draft_is_opened(state):
    with pytest.raises(actions.WrongState):
        actions.open_for_answers(referral=make_referral(state, sections=1), by=make_user())


def test_closing_early_takes_no_more_in_time_and_says_why():
    referral = make_referral()
    own = make_recipient(referral, due_date=in_days(40))
    closed = actions.close(referral=referral, reason="Förslaget dras tillbaka.", by=make_user())
    assert not closed.is_open()
    assert not closed.is_open_for(own)
    assert closed.is_late(own, timezone.now())
    assert closed.notes.get().reason == "Förslaget dras tillbaka."


def test_reopening_takes_answers_again_until_the_new_day():
    referral = make_referral(State.REPORTED)
    again = actions.reopen(
        referral=referral, due_date=in_days(5), reason="Fler hör av sig.", by=make_user()
    )
    assert again.is_open()
    assert again.reported_at is None
    assert kinds(again) == ["day_moved", "reopened"]
    assert not again.is_late(None, timezone.now())


@pytest.mark.parametrize("days", [-1, -400])
def test_reopening_until_a_day_that_is_over_is_refused(days):
    with pytest.raises(actions.NoSuchDay):
        actions.reopen(
            referral=make_referral(State.CLOSED), due_date=in_days(days), reason="x", by=make_user()
        )


def test_the_day_can_be_moved_the_second_before_midnight_to_the_day_itself_no_more_after():
    referral = make_referral(due_date=in_malmo(2026, 3, 28).date())
    new = in_malmo(2026, 3, 29).date()
    with time_machine.travel(in_malmo(2026, 3, 30), tick=False), pytest.raises(actions.NoSuchDay):
        actions.move_day(referral=referral, due_date=new, reason="x", by=make_user())
    with time_machine.travel(in_malmo(2026, 3, 29, 23, 59, 59), tick=False):
        moved = actions.move_day(referral=referral, due_date=new, reason="x", by=make_user())
        assert moved.is_open()
    note = moved.notes.get()
    assert (note.old_day, note.new_day) == (new - A_DAY, new)


def test_a_day_moved_beyond_a_granted_one_holds_for_that_body_too():
    referral = make_referral(due_date=in_days(3))
    body = make_recipient(referral, due_date=in_days(5))
    moved = actions.move_day(referral=referral, due_date=in_days(9), reason="x", by=make_user())
    assert moved.due_day(body) == in_days(9)


def test_an_open_referral_is_not_reported_before_its_last_day_is_over():
    referral = make_referral(due_date=in_days(0))
    with pytest.raises(actions.WrongState):
        actions.report(referral=referral, by=make_user())
    with time_machine.travel(referral.closes_at, tick=False):
        assert actions.report(referral=referral, by=make_user()).is_reported


def test_a_new_preview_link_ends_the_former_one():
    referral = make_referral(State.DRAFT)
    former = referral.preview_token
    assert actions.renew_preview(referral=referral).preview_token != former
    with pytest.raises(actions.WrongState):
        actions.renew_preview(referral=make_referral())


def at_once(*functions):
    """Call all at the same moment, each on a connection of its own; return what each raised."""
    start, raised = threading.Barrier(len(functions)), []

    def run(function):
        start.wait()
        try:
            function()
            raised.append(None)
        except Exception as error:
            raised.append(type(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[function]) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


@pytest.mark.django_db(transaction=True)
def test_of_four_who_close_at_once_one_closes_and_the_others_are_told():
    referral, by = make_referral(), make_user()

    def close():
        actions.close(referral=referral, reason="Klart.", by=by)

    raised = at_once(*[close] * 4)
    assert sorted(map(str, raised)) == sorted(map(str, [None, *[actions.WrongState] * 3]))
    assert kinds(referral) == ["closed"]


@pytest.mark.django_db(transaction=True)
def test_closing_and_moving_the_day_at_once_take_turns():
    referral, by = make_referral(), make_user()
    raised = at_once(
        lambda: actions.close(referral=referral, reason="Klart.", by=by),
        lambda: actions.move_day(referral=referral, due_date=in_days(60), reason="Mer", by=by),
    )
    state = Referral.objects.get().state
    assert state == State.CLOSED
    assert raised.count(None) == len(kinds(referral))
