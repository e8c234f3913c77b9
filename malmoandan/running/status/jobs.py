"""The background jobs: what waits, what is tried again, and what failed for good."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, Max, Min, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.contrib.django.models import ProcrastinateJob, ProcrastinateWorker
from procrastinate.exceptions import UniqueViolation
from procrastinate.manager import JobManager

from malmoandan.running.health import LONGEST_WAIT, WORKER_SEEN, queue
from malmoandan.running.status import Figure, Finding, Level

# Every task that sends a mail has this in its name (tests/malmoandan/running/test_status.py).
MAIL = Q(task_name__contains=".mail_")
MAKES = Q(task_name__contains=".make_")
KINDS = {
    "mail": gettext_lazy("Mejl"),
    "document": gettext_lazy("Dokument"),
    "other": gettext_lazy("Annat arbete"),
}


def worker() -> Finding:
    seen = ProcrastinateWorker.objects.aggregate(
        living=Count("pk", filter=Q(last_heartbeat__gte=timezone.now() - WORKER_SEEN)),
        last=Max("last_heartbeat"),
    )
    living = seen["living"]
    label = _("Bakgrundsarbete")
    figures = [Figure("workers", "Worker processes that gave a sign of life.", living)]
    if living:
        text = ngettext("%(n)s process arbetar.", "%(n)s processer arbetar.", living)
        return Finding("worker", label, text % {"n": living}, figures=figures)
    if seen["last"]:
        text = _("Står still sedan %(time)s.") % {"time": moment(seen["last"])}
    else:
        text = _("Står still.")
    text = f"{text} {_('Inga mejl skickas och inga dokument görs.')}"
    advice = _("Den som driver portalen startar tjänsten ”worker”. Det som väntar görs då.")
    return Finding("worker", label, text, Level.BAD, advice, figures)


def waiting() -> Finding:
    found = queue()
    seconds = found["oldest_waiting_seconds"]
    late = seconds > LONGEST_WAIT.total_seconds()
    if late:
        minutes = {"minutes": seconds // 60}
        text = _("Kön är sen: det äldsta jobbet skulle ha börjat för %(minutes)s min sedan.")
        text %= minutes
    elif found["waiting"]:
        text = _("%(n)s jobb väntar på sin tid.") % {"n": found["waiting"]}
    else:
        text = _("Inget väntar.")
    return Finding(
        "queue",
        _("Kö"),
        text,
        Level.BAD if late else Level.GOOD,
        _("Hinner det inte ifatt på en timme: säg till den som driver portalen.") if late else "",
        [
            Figure("jobs_waiting", "Jobs that wait for their time.", found["waiting"]),
            Figure("jobs_failed", "Jobs that failed for good.", found["failed"]),
            Figure("jobs_oldest_wait_seconds", "How late the oldest due job is.", seconds),
        ],
    )


def mail() -> Finding:
    found = ProcrastinateJob.objects.filter(MAIL, status="todo").aggregate(
        waiting=Count("pk"), trying=Count("pk", filter=Q(attempts__gt=0))
    )
    figures = [
        Figure("mails_waiting", "Mails that wait to be sent.", found["waiting"]),
        Figure("mails_trying_again", "Mails whose first try failed.", found["trying"]),
    ]
    label = _("E-post")
    if found["trying"]:
        text = _("%(n)s mejl har inte kommit iväg än.") % {"n": found["trying"]}
        advice = _(
            "Portalen försöker av sig själv i tre dygn. Blir de fler, ligger e-postservern nere: "
            "säg till den som driver portalen."
        )
        return Finding("mail", label, text, Level.NOTE, advice, figures)
    if settings.MAIL_DIR:
        text = _(
            "Den här portalen skickar inga mejl. De sparas som filer och visas på /lokal-post/."
        )
        return Finding("mail", label, text, Level.NOTE, figures=figures)
    return Finding("mail", label, _("Alla mejl har skickats."), figures=figures)


def failed() -> Finding:
    count = ProcrastinateJob.objects.filter(status="failed").count()
    label = _("Misslyckade jobb")
    if not count:
        return Finding("failed", label, _("Inga."))
    text = _("%(n)s jobb gav upp.") % {"n": count}
    return Finding("failed", label, text, Level.BAD, _("Se vad du kan göra längre ner på sidan."))


@dataclass(frozen=True)
class FailedJobs:
    """Jobs of one kind that gave up: how many, and when the first and the last of them did."""

    kind: str
    label: str
    count: int
    first: datetime | None
    last: datetime | None


def failed_jobs() -> list[FailedJobs]:
    """By kind. What the jobs were about may be personal, and is not read."""
    kinds = {"mail": MAIL, "document": ~MAIL & MAKES, "other": ~MAIL & ~MAKES}
    found = []
    for kind, condition in kinds.items():
        row: Any = ProcrastinateJob.objects.filter(condition, status="failed").aggregate(
            count=Count("pk", distinct=True),
            first=Min("procrastinateevent__at", filter=Q(procrastinateevent__type="failed")),
            last=Max("procrastinateevent__at", filter=Q(procrastinateevent__type="failed")),
        )
        if row["count"]:
            found.append(FailedJobs(kind, str(KINDS[kind]), **row))
    return found


@transaction.atomic
def try_failed_again() -> int:
    """Queue every job that gave up for one more try; return how many."""
    manager = JobManager(DjangoConnector())
    again = 0
    for pk in _failed():
        try:
            with transaction.atomic():
                manager.retry_job_by_id(pk, retry_at=timezone.now())
            again += 1
        except UniqueViolation:  # such a job waits already, and will do for both
            _remove([pk])
    return again


@transaction.atomic
def forget_failed() -> int:
    """Remove the jobs that gave up, undone; return how many."""
    keys = _failed()
    _remove(keys)
    return len(keys)


def _failed() -> list[int]:
    """Their keys, locked, so that two coordinators do not do the same at once."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM procrastinate_jobs WHERE status = 'failed' ORDER BY id FOR UPDATE"
        )
        return [pk for (pk,) in cursor.fetchall()]


def _remove(keys: list[int]) -> None:
    # The package's own way takes jobs that are done by their age alone.
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE id = ANY(%s)", [keys])


def moment(at: datetime) -> str:
    return date_format(timezone.localtime(at), "j F Y H:i")
