from datetime import date, timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from challenges.remiss.models import Referral, ReferralNote
from tests.challenges.remiss.referrals import (
    State,
    in_malmo,
    make_recipient,
    make_referral,
    make_section,
)
from tests.factories import make_user

pytestmark = pytest.mark.django_db
LAST_SECOND, MIDNIGHT = in_malmo(2026, 3, 29, 23, 59, 59), in_malmo(2026, 3, 30)


def sql(statement, *values):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.mark.parametrize(
    ("now", "is_open", "phase"),
    [(LAST_SECOND, True, State.OPEN), (MIDNIGHT, False, State.CLOSED)],
)
def test_a_referral_closes_at_midnight_without_anybody_doing_anything(now, is_open, phase):
    referral = make_referral(due_date=date(2026, 3, 29))
    with time_machine.travel(now, tick=False):
        assert referral.is_open() is is_open
        assert referral.is_over() is not is_open
        assert referral.phase() == phase
        assert Referral.objects.open(timezone.now()).exists() is is_open
        assert Referral.objects.over(timezone.now()).exists() is not is_open


@pytest.mark.parametrize("state", [State.DRAFT, State.CLOSED, State.REPORTED])
def test_no_other_state_is_open_however_late_the_day(state):
    referral = make_referral(state, due_date=timezone.localdate() + timedelta(days=9))
    assert not referral.is_open()
    assert not Referral.objects.open(timezone.now()).exists()


def test_drafts_are_neither_public_nor_over():
    make_referral(State.DRAFT, due_date=date(2020, 1, 1))
    assert not Referral.objects.public().exists()
    assert not Referral.objects.over(timezone.now()).exists()


def test_a_body_with_a_later_day_is_in_time_after_the_general_day():
    referral = make_referral(due_date=date(2026, 3, 29))
    late, own = make_recipient(referral), make_recipient(referral, due_date=date(2026, 3, 31))
    assert referral.is_late(None, MIDNIGHT)
    assert referral.is_late(late, MIDNIGHT)
    assert not referral.is_late(own, MIDNIGHT)
    assert not referral.is_late(own, in_malmo(2026, 3, 31, 23, 59, 59))
    assert referral.is_late(own, in_malmo(2026, 4, 1))


def test_after_an_early_closing_an_answer_is_late_and_a_letter_from_before_is_not():
    closed = timezone.now()
    by = make_user()
    referral = make_referral(
        State.CLOSED, due_date=closed.date() + timedelta(days=9), closed_at=closed, closed_by=by
    )
    assert referral.is_late(None, closed)
    assert not referral.is_late(None, closed - timedelta(seconds=1))


def test_answers_show_after_the_day_or_at_once_where_the_referral_says_so():
    assert not make_referral().shows_answers()
    assert make_referral(publishes_at_once=True).shows_answers()
    assert make_referral(due_date=timezone.localdate() - timedelta(days=1)).shows_answers()
    assert not make_referral(State.DRAFT, publishes_at_once=True).shows_answers()


def test_the_address_stays_when_the_title_changes_and_is_nobody_elses():
    first, second = make_referral(title="Åtgärder på torg"), make_referral(title="Åtgärder på torg")
    assert (first.slug, second.slug) == ("atgarder-pa-torg", "atgarder-pa-torg-2")
    first.title = "Något annat"
    first.save()
    assert first.slug == "atgarder-pa-torg"


@pytest.mark.parametrize(
    ("columns", "constraint"),
    [
        ("state = 'open', opened_at = NULL, opened_by_id = NULL", "open_referral_was_opened"),
        ("state = 'draft'", "open_referral_was_opened"),
        ("state = 'reported'", "reported_referral_has_a_time"),
        ("reported_at = now()", "reported_referral_has_a_time"),
        ("closed_at = now()", "open_referral_is_not_closed"),
        ("state = 'closed', opened_at = NULL", "opened_referral_says_when"),
    ],
)
def test_raw_sql_cannot_make_a_state_that_does_not_exist(columns, constraint):
    referral = make_referral()
    with pytest.raises(IntegrityError, match=constraint):
        sql(f"UPDATE remiss_referral SET {columns} WHERE id = %s", referral.pk)


def test_a_note_about_closing_says_why_and_one_about_a_moved_day_from_when_to_when():
    referral = make_referral()
    with pytest.raises(IntegrityError, match="says_why"), transaction.atomic():
        ReferralNote.objects.create(referral=referral, kind=ReferralNote.Kind.CLOSED)
    with pytest.raises(IntegrityError, match="says_from_and_to"), transaction.atomic():
        ReferralNote.objects.create(
            referral=referral, kind=ReferralNote.Kind.DAY_MOVED, reason="Många bad om det."
        )


def test_a_section_about_an_area_names_it():
    section = make_section(make_referral(), kind="area")
    with pytest.raises(IntegrityError, match="section_about_an_area"):
        sql("UPDATE remiss_referralsection SET area_id = NULL WHERE id = %s", section.pk)
