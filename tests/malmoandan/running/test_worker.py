import signal

import pytest
from aiosmtpd.controller import Controller
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.processes import free_port, lines, manage, url_of_test_database, wait_until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def start_worker(tmp_path):
    """Return a function that starts a worker on the test's database, as a context."""

    def start(name="worker", **variables):
        log = tmp_path / f"{name}.log"
        return manage("worker", log=log, DATABASE_URL=url_of_test_database(), **variables)

    return start


def defer(name, **arguments):
    return app.configure_task(name).defer(**arguments)


def job(pk):
    return ProcrastinateJob.objects.get(pk=pk)


def test_a_job_of_a_killed_worker_is_done_by_the_next(start_worker, marks):
    pk = defer("probe.hang_once", marks=str(marks))
    with start_worker("first") as first:
        wait_until(lambda: lines(marks) == ["begun"])
        first.process.send_signal(signal.SIGKILL)
        first.process.wait()
    assert job(pk).status == "doing"

    with start_worker("second"):
        wait_until(lambda: job(pk).status == "succeeded")
    assert lines(marks) == ["begun", "begun", "done"]


def test_a_job_that_fails_while_another_of_its_kind_waits_is_tried_again(start_worker, marks):
    job_of_the_kind = app.configure_task("probe.fail_once", lock="probe", queueing_lock="probe")
    pk = job_of_the_kind.defer(marks=str(marks))
    with start_worker():
        wait_until(lambda: lines(marks) == ["begun"] * 3)
        wait_until(lambda: not ProcrastinateJob.objects.exclude(status="succeeded").exists())
    assert job(pk).attempts == 2


def test_a_worker_told_to_stop_ends_its_job_first(start_worker, marks):
    pk = defer("probe.take_a_second", marks=str(marks))
    with start_worker() as worker:
        wait_until(lambda: lines(marks) == ["begun"])
        worker.process.send_signal(signal.SIGTERM)
        assert worker.process.wait(30) == 0
    assert lines(marks) == ["begun", "done"]
    assert job(pk).status == "succeeded"


def test_a_job_deferred_by_a_job_belongs_to_its_transaction(start_worker, tmp_path):
    lost, kept = tmp_path / "lost", tmp_path / "kept"
    defer("probe.defer_and_roll_back", lost=str(lost), kept=str(kept))
    with start_worker():
        wait_until(lambda: lines(kept))
        wait_until(lambda: not ProcrastinateJob.objects.filter(status="todo").exists())
    assert lines(lost) == []


class Inbox:
    def __init__(self):
        self.messages = []

    async def handle_DATA(self, server, session, envelope):
        self.messages.append(envelope)
        return "250 OK"


def test_mail_waits_for_a_mail_server_that_is_down(start_worker):
    port, inbox = free_port(), Inbox()
    pk = defer("probe.mail", to="kassor@exempel.se")
    with start_worker(EMAIL_URL=f"smtp://127.0.0.1:{port}") as worker:
        wait_until(lambda: job(pk).attempts >= 1)
        server = Controller(inbox, hostname="127.0.0.1", port=port)
        server.start()
        try:
            wait_until(lambda: job(pk).status == "succeeded")
        finally:
            server.stop()
    assert [message.rcpt_tos for message in inbox.messages] == [["kassor@exempel.se"]]
    log = worker.log.read_text()
    assert "probe.mail) failed, try 1: ConnectionRefusedError" in log
    assert "kassor@exempel.se" not in log
