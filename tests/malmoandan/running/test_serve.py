import os
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager

import psutil
import psycopg
import pytest

from tests.processes import ROOT, answers, free_port, lines, manage, wait_until


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("data")


@contextmanager
def serve(folder):
    """Run `serve` with a data folder, and a database, of its own until the block ends."""
    with manage(
        "serve", log=folder / "log", MALMOANDAN_DATA=str(folder), DATABASE_URL=""
    ) as portal:
        wait_until(lambda: "igång" in portal.log.read_text() or ended(portal), seconds=240)
        assert not ended(portal), portal.log.read_text()
        yield portal


def ended(portal):
    return portal.process.poll() is not None


def child(portal, command):
    """Return the process that does the command, once it runs."""

    def find():
        children = psutil.Process(portal.process.pid).children()
        return next((each for each in children if command in each.cmdline()), None)

    wait_until(find)
    return find()


def children(portal, command):
    family = psutil.Process(portal.process.pid).children()
    return [each for each in family if command in each.cmdline()]


def postmaster(folder):
    return int((folder / "postgres" / "postmaster.pid").read_text().splitlines()[0])


def defer_note(folder, marks):
    with psycopg.connect(
        host=str(folder / "postgres"), dbname="postgres", user="postgres"
    ) as database:
        database.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args)"
            " VALUES ('default', 'probe.note', jsonb_build_object('marks', %s::text))",
            [str(marks)],
        )


def is_ready(portal):
    return answers(portal) and portal.get("/halsa/redo")[0] == 200


def test_serve_heals_itself_and_stops_cleanly(folder, marks):
    with serve(folder) as portal:
        greeting = portal.log.read_text()
        assert f"http://localhost:{portal.port}/" in greeting
        assert "make invite" in greeting
        assert "/lokal-post/" in greeting
        wait_until(lambda: is_ready(portal))
        wait_until(lambda: len(children(portal, "web")) == 2)

        for web in children(portal, "web"):
            web.kill()
        assert portal.get("/halsa/levande")[0] == 200  # waited for a new one

        child(portal, "worker").kill()
        for number in (signal.SIGINT, signal.SIGKILL):  # a fast shutdown, then a crash
            old = postmaster(folder)
            os.kill(old, number)
            wait_until(lambda before=old: not psutil.pid_exists(before), seconds=60)
            wait_until(lambda: is_ready(portal), seconds=60)
        defer_note(folder, marks)
        wait_until(lambda: lines(marks) == ["done"])

        family = psutil.Process(portal.process.pid).children(recursive=True)
        portal.process.send_signal(signal.SIGINT)
        assert portal.process.wait(40) == 0
    assert "stoppad" in portal.log.read_text()
    assert not [each for each in family if each.is_running()]
    assert not (folder / "postgres" / "postmaster.pid").exists()


def test_children_do_not_outlive_a_killed_supervisor(folder):
    with serve(folder) as portal:
        family = [child(portal, "web"), child(portal, "worker")]
        portal.process.kill()
        portal.process.wait()
        psutil.wait_procs(family, timeout=40)
        assert not [each for each in family if each.is_running()]
    assert not (folder / "postgres" / "postmaster.pid").exists()


def test_a_port_in_use_is_told_in_plain_words(folder):
    port = free_port()
    with socket.create_server(("127.0.0.1", port)):
        done = subprocess.run(
            [sys.executable, "manage.py", "serve"],
            cwd=ROOT,
            env={**os.environ, "MALMOANDAN_DATA": str(folder), "PORT": str(port)},
            capture_output=True,
            text=True,
        )
    assert done.returncode == 1
    assert f"Port {port} används redan" in done.stderr
