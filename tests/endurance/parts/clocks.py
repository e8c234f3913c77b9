"""The clock is moved under everything: web, worker and database (libfaketime)."""

import time
from pathlib import Path

from tests.endurance.houses import House
from tests.endurance.ledger import Ledger
from tests.endurance.load import load, place_of, run
from tests.endurance.visitors import Visitor

LIBRARIES = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
MOVES = 1.5  # seconds until every process has read the new time


def environment(clock: Path) -> dict[str, str]:
    """What makes a process live in the time that the file `clock` says."""
    return {
        "LD_PRELOAD": str(LIBRARIES[-1]),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_CACHE_DURATION": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }


def move(house: House, minutes: int) -> None:
    """Let it be so many minutes later (or earlier) than it is."""
    clock = Path(house.environment["FAKETIME_TIMESTAMP_FILE"])
    part = clock.with_suffix(".new")
    part.write_text(f"{minutes * 60:+d}\n")
    part.rename(clock)
    time.sleep(MOVES)


def clock(house: House, ledger: Ledger) -> str:
    """The mail server is gone for an hour of the portal's time; then the clock goes back."""
    place = place_of(house, "clock")
    house.mail.stop()
    for _visitor in range(15):
        run(ledger, lambda visitor: visitor.sign_up(), Visitor(place, ledger))
    for minutes in (1, 5, 15, 30, 45, 60):
        move(house, minutes)
        time.sleep(4)
    waiting = house.query(
        "SELECT count(*), min(attempts) FROM procrastinate_jobs WHERE status = 'todo'"
        " AND task_name = 'challenges.mail_participant'"
    )[0]
    house.mail.start()
    move(house, 130)
    with load(house, ledger, "clock", at_least=30):
        time.sleep(5)
        move(house, 10)
        time.sleep(5)
        move(house, 26 * 60)
        time.sleep(5)
    return (
        f"mail gone for 60 minutes: {waiting[0]} mails waited, each tried {waiting[1]} times or "
        "more, all came; clock back by 2 hours and forward by a day under load"
    )


def own_time(folder: Path) -> dict[str, str]:
    """The environment of a portal whose clock can be moved, which is right to begin with."""
    if not LIBRARIES:
        raise FileNotFoundError("the Debian package libfaketime is missing")
    file = folder / "clock"
    file.write_text("+0\n")
    return environment(file)
