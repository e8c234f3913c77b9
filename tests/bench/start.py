"""From `manage.py serve` to the first page, when everything has been set up before."""

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
from django.conf import settings

from tests.bench.figures import Figure, alone
from tests.bench.server import ROUNDS
from tests.processes import ROOT, Running, environment, free_port, wait_until

MEGABYTE = 1024 * 1024


def measure(folder: Path) -> list[Figure]:
    # A database's socket has a short path, and the portal of the benchmark holds its own.
    data = Path(tempfile.mkdtemp(prefix="start"))
    shutil.copytree(settings.STATIC_ROOT, data / "static")
    try:
        _start(data, folder)  # the first start sets up
        starts = [_start(data, folder) for _round in range(ROUNDS)]
    finally:
        shutil.rmtree(data)
    seconds, cpu, web, worker = (list(values) for values in zip(*starts, strict=True))
    return [
        alone("start", "second start to first page", "s", seconds),
        alone("start", "the same, CPU of all processes", "s", cpu),
        alone("start", "memory of the web process", "MB", web),
        alone("start", "memory of the worker", "MB", worker),
    ]


def _start(data: Path, folder: Path) -> tuple[float, float, float, float]:
    """Seconds, CPU seconds, and megabytes of web and worker, once a page is there."""
    port = free_port()
    variables = {"MALMOANDAN_DATA": str(data), "PORT": str(port), "DATABASE_URL": ""}
    begun = time.perf_counter()
    with (folder / "serve.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "serve"],
            cwd=ROOT,
            env=environment(DJANGO_SETTINGS_MODULE="malmoandan.settings", **variables),
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    running = Running(process, port, folder / "serve.log")
    try:
        wait_until(lambda: _shows_a_page(running), seconds=400)
        seconds = time.perf_counter() - begun
        family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(True)]
        cpu = sum(sum(each.cpu_times()[:2]) for each in family)
        memory = {name: _megabytes(family, name) for name in ("web", "worker")}
    finally:
        process.terminate()
        process.wait(60)
    return seconds, cpu, memory["web"], memory["worker"]


def _shows_a_page(running: Running) -> bool:
    if running.process.poll() is not None:
        raise RuntimeError(running.log.read_text())
    try:
        return running.get("/")[0] == 200
    except OSError:
        time.sleep(0.05)
        return False


def _megabytes(family: list[psutil.Process], command: str) -> float:
    """Memory that is the process's own; what it shares with others counts once for all."""
    own = [each for each in family if command in each.cmdline()[2:3]]
    return sum(each.memory_full_info().uss for each in own) / MEGABYTE
