"""Housekeeping, once an hour: a portal that sleeps at night is cleaned by day."""

from django.core.cache import caches
from django.core.cache.backends.db import DatabaseCache
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from procrastinate import JobContext
from procrastinate.contrib.django import app

from malmoandan.running.models import Attempt

DAYS_KEPT = 7


@app.periodic(cron="17 * * * *")
@app.task(name="running.remove_finished_jobs", pass_context=True)
async def remove_finished_jobs(context: JobContext, timestamp: int) -> None:
    """Remove jobs that are done; those that failed for good stay until somebody has looked."""
    await context.app.job_manager.delete_old_jobs(
        nb_hours=DAYS_KEPT * 24, include_cancelled=True, include_aborted=True
    )


@app.periodic(cron="47 * * * *")
@app.task(name="running.remove_old_sessions")
def remove_old_sessions(timestamp: int) -> None:
    """Remove sessions that have ended: a half-filled form in them holds personal data."""
    call_command("clearsessions")


@app.periodic(cron="57 * * * *")
@app.task(name="running.remove_old_attempts")
def remove_old_attempts(timestamp: int) -> None:
    """Remove counters that count no more: some hold the address that the visitor came from.

    The cache itself only does so once its table is full. Redis does it by itself.
    """
    Attempt.objects.filter(ends_at__lt=timezone.now()).delete()
    counters = caches["default"]
    if isinstance(counters, DatabaseCache):
        with connection.cursor() as cursor:
            table = connection.ops.quote_name(counters._table)  # type: ignore[attr-defined]
            cursor.execute(f"DELETE FROM {table} WHERE expires < %s", [timezone.now()])  # noqa: S608
