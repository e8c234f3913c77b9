"""Web and worker die or are stopped; the supervisor starts them again."""

import signal
import time

import psutil

from tests.endurance.houses import House
from tests.endurance.ledger import Ledger
from tests.endurance.load import load
from tests.processes import wait_until

WARM_SECONDS = 20  # a new web process has read all its modules by then


def web(house: House, ledger: Ledger) -> str:
    """Kill one of the two web processes twice, ask one to stop twice, each in mid-request."""
    gaps = []
    with load(house, ledger, "web", at_least=110):
        for number in (signal.SIGKILL, signal.SIGTERM, signal.SIGKILL, signal.SIGTERM):
            time.sleep(WARM_SECONDS)
            process = house.processes("web")[0]
            process.send_signal(number)
            begun = time.monotonic()
            wait_until(house.is_up, seconds=60)
            gaps.append(time.monotonic() - begun)
            wait_until(lambda old=process: _replaced(house, "web", old), seconds=90)
    return f"4 times; answers again after {max(gaps):.1f} s at most"


def worker(house: House, ledger: Ledger) -> str:
    """Kill the worker at any moment, and in the moment between doing and marking."""
    killed_between = []

    def kill_between(subject: str) -> None:
        """The mail server has the mail, and the worker has not heard it."""
        if subject.startswith("Kvitto") and len(killed_between) < 3:
            for process in house.processes("worker"):
                process.kill()
                killed_between.append(subject)

    with load(house, ledger, "worker", at_least=110):
        for _time in range(3):
            time.sleep(5)
            for process in house.processes("worker"):
                process.kill()
            wait_until(lambda: house.processes("worker"), seconds=60)
        house.mail.when_taken = kill_between
        wait_until(lambda: len(killed_between) >= 3, seconds=120)
        house.mail.when_taken = None
    return f"3 times at any moment, {len(killed_between)} times between doing and marking"


def _replaced(house: House, command: str, old: psutil.Process) -> bool:
    found = [process.pid for process in house.processes(command)]
    return len(found) == 2 and old.pid not in found
