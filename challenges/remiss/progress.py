"""How the answering goes: who has answered, and how many answers came each day."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from challenges.remiss import deadlines
from challenges.remiss.models import RecipientStatus, Referral, ResponseVersion
from malmoandan.publishing.pictures import Picture, step_chart

MOST_DAYS = 45


@dataclass(frozen=True)
class Progress:
    """Counts of bodies on the list by what they have done, and of what waits."""

    listed: int
    invited: int
    answered: int
    abstained: int
    silent: int
    bounced: int
    received: int
    waiting: int
    late: int


def progress(referral: Referral) -> Progress:
    rows = list(referral.recipients.with_status())
    statuses = Counter(row.status for row in rows)
    return Progress(
        listed=len(rows),
        invited=sum(row.invited_at is not None for row in rows),
        answered=statuses[RecipientStatus.ANSWERED],
        abstained=statuses[RecipientStatus.ABSTAINED],
        silent=statuses[RecipientStatus.SILENT],
        bounced=sum(row.bounced_at is not None for row in rows),
        received=referral.responses.count(),
        waiting=referral.responses.waiting().count(),
        late=ResponseVersion.objects.counting()
        .filter(response__referral=referral, late=True)
        .count(),
    )


def answers_per_day(referral: Referral) -> Picture | None:
    """First versions by the day they came, as a stair with its table; None without answers.

    Many days are put together so that the picture can be read.
    """
    came = ResponseVersion.objects.filter(response__referral=referral, number=1)
    moments = came.values_list("received_at", flat=True)
    days = Counter(deadlines.day_in_malmo(moment) for moment in moments)
    if not days:
        return None
    today = timezone.localdate()
    last = max(max(days), min(today, referral.due_date))
    points = _points(days, min(days), last)
    return step_chart(
        title=_("Svar som har kommit in"),
        description=_("Svaren räknas den dag då de togs emot. Rättelser räknas inte igen."),
        headers=[_("Till och med"), _("Nya svar"), _("Svar totalt")],
        points=points,
    )


def _points(days: Counter[date], first: date, last: date) -> list[tuple[str, int, int]]:
    width = 1 + (last - first).days // MOST_DAYS  # days in one step
    points, total, day = [], 0, first
    while day <= last:
        until = min(day + timedelta(days=width - 1), last)
        new = sum(days[day + timedelta(days=n)] for n in range((until - day).days + 1))
        total += new
        points.append((formats.date_format(until, "j b"), new, total))
        day = until + timedelta(days=1)
    return points
