from datetime import timedelta
from unittest.mock import patch

import pytest
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from malmoandan.running import status
from malmoandan.running.models import Backup
from malmoandan.running.queue import MAIL_RETRY
from malmoandan.running.status import Level, jobs, place
from tests.malmoandan.running.test_health import have_job, have_worker

pytestmark = pytest.mark.django_db


def test_every_check_has_a_key_of_its_own():
    keys = [finding.key for finding in status.findings()]

    assert len(keys) == len(set(keys))
    assert {"worker", "queue", "mail", "failed", "database", "backup", "disk", "seal"} <= set(keys)


def test_every_task_that_mails_is_known_as_one():
    app.perform_import_paths()
    mailing = {name for name, task in app.tasks.items() if task.retry_strategy is MAIL_RETRY}

    own = {name for name in mailing if not name.startswith("probe.")}
    assert own
    assert [name for name in own if ".mail_" not in name] == []


def test_a_worker_that_is_gone_is_somebodys_business():
    assert jobs.worker().level == Level.BAD
    have_worker(seconds_ago=300)
    assert "Står still sedan" in jobs.worker().text
    have_worker()
    assert jobs.worker().level == Level.GOOD


def test_a_late_queue_says_how_late():
    have_job(due_minutes_ago=15)

    assert jobs.waiting().level == Level.BAD
    assert "15 min" in jobs.waiting().text


def test_mail_that_does_not_get_away_is_told(settings):
    settings.MAIL_DIR = None
    assert jobs.mail().level == Level.GOOD
    pk = app.configure_task("signatures.mail_signatory").defer(signatory_id=1)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET attempts = 3 WHERE id = %s", [pk])

    assert jobs.mail().level == Level.NOTE
    assert jobs.mail().text.startswith("1 mejl")


def test_jobs_that_gave_up_are_tried_again_and_told_by_kind():
    have_job(status="failed")
    pk = app.configure_task("signatures.mail_signatory").defer(signatory_id=1)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed' WHERE id = %s", [pk])

    assert jobs.failed().level == Level.BAD
    assert {found.kind: found.count for found in jobs.failed_jobs()} == {"mail": 1, "other": 1}
    assert jobs.try_failed_again() == 2
    assert jobs.failed().level == Level.GOOD
    assert ProcrastinateJob.objects.filter(status="todo").count() == 2


def test_of_two_jobs_that_may_wait_only_once_one_is_tried_again():
    task = app.configure_task("pages.read_changes", queueing_lock="pages.read_changes")
    task.defer()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed'")
    task.defer()

    assert jobs.try_failed_again() == 0
    assert [job.status for job in ProcrastinateJob.objects.all()] == ["todo"]


def test_removing_what_gave_up_leaves_the_rest():
    have_job(status="failed")
    have_job()

    assert jobs.forget_failed() == 1
    assert ProcrastinateJob.objects.count() == 1


@pytest.mark.parametrize(
    ("hosts", "hours", "level"),
    [
        (["portal.example"], None, Level.BAD),
        (["portal.example"], 3, Level.GOOD),
        (["portal.example"], 27, Level.BAD),
        ([], None, Level.NOTE),
    ],
)
def test_a_public_portal_has_a_backup_each_night(settings, hosts, hours, level):
    settings.PUBLIC_HOSTS = hosts
    if hours:
        made = Backup.objects.create(size=5_000_000, sha256="0" * 64)
        Backup.objects.filter(pk=made.pk).update(made_at=timezone.now() - timedelta(hours=hours))

    assert place.backup().level == level


@pytest.mark.parametrize(("free", "level"), [(40, Level.GOOD), (12, Level.NOTE), (4, Level.BAD)])
def test_a_disk_that_fills_up_is_told_in_time(free, level):
    usage = type("Usage", (), {"total": 100 * place.GIGABYTE, "free": free * place.GIGABYTE})
    with patch("shutil.disk_usage", return_value=usage):
        assert place.disk().level == level


def test_a_cache_or_store_that_is_away_is_told():
    with patch("malmoandan.running.status.place.cache.set", side_effect=ConnectionError):
        assert place.attempts().level == Level.BAD
    with patch("malmoandan.running.status.place.default_storage.exists", side_effect=OSError):
        assert place.files().level == Level.BAD
    assert place.attempts().level == place.files().level == Level.GOOD
