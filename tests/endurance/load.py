"""Visitors in threads, who go on with one errand after another while things break."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.endurance.houses import House
from tests.endurance.ledger import Ledger
from tests.endurance.visitors import GaveUp, Place, Visitor

VISITORS = 6
LONGEST_SECONDS = 240  # then a part goes on with fewer writes than it wanted


def place_of(house: House, prefix: str) -> Place:
    rows = house.rows
    return Place(house.port, house.mail, rows["referral"], rows["dialogue"], prefix)


@contextmanager
def load(house: House, ledger: Ledger, prefix: str, *, at_least: int = 0) -> Iterator[None]:
    """Keep visitors busy during the block, and until `at_least` writes are acknowledged."""
    place, stop = place_of(house, prefix), threading.Event()

    def go_on() -> None:
        while not stop.is_set():
            visitor = Visitor(place, ledger)
            run(ledger, random.choice(ERRANDS), visitor)

    threads = [threading.Thread(target=go_on) for _visitor in range(VISITORS)]
    for thread in threads:
        thread.start()
    try:
        yield
        end = time.monotonic() + LONGEST_SECONDS
        while len(ledger.acknowledged) < at_least and time.monotonic() < end:
            time.sleep(0.2)
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def at_once(ledger: Ledger, errands: list[Callable[[], None]]) -> None:
    """Start all errands at the same moment, and wait for their ends."""
    barrier = threading.Barrier(len(errands))

    def go(errand: Callable[[], None]) -> None:
        barrier.wait()
        run(ledger, lambda _visitor: errand(), None)

    threads = [threading.Thread(target=go, args=[errand]) for errand in errands]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def run(ledger: Ledger, errand: Callable[..., None], visitor: Visitor | None) -> None:
    try:
        errand(visitor)
    except GaveUp:
        ledger.gave_up()
    except LookupError as error:
        ledger.is_wrong(f"lost the way: {error}")


ERRANDS: list[Callable[[Visitor], None]] = [
    lambda visitor: visitor.sign(),
    lambda visitor: visitor.sign(with_minutes=True),
    lambda visitor: visitor.sign_up(),
    lambda visitor: visitor.sign_up(),
    lambda visitor: visitor.answer(),
]
