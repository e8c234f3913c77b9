"""Two web and two worker processes against a PostgreSQL server, with Redis."""

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.endurance.houses import Cluster, House
from tests.endurance.ledger import Ledger
from tests.endurance.load import load
from tests.endurance.parts.limits import codes_of_many_at_once
from tests.processes import wait_until

WARM_SECONDS = 20  # a new web process has read all its modules by then


def rolling(house: House, ledger: Ledger) -> str:
    """Replace every process by a new one under load, as an upgrade does; then kill one of each."""
    assert isinstance(house, Cluster)
    with load(house, ledger, "rolling", at_least=150):
        for command in ("web", "web", "worker", "worker"):
            old = house.running[command].pop(0)
            house.start(command)
            time.sleep(WARM_SECONDS)
            old.send_signal(signal.SIGTERM)
            old.wait(60)
        cut = ledger.cut
        with looked_after(house):
            for command in ("web", "worker"):
                house.processes(command)[0].kill()
                time.sleep(10)
    return f"4 processes replaced, {cut} connections cut; one web and one worker killed"


def servers(house: House, ledger: Ledger) -> str:
    """The database server restarts, crashes and is away for a minute; Redis restarts."""
    assert isinstance(house, Cluster)
    said = []
    with looked_after(house), load(house, ledger, "servers", at_least=200):
        for how, pause in ((signal.SIGINT, 0), (signal.SIGKILL, 2), (signal.SIGINT, 60)):
            time.sleep(4)
            house.postgres.stop(how)
            time.sleep(pause)
            house.postgres.run()
            begun = time.monotonic()
            wait_until(house.is_ready, seconds=90)
            said.append(f"{how.name}, away {pause} s: ready {time.monotonic() - begun:.1f} s later")
        time.sleep(4)
        house.redis.restart(pause=5)
        said.append("Redis away 5 s")
    return "; ".join(said)


def limits(house: House, ledger: Ledger) -> str:
    """Ask for codes too often through both web processes, whose counting is done in Redis."""
    assert isinstance(house, Cluster)
    with looked_after(house):
        return codes_of_many_at_once(house, ledger)


@contextmanager
def looked_after(house: Cluster) -> Iterator[None]:
    """Start again what dies meanwhile, as an init system does."""
    over = threading.Event()

    def look() -> None:
        while not over.wait(0.3):
            house.look_after()

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
