"""What the portal stands on: the mail server and the disk."""

import time

from tests.endurance.disks import full
from tests.endurance.houses import House
from tests.endurance.ledger import Ledger
from tests.endurance.load import load
from tests.processes import wait_until


def mail(house: House, ledger: Ledger) -> str:
    """The mail server is gone, refuses, and hangs, half a minute each."""
    with load(house, ledger, "mail", at_least=110):
        time.sleep(3)
        house.mail.stop()
        time.sleep(30)
        house.mail.start()
        time.sleep(8)
        house.mail.refuses = True
        time.sleep(25)
        house.mail.refuses = False
        time.sleep(8)
        house.mail.hangs = True
        time.sleep(30)
        house.mail.hangs = False
    return "30 s gone, 25 s refusing, 30 s hanging"


def disk(house: House, ledger: Ledger) -> str:
    """No room for files, for temporary files, for the database, 15 to 20 seconds each."""
    with load(house, ledger, "disk", at_least=110):
        time.sleep(3)
        for name in ("files", "tmp"):
            with full(house.folder / name):
                time.sleep(15)
            time.sleep(5)
        with full(house.folder / "postgres"):
            time.sleep(20)
        begun = time.monotonic()
        wait_until(house.is_ready, seconds=90)
        back = time.monotonic() - begun
    return f"files, temporary files, database; ready {back:.1f} s after there was room again"
