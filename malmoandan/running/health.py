"""Is the portal alive, and is it ready? Figures for whoever runs it; nothing about anybody."""

from datetime import timedelta

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Count, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob, ProcrastinateWorker

WORKER_SEEN = timedelta(minutes=1)
LONGEST_WAIT = timedelta(minutes=10)


def report() -> dict[str, object]:
    """Return what stands well and what does not; `ready` sums it up.

    Jobs that failed for good, or wait for a new try while a mail server is down, are shown but do
    not make the portal unready: its pages work.
    """
    try:
        migrated = is_migrated()
        if not migrated:
            return {"ready": False, "database": True, "migrated": False}
        worker = ProcrastinateWorker.objects.filter(
            last_heartbeat__gte=timezone.now() - WORKER_SEEN
        ).exists()
        jobs = queue()
    except DatabaseError:
        return {"ready": False, "database": False}
    on_time = jobs["oldest_waiting_seconds"] <= LONGEST_WAIT.total_seconds()
    return {
        "ready": worker and on_time,
        "database": True,
        "migrated": True,
        "worker": worker,
        "queue": jobs,
    }


def is_migrated() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def queue() -> dict[str, int]:
    """How many jobs wait, are tried again and failed, and how late the oldest is."""
    now = timezone.now()
    jobs = ProcrastinateJob.objects
    counts = jobs.aggregate(
        waiting=Count("pk", filter=Q(status="todo")),
        trying_again=Count("pk", filter=Q(status="todo", attempts__gt=0)),
        failed=Count("pk", filter=Q(status="failed")),
    )
    oldest = (
        jobs.filter(status="todo", procrastinateevent__type="deferred")
        .annotate(due=Coalesce("scheduled_at", "procrastinateevent__at"))
        .filter(due__lte=now)
        .order_by("due")
        .values_list("due", flat=True)
        .first()
    )
    return {
        **counts,
        "oldest_waiting_seconds": int((now - oldest).total_seconds()) if oldest else 0,
    }
