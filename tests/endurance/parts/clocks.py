"""The mail server is gone for an hour; the clock of web and worker is moved."""

import time
from pathlib import Path

from tests.endurance.houses import House
from tests.endurance.ledger import Ledger
from tests.endurance.load import load, place_of, run
from tests.endurance.visitors import Visitor

STEPS = (1, 4, 10, 15, 15, 15)  # minutes, an hour in all
WAITING = "status = 'todo' AND task_name = 'challenges.mail_participant'"


def own_time(folder: Path) -> dict[str, str]:
    """The environment of a portal whose clock can be moved, and is right to begin with."""
    file = folder / "clock"
    file.write_text("0")
    return {
        "MOVED_CLOCK": str(file),
        "DJANGO_SETTINGS_MODULE": "tests.endurance.moved_clock",
    }


def move(house: House, minutes: int) -> None:
    """Let web and worker believe that it is so many minutes later (or earlier)."""
    clock = Path(house.environment["MOVED_CLOCK"])
    part = clock.with_suffix(".new")
    part.write_text(str(minutes * 60))
    part.rename(clock)
    time.sleep(1)


def clock(house: House, ledger: Ledger) -> str:
    """An hour without a mail server; then the clock goes back and forth under load."""
    place = place_of(house, "clock")
    house.mail.stop()
    for _visitor in range(20):
        run(ledger, lambda visitor: visitor.sign_up(), Visitor(place, ledger))
    for minutes in STEPS:
        time.sleep(4)  # for the tries that are due
        let_pass(house, minutes)
    time.sleep(4)
    waiting, tries = house.query(
        f"SELECT count(*), min(attempts) FROM procrastinate_jobs WHERE {WAITING}"
    )[0]
    house.mail.start()
    let_pass(house, 60)
    with load(house, ledger, "clock", at_least=60):
        for minutes in (-120, 0, 20 * 60):  # a session lasts a day
            time.sleep(6)
            move(house, minutes)
        time.sleep(6)
        move(house, 0)
    return (
        f"an hour without a mail server, in {len(STEPS)} steps of the queue's times: {waiting} "
        f"mails waited, each tried {tries} times at least; then the clock of web and worker two "
        "hours back, right, twenty ahead, right"
    )


def let_pass(house: House, minutes: int) -> None:
    """What waits for a later try waits so many minutes less."""
    with house.connect() as database:
        database.execute(
            "UPDATE procrastinate_jobs SET scheduled_at = scheduled_at - %s * interval '1 minute'"
            " WHERE status = 'todo' AND scheduled_at IS NOT NULL",
            [minutes],
        )
