"""Keeps child processes running until it is told to stop, and then stops them all."""

import ctypes
import logging
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

logger = logging.getLogger(__name__)

LONGEST_PAUSE = 30  # seconds between two starts of a child that keeps dying
STEADY_SECONDS = 60  # a child that lived this long starts again at once
STOP_SECONDS = 30  # then the children are killed; a job cut off so is done again
LOOK_SECONDS = 0.2
PR_SET_PDEATHSIG = 1


@dataclass
class Child:
    """A command that shall run all the time; `name` is for the log."""

    name: str
    command: Sequence[str]
    pass_fds: Sequence[int] = ()
    process: subprocess.Popen[bytes] | None = None
    started: float = 0
    pause: float = 0
    start_at: float = field(default_factory=time.monotonic)

    def look_after(self) -> None:
        """Start the command when it does not run, after a pause that grows with each death."""
        if self.process and self.process.poll() is not None:
            self._plan_restart(self.process.returncode)
        if self.process is None and time.monotonic() >= self.start_at:
            self._start()

    def _plan_restart(self, code: int) -> None:
        lived = time.monotonic() - self.started
        self.pause = 0 if lived > STEADY_SECONDS else min(max(0.5, self.pause * 2), LONGEST_PAUSE)
        self.start_at = time.monotonic() + self.pause
        self.process = None
        logger.warning("%s ended (%s) and starts again.", self.name, code)

    def _start(self) -> None:
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            self.command,
            pass_fds=self.pass_fds,
            # Ctrl-C reaches the supervisor alone, which then stops its children in good order.
            start_new_session=True,
            preexec_fn=_end_with_the_parent,
        )


class Supervisor:
    def __init__(self, children: Sequence[Child], *, look: Callable[[], None]) -> None:
        """`look` is called at each round, some five times a second."""
        self.children = children
        self.look = look
        self.stopping = threading.Event()

    def run(self) -> None:
        """Return after SIGINT, SIGTERM or SIGHUP, when all children have ended."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: self.stopping.set())
        while not self.stopping.wait(LOOK_SECONDS):
            for child in self.children:
                child.look_after()
            self.look()
        self._stop()

    def _stop(self) -> None:
        processes = [child.process for child in self.children if child.process]
        for process in processes:
            process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for process in processes:
            try:
                process.wait(max(0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def _end_with_the_parent() -> None:
    """In the new child: a supervisor that is killed leaves no children behind."""
    if _libc:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
