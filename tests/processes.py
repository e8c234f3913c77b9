"""The portal's own processes for tests: started on a free port, stopped by their process id.

`web` and `worker` run on the test's database, so what they read must be committed
(`transactional_db`). Their addresses and jobs are those of tests/probes.py beside the real ones.
"""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection

ROOT = Path(__file__).parent.parent


@dataclass
class Running:
    """A process of the portal; `log` is what it has written."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    def get(self, path: str) -> tuple[int, str]:
        """Return status and body of a page."""
        web = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            web.request("GET", path)
            response = web.getresponse()
            return response.status, response.read().decode()
        finally:
            web.close()


def wait_until(condition: Callable[[], object], *, seconds: float = 40) -> None:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError("What the test waits for did not happen.")
        time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def environment(**variables: str) -> dict[str, str]:
    """The environment of this process with `variables`, without what is only for the tests."""
    ours = {name: value for name, value in os.environ.items() if "ASYNC_UNSAFE" not in name}
    return {**ours, **variables}


@contextmanager
def manage(*arguments: str, log: Path, **variables: str) -> Iterator[Running]:
    """Run a management command until the block ends; `variables` change its environment."""
    port = int(variables.setdefault("PORT", str(free_port())))
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=environment(**{"DJANGO_SETTINGS_MODULE": "tests.probe_settings", **variables}),
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield Running(process, port, log)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        try:
            process.wait(40)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def url_of_test_database() -> str:
    database = connection.settings_dict
    login = f"{quote(database['USER'])}:{quote(database['PASSWORD'])}"
    host = f"host={quote(str(database['HOST']))}"
    port = f":{database['PORT']}" if database["PORT"] else ""
    return f"postgresql://{login}@{port}/{database['NAME']}?{host}"


@pytest.fixture(scope="module")
def web(django_db_setup, tmp_path_factory) -> Iterator[Running]:
    """The web server in a process of its own."""
    log = tmp_path_factory.mktemp("web") / "log"
    with manage("web", log=log, DATABASE_URL=url_of_test_database()) as running:
        wait_until(lambda: answers(running))
        yield running


def answers(running: Running) -> bool:
    try:
        return running.get("/halsa/levande")[0] == 200
    except OSError:
        return False


@pytest.fixture
def marks(tmp_path) -> Path:
    """The file that views and jobs of tests/probes.py leave their marks in."""
    return tmp_path / "marks"


def lines(file: Path) -> list[str]:
    return file.read_text().splitlines() if file.exists() else []
