"""One web process of the portal, and what its requests cost it and its database."""

import http.client
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
from django.conf import settings

from tests.processes import Running, answers, manage, wait_until

ROUNDS = 5
# A process's time is told in hundredths of a second: a round must last many of them.
SECONDS_PER_ROUND = 0.3
UNAVAILABLE = 503
# What a web process reads when it starts would be taken for what the first pages cost.
READ_AHEAD = "/kartlaggning/"
BROWSER = {"Accept-Encoding": "gzip, deflate, br, zstd", "Accept-Language": "sv"}


class Server:
    """Asks the web process for pages over one connection, and reads its clock."""

    def __init__(self, running: Running) -> None:
        self.running = running
        self.process = psutil.Process(running.process.pid)
        self.web = http.client.HTTPConnection("127.0.0.1", running.port, timeout=120)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.running.port}"

    def get(self, path: str, **headers: str) -> tuple[int, bytes]:
        self.web.request("GET", path, headers=BROWSER | headers)
        response = self.web.getresponse()
        return response.status, response.read()

    def seconds(self) -> float:
        """CPU seconds of the web process so far, and of the embedded database if it has one."""
        times = self.process.cpu_times()
        return times.user + times.system + _database_seconds()

    def side_by_side(self, path: str, floor: str, **headers: str) -> list[tuple[float, float]]:
        """Rounds of milliseconds a request: of the page, and of the floor right after it."""
        for address in (path, floor):
            self.wait_for(address)
            for _warm in range(10):
                self._get(address, headers)
        return [
            (self._round(path, headers), self._round(floor, headers)) for _round in range(ROUNDS)
        ]

    def wait_for(self, path: str) -> None:
        wait_until(lambda: self.get(path)[0] != UNAVAILABLE, seconds=120)

    def _round(self, path: str, headers: dict[str, str]) -> float:
        begun, used, count = self.seconds(), 0.0, 0
        while used < SECONDS_PER_ROUND:
            for _request in range(10):
                self._get(path, headers)
            count += 10
            used = self.seconds() - begun
        return used / count * 1000

    def _get(self, path: str, headers: dict[str, str]) -> None:
        status, _body = self.get(path, **headers)
        if status not in {200, 304}:
            raise AssertionError(f"{path} answers {status}")


def _has_ended(running: Running) -> bool:
    if running.process.poll() is not None:
        raise RuntimeError(f"The web process ended:\n{running.log.read_text()}")
    return False


def _database_seconds() -> float:
    """CPU seconds of the embedded database: of its processes now, and of those that ended."""
    if not settings.EMBEDDED_POSTGRES:
        return 0
    pid = int((settings.EMBEDDED_POSTGRES / "postmaster.pid").read_text().split()[0])
    postmaster = psutil.Process(pid)
    ended = postmaster.cpu_times()
    seconds = ended.children_user + ended.children_system
    for child in postmaster.children():
        with suppress(psutil.NoSuchProcess):
            times = child.cpu_times()
            seconds += times.user + times.system
    return seconds


@contextmanager
def serve(folder: Path, command: Sequence[str] = ("web",), **variables: str) -> Iterator[Server]:
    """A web process with the floors; `variables` change its environment."""
    variables = {"DJANGO_SETTINGS_MODULE": "tests.bench.settings", **variables}
    with manage(*command, log=folder / "web.log", **variables) as running:
        wait_until(lambda: answers(running) or _has_ended(running), seconds=300)
        server = Server(running)
        server.wait_for(READ_AHEAD)
        try:
            yield server
        except AssertionError as wrong:
            wrong.add_note(running.log.read_text()[-4000:])
            raise
