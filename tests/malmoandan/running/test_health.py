from datetime import timedelta
from unittest.mock import patch

import pytest
from django.db import OperationalError, connection
from django.utils import timezone
from procrastinate.contrib.django import app

ALIVE, READY = "/halsa/levande", "/halsa/redo"


def have_worker(*, seconds_ago=1):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (%s)",
            [timezone.now() - timedelta(seconds=seconds_ago)],
        )


def have_job(*, status="todo", due_minutes_ago=0, attempts=0):
    pk = app.configure_task("probe.note").defer(marks="hemligt@exempel.se")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = %s, scheduled_at = %s, attempts = %s"
            " WHERE id = %s",
            [status, timezone.now() - timedelta(minutes=due_minutes_ago), attempts, pk],
        )


def test_alive_needs_no_database(client):
    # No django_db mark: a query would fail the test.
    response = client.get(ALIVE)
    assert (response.status_code, response.content) == (200, b"ok\n")


@pytest.mark.django_db
def test_ready_with_a_worker_and_an_empty_queue(client):
    have_worker()
    response = client.get(READY)
    assert response.status_code == 200
    assert response.json()["ready"] is True


@pytest.mark.django_db
@pytest.mark.parametrize("seconds_ago", [None, 300])
def test_not_ready_without_a_living_worker(client, seconds_ago):
    if seconds_ago:
        have_worker(seconds_ago=seconds_ago)
    response = client.get(READY)
    assert response.status_code == 503
    assert response.json()["worker"] is False


@pytest.mark.django_db
def test_not_ready_when_a_due_job_waits_too_long(client):
    have_worker()
    have_job(due_minutes_ago=15)
    response = client.get(READY)
    assert response.status_code == 503
    assert response.json()["queue"]["oldest_waiting_seconds"] >= 15 * 60


@pytest.mark.django_db
def test_jobs_that_failed_or_try_again_are_shown_and_tell_nothing_about_anybody(client):
    have_worker()
    have_job(status="failed")
    have_job(due_minutes_ago=-30, attempts=3)
    response = client.get(READY)
    assert response.status_code == 200
    assert response.json()["queue"] == {
        "waiting": 1,
        "trying_again": 1,
        "failed": 1,
        "oldest_waiting_seconds": 0,
    }
    assert b"hemligt" not in response.content


@pytest.mark.django_db
def test_not_ready_before_all_migrations_are_applied(client):
    have_worker()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
    response = client.get(READY)
    assert response.status_code == 503
    assert response.json()["migrated"] is False


@pytest.mark.django_db
def test_not_ready_without_a_database(client):
    with patch.object(connection, "ensure_connection", side_effect=OperationalError):
        response = client.get(READY)
    assert response.status_code == 503
    assert response.json() == {"ready": False, "database": False}


@pytest.mark.parametrize("address", [ALIVE, READY])
def test_health_takes_no_posts(client, address):
    assert client.post(address).status_code == 405
