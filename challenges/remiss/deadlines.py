"""The last day of a remiss, exact to the second at the server (rule 7 of the domain).

A last day is a day in Malmö: the remiss is open while `now < closes_at(day)`, the midnight that
ends it, also on the two days a year that have 23 and 25 hours. What counts is when the server
received the answer.
"""

from datetime import UTC, date, datetime, time, timedelta

from challenges.models.dialogues import STOCKHOLM

# Reminders leave so many days before somebody's own last day, from this hour of that day.
REMINDER_DAYS = (14, 3)
REMINDER_HOUR = 9


def closes_at(day: date) -> datetime:
    """The midnight in Malmö that ends the day, in UTC: the first moment that is too late."""
    return datetime.combine(day + timedelta(days=1), time(), STOCKHOLM).astimezone(UTC)


def day_in_malmo(moment: datetime) -> date:
    """The day that the calendars in Malmö show at that moment."""
    return moment.astimezone(STOCKHOLM).date()


def is_open(day: date, now: datetime) -> bool:
    return now < closes_at(day)


def due_day(general: date, own: date | None) -> date:
    """The last day for a body: its own when one was granted, never before the general one."""
    return max(general, own) if own else general


def reminder_at(day: date, days_before: int) -> datetime:
    """When a reminder may leave at the earliest, so many days before the last day."""
    reminding_day = day - timedelta(days=days_before)
    return datetime.combine(reminding_day, time(REMINDER_HOUR), STOCKHOLM).astimezone(UTC)


def reminder_due(day: date, now: datetime) -> int | None:
    """Which of REMINDER_DAYS is to leave now, if any: the last one whose time has come."""
    if not is_open(day, now):
        return None
    begun = [days for days in REMINDER_DAYS if reminder_at(day, days) <= now]
    return min(begun, default=None)


def received_on(day: date) -> datetime:
    """The moment that stands for a day of which the hour is unknown, as for a letter: its noon."""
    return datetime.combine(day, time(12), STOCKHOLM).astimezone(UTC)
