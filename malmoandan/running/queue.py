"""The queue in PostgreSQL: how jobs are tried again, and what happens when a worker dies.

A task is declared with one of the retries below and called by `task.defer(...)`, which is a row
of the current transaction: rolled back together with it, seen by the worker once it commits.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from asgiref.sync import async_to_sync
from django.conf import settings
from django.db import connection, transaction
from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.connector import BaseConnector
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.contrib.django.utils import connector_params
from procrastinate.job_context import JobContext
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager
from procrastinate.middleware import AsyncCallNext
from procrastinate.psycopg_connector import PsycopgConnector
from procrastinate.worker import Worker

logger = logging.getLogger(__name__)

RECOVERY_LOCK = 7202115  # any number that no other advisory lock of the portal has
LET_GO = "UPDATE procrastinate_jobs SET queueing_lock = NULL WHERE id = %(job)s"


@dataclass(frozen=True)
class Retry(BaseRetryStrategy):
    """Wait `first` seconds, then twice as long each time, at most an hour."""

    first: int
    tries: int

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """Return when to try again; None once all tries are used, and the job stays as failed."""
        if job.attempts + 1 >= self.tries:
            return None
        wait = min(self.first * 2 ** min(job.attempts, 12), 3600)
        return RetryDecision(retry_in={"seconds": wait})


# The first tries are quick, because somebody waits for the code. Then hourly for three days:
# a mail server that is down on a Friday evening is up again on Monday.
MAIL_RETRY = Retry(first=2, tries=84)
PDF_RETRY = Retry(first=5, tries=84)
# A job that kills its worker each time (memory) must not do so for ever.
KILLED_RETRY = Retry(first=1, tries=84)


class WorkerConnector(PsycopgConnector):
    """The worker's own connections, while jobs that a job defers join Django's transaction."""

    def __init__(self) -> None:
        super().__init__(kwargs=connector_params(), min_size=1, max_size=4, timeout=10)

    def get_sync_connector(self) -> BaseConnector:
        return DjangoConnector()


def recover_stalled_jobs() -> int:
    """Queue again what dead workers left half done; return how many jobs that were.

    Safe beside other workers: they take turns, and each sees what the one before it did.
    """
    manager = JobManager(DjangoConnector())
    silent_for = settings.PROCRASTINATE_WORKER_DEFAULTS["stalled_worker_timeout"]
    with transaction.atomic():
        if not _is_my_turn():
            return 0
        jobs = list(async_to_sync(manager.get_stalled_jobs)(seconds_since_heartbeat=silent_for))
        for job in jobs:
            _queue_again(manager, job)
    return len(jobs)


def _is_my_turn() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [RECOVERY_LOCK])
        return bool(cursor.fetchone()[0])


def _queue_again(manager: JobManager, job: Job) -> None:
    logger.warning("The worker of job %s (%s) died.", job.id, job.task_name)
    with connection.cursor() as cursor:
        cursor.execute(LET_GO, {"job": job.id})
    decision = KILLED_RETRY.get_retry_decision(exception=SystemExit(), job=job)
    if decision:
        async_to_sync(manager.retry_job)(job, retry_at=decision.retry_at)
    else:
        async_to_sync(manager.finish_job)(job, status=Status.FAILED, delete_job=False)


def drop_jobs(argument: str, keys: Iterable[int]) -> None:
    """Take out of the queue what waits to be done with rows that go away.

    `argument` is the name under which jobs carry the key, such as user_id.
    """
    jobs = ProcrastinateJob.objects.filter(
        status=Status.TODO.value, **{f"args__{argument}__in": list(keys)}
    )
    manager = JobManager(DjangoConnector())
    for job in jobs.values_list("pk", flat=True):
        manager.cancel_job_by_id(job, delete_job=True)


async def let_go_of_queueing_lock(
    call_next: AsyncCallNext, context: JobContext, worker: Worker
) -> Any:
    """Worker middleware: a job that has begun lets another of its kind wait behind it.

    Two that wait may not have the same queueing lock. So one that fails while another waits could
    not be put back in the queue, would count as being done for ever, and hold up the other.
    """
    if context.job.queueing_lock:
        await worker.app.connector.execute_query_async(LET_GO, job=context.job.id)
    return await call_next()


async def log_failure(call_next: AsyncCallNext, context: JobContext, worker: Worker) -> Any:
    """Worker middleware: procrastinate's own log line would hold the job's arguments.

    The network's errors say all by their name, and those of a mail server quote addresses.
    """
    try:
        return await call_next()
    except Exception as error:
        logger.warning(
            "Job %s (%s) failed, try %s: %s",
            context.job.id,
            context.job.task_name,
            context.job.attempts + 1,
            type(error).__name__,
            exc_info=not isinstance(error, OSError),
        )
        raise
