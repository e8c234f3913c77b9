"""One web process of the portal, and what its requests cost it."""

import http.client
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import psutil

from tests.processes import Running, answers, manage, wait_until

ROUNDS = 5
# A process's times are told in hundredths of a second: a round must last many of them.
SECONDS_PER_ROUND = 0.3


@dataclass(frozen=True)
class Cost:
    """Server CPU per request in milliseconds: the median of the rounds, and how far they lie."""

    median: float
    lowest: float
    highest: float
    bytes: int = 0


class Server:
    def __init__(self, running: Running) -> None:
        self.running = running
        self.process = psutil.Process(running.process.pid)

    def cost(self, path: str, headers: dict[str, str] | None = None) -> Cost:
        """Ask for the page again and again; raises AssertionError unless it is 200 or 304."""
        web = http.client.HTTPConnection("127.0.0.1", self.running.port, timeout=60)
        size = self._get(web, path, headers or {})
        for _warm in range(10):
            self._get(web, path, headers or {})
        rounds = [self._round(web, path, headers or {}) for _round in range(ROUNDS)]
        web.close()
        return Cost(median(rounds), min(rounds), max(rounds), size)

    def _round(self, web: http.client.HTTPConnection, path: str, headers: dict[str, str]) -> float:
        begun, count = self._cpu(), 0
        while (used := self._cpu() - begun) < SECONDS_PER_ROUND:
            for _request in range(10):
                self._get(web, path, headers)
            count += 10
        return used / count * 1000

    def _cpu(self) -> float:
        times = self.process.cpu_times()
        return times.user + times.system

    def _get(self, web: http.client.HTTPConnection, path: str, headers: dict[str, str]) -> int:
        web.request("GET", path, headers=headers)
        response = web.getresponse()
        body = response.read()
        assert response.status in {200, 304}, f"{path} answers {response.status}"
        return len(body)


@contextmanager
def serve(folder: Path, **variables: str) -> Iterator[Server]:
    """A web process with the floors; `variables` change its environment."""
    variables = {"DJANGO_SETTINGS_MODULE": "tests.bench.settings", **variables}
    with manage("web", log=folder / "web.log", **variables) as running:
        wait_until(lambda: answers(running))
        yield Server(running)
