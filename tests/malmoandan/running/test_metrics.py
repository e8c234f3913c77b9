from unittest.mock import patch

import pytest
from django.db import OperationalError
from prometheus_client.parser import text_string_to_metric_families

from malmoandan.running.models import Backup
from tests.malmoandan.running.test_health import have_job, have_worker

METRICS = "/halsa/matt"


def samples(response):
    """The figures as Prometheus itself reads them."""
    families = text_string_to_metric_families(response.content.decode())
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in families
        for sample in family.samples
    }


@pytest.mark.django_db
def test_the_portals_state_is_told_in_figures(client):
    have_worker()
    have_job(status="failed")
    have_job(due_minutes_ago=15)
    made = Backup.objects.create(size=1, sha256="0" * 64).made_at

    response = client.get(METRICS)

    found = samples(response)
    assert response.headers["Content-Type"].startswith("text/plain")
    assert found[("malmoandan_database_up",)] == 1
    assert found[("malmoandan_workers",)] == 1
    assert found[("malmoandan_jobs_failed",)] == 1
    assert found[("malmoandan_jobs_oldest_wait_seconds",)] >= 15 * 60
    assert found[("malmoandan_backup_timestamp_seconds",)] == pytest.approx(made.timestamp(), 1)
    assert found[("malmoandan_check_level", ("check", "failed"))] == 2
    assert b"hemligt@exempel.se" not in response.content  # what a job is about


@pytest.mark.django_db
def test_requests_are_counted_by_room_and_status_never_by_address(client):
    label = (("method", "GET"), ("room", "running"), ("status", "200"))
    before = samples(client.get(METRICS)).get(("malmoandan_request_seconds_count", *label), 0)
    client.get("/halsa/levande")
    client.get("/finns-inte/alva@example.org/")

    response = client.get(METRICS)

    assert samples(response)[("malmoandan_request_seconds_count", *label)] == before + 2
    assert b"alva" not in response.content


@pytest.mark.django_db
def test_an_invented_method_is_no_label_of_its_own(client):
    client.generic("BREW", "/")

    content = client.get(METRICS).content
    assert b"BREW" not in content
    assert b'method="OTHER"' in content


def test_a_database_that_is_away_is_a_figure_too(client):
    with patch("malmoandan.running.metrics.status.findings", side_effect=OperationalError):
        response = client.get(METRICS)

    assert response.status_code == 200
    assert samples(response)[("malmoandan_database_up",)] == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("token", "hosts", "address", "header", "status"),
    [
        ("", [], "127.0.0.1", "", 200),
        ("", [], "192.0.2.7", "", 404),
        ("", ["portal.example"], "127.0.0.1", "", 404),
        ("hemlig", ["portal.example"], "192.0.2.7", "Bearer hemlig", 200),
        ("hemlig", ["portal.example"], "192.0.2.7", "Bearer hemligt", 404),
        ("hemlig", ["portal.example"], "192.0.2.7", "Basic hemlig", 404),
        ("hemlig", [], "127.0.0.1", "", 404),
        ("hemlig", [], "127.0.0.1", "Bearer \xe5", 404),
    ],
)
def test_who_reads_the_figures(client, settings, token, hosts, address, header, status):
    settings.METRICS_TOKEN, settings.PUBLIC_HOSTS = token, hosts

    response = client.get(METRICS, REMOTE_ADDR=address, headers={"Authorization": header})

    assert response.status_code == status
