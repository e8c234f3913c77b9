from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.jobs import Job

from malmoandan.running.queue import MAIL_RETRY, PDF_RETRY, recover_stalled_jobs

pytestmark = pytest.mark.django_db


def defer(name="probe.note", **arguments):
    return app.configure_task(name).defer(**arguments)


def make_running(job_id, *, heartbeat_seconds_ago):
    """Make the job look as if a worker had taken it and was last heard of at that time."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (%s) RETURNING id",
            [timezone.now() - timedelta(seconds=heartbeat_seconds_ago)],
        )
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s WHERE id = %s",
            [cursor.fetchone()[0], job_id],
        )


def failed_job(attempts):
    return Job(id=1, queue="q", lock=None, queueing_lock=None, task_name="t", attempts=attempts)


def waits(retry):
    """Return the seconds between the tries, until the retry gives up."""
    found = []
    while decision := retry.get_retry_decision(exception=OSError(), job=failed_job(len(found))):
        found.append(round((decision.retry_at - timezone.now()).total_seconds()))
    return found


def test_a_job_of_a_rolled_back_transaction_never_was():
    with transaction.atomic():
        defer(marks="x")
        transaction.set_rollback(True)
    assert not ProcrastinateJob.objects.exists()


@pytest.mark.parametrize("retry", [MAIL_RETRY, PDF_RETRY])
def test_tries_come_quickly_at_first_then_hourly_for_three_days(retry):
    seconds = waits(retry)
    assert seconds[0] <= 5
    assert max(seconds) == 3600
    assert 3 * 86400 <= sum(seconds) <= 4 * 86400


def test_a_job_of_a_dead_worker_is_queued_again():
    job_id = defer(marks="x")
    make_running(job_id, heartbeat_seconds_ago=60)
    assert recover_stalled_jobs() == 1
    job = ProcrastinateJob.objects.get(pk=job_id)
    assert (job.status, job.attempts) == ("todo", 1)


def test_a_dead_workers_job_is_queued_again_although_another_of_its_kind_waits():
    kind = app.configure_task("probe.note", lock="kind", queueing_lock="kind")
    job_id = kind.defer(marks="x")
    make_running(job_id, heartbeat_seconds_ago=60)
    kind.defer(marks="y")
    assert recover_stalled_jobs() == 1
    assert ProcrastinateJob.objects.filter(status="todo").count() == 2


def test_a_job_of_a_living_worker_is_left_alone():
    job_id = defer(marks="x")
    make_running(job_id, heartbeat_seconds_ago=2)
    assert recover_stalled_jobs() == 0
    assert ProcrastinateJob.objects.get(pk=job_id).status == "doing"


def test_a_job_that_kills_each_worker_is_given_up_and_kept():
    job_id = defer(marks="x")
    make_running(job_id, heartbeat_seconds_ago=60)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET attempts = 1000")
    recover_stalled_jobs()
    assert ProcrastinateJob.objects.get(pk=job_id).status == "failed"
