"""The last day, to the second, also on the nights when the clocks in Malmö are changed."""

from datetime import UTC, date, datetime, timedelta

import pytest

from challenges.remiss import deadlines
from tests.challenges.remiss.referrals import in_malmo

# What UTC shows at the midnight that ends the day in Malmö.
ENDS = [
    (date(2026, 1, 15), datetime(2026, 1, 15, 23, tzinfo=UTC)),
    (date(2026, 7, 15), datetime(2026, 7, 15, 22, tzinfo=UTC)),
    # The 28th is in winter time, and the 29th, of 23 hours, ends in summer time.
    (date(2026, 3, 28), datetime(2026, 3, 28, 23, tzinfo=UTC)),
    (date(2026, 3, 29), datetime(2026, 3, 29, 22, tzinfo=UTC)),
    # The 25th, of 25 hours, begins in summer time and ends in winter time.
    (date(2026, 10, 24), datetime(2026, 10, 24, 22, tzinfo=UTC)),
    (date(2026, 10, 25), datetime(2026, 10, 25, 23, tzinfo=UTC)),
    (date(2027, 12, 31), datetime(2027, 12, 31, 23, tzinfo=UTC)),
]
TICK = timedelta(microseconds=1)


@pytest.mark.parametrize(("day", "end"), ENDS)
def test_a_day_ends_at_midnight_in_malmo(day, end):
    assert deadlines.closes_at(day) == end
    assert deadlines.is_open(day, end - TICK)
    assert not deadlines.is_open(day, end)


@pytest.mark.parametrize(("day", "end"), ENDS)
def test_the_calendar_in_malmo_turns_at_the_same_moment(day, end):
    assert deadlines.day_in_malmo(end - TICK) == day
    assert deadlines.day_in_malmo(end) == day + timedelta(days=1)


@pytest.mark.parametrize(("day", "hours"), [(29, 23), (28, 24)])
def test_the_day_of_the_spring_change_has_an_hour_less(day, hours):
    begins = deadlines.closes_at(date(2026, 3, day - 1))
    assert deadlines.closes_at(date(2026, 3, day)) - begins == timedelta(hours=hours)


def test_the_day_of_the_autumn_change_has_an_hour_more():
    begins = deadlines.closes_at(date(2026, 10, 24))
    assert deadlines.closes_at(date(2026, 10, 25)) - begins == timedelta(hours=25)


def test_both_passes_of_the_doubled_hour_are_in_time():
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # half past two, summer time
    assert deadlines.is_open(date(2026, 10, 25), first)
    assert deadlines.is_open(date(2026, 10, 25), first + timedelta(hours=1))


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        (None, date(2026, 3, 1)),
        (date(2026, 3, 3), date(2026, 3, 3)),
        # The general day was moved beyond the one that was granted before.
        (date(2026, 2, 20), date(2026, 3, 1)),
    ],
)
def test_an_own_day_is_never_before_the_general_one(own, expected):
    assert deadlines.due_day(date(2026, 3, 1), own) == expected


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (in_malmo(2026, 3, 18, 8, 59, 59), None),
        (in_malmo(2026, 3, 18, 9), 14),
        (in_malmo(2026, 3, 29, 8, 59, 59), 14),
        (in_malmo(2026, 3, 29, 9), 3),
        (in_malmo(2026, 4, 1, 23, 59, 59), 3),
        (in_malmo(2026, 4, 2), None),
    ],
)
def test_reminders_leave_at_nine_in_malmo_over_the_spring_change(now, expected):
    assert deadlines.reminder_due(date(2026, 4, 1), now) == expected


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (in_malmo(2026, 10, 14, 8, 59), None),
        (in_malmo(2026, 10, 14, 9), 14),
        (in_malmo(2026, 10, 25, 8, 59, 59), 14),
        (in_malmo(2026, 10, 25, 9), 3),
    ],
)
def test_reminders_leave_at_nine_in_malmo_over_the_autumn_change(now, expected):
    assert deadlines.reminder_due(date(2026, 10, 28), now) == expected


def test_a_letter_is_received_on_its_day_whatever_the_hour():
    moment = deadlines.received_on(date(2026, 10, 25))
    assert deadlines.day_in_malmo(moment) == date(2026, 10, 25)
    assert deadlines.is_open(date(2026, 10, 25), moment)
    assert not deadlines.is_open(date(2026, 10, 24), moment)
