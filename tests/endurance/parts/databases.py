"""PostgreSQL restarts, crashes, stands still, or has no connection left."""

import os
import signal
import time
from contextlib import suppress

import psutil
import psycopg

from tests.endurance.houses import House
from tests.endurance.ledger import Ledger
from tests.endurance.load import load
from tests.processes import wait_until

STILL_SECONDS = 60


def postgres(house: House, ledger: Ledger) -> str:
    """The embedded server, under load: restarted, crashed, frozen, without connections."""
    said = []
    with load(house, ledger, "postgres", at_least=200):
        time.sleep(3)
        for number, what in ((signal.SIGINT, "restarted"), (signal.SIGKILL, "killed")):
            said.append(f"{what}: back after {_end(house, number):.1f} s")
            time.sleep(5)
        freeze(house, STILL_SECONDS)
        said.append(f"stood still for {STILL_SECONDS} s")
        wait_until(house.is_ready, seconds=120)
        taken = use_up_connections(house, 15)
        said.append(f"{taken} foreign connections, none left, for 15 s")
        wait_until(house.is_ready, seconds=120)
    return "; ".join(said)


def _end(house: House, number: signal.Signals) -> float:
    """End the server; return after how many seconds it answers questions again."""
    old = house.postmaster()
    begun = time.monotonic()
    os.kill(old, number)
    wait_until(lambda: not psutil.pid_exists(old), seconds=120)
    wait_until(lambda: _answers(house), seconds=120)
    return time.monotonic() - begun


def _answers(house: House) -> bool:
    with suppress(psycopg.OperationalError):
        return bool(house.query("SELECT 1"))
    return False


def freeze(house: House, seconds: float) -> None:
    """Stop every process of the server in its steps, as a machine without memory does."""
    master = psutil.Process(house.postmaster())
    everyone = [master, *master.children(recursive=True)]
    for process in everyone:
        process.suspend()
    time.sleep(seconds)
    for process in everyone:
        with suppress(psutil.NoSuchProcess):
            process.resume()


def use_up_connections(house: House, seconds: float) -> int:
    """Take every connection that the server has left; return how many those were."""
    taken = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            taken.append(house.connect())
        except psycopg.OperationalError:
            time.sleep(0.2)
    for connection in taken:
        connection.close()
    return len(taken)
