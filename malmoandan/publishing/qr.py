"""QR codes as one SVG path: sharp at any size, on paper and on a page."""

from dataclasses import dataclass

import qrcode
from qrcode.constants import ERROR_CORRECT_Q

# The standard (ISO/IEC 18004) asks for four empty modules round the code.
QUIET_ZONE = 4


@dataclass(frozen=True)
class QRCode:
    """A square of `size` units, quiet zone included; `path` is what is dark."""

    size: int
    path: str


def qr_code(text: str) -> QRCode:
    """The code for the text. A quarter of it may be damaged and it can still be read."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_Q, border=QUIET_ZONE)
    code.add_data(text)
    rows = code.get_matrix()
    runs = [f"M{x} {y}h{n}v1h-{n}z" for y, row in enumerate(rows) for x, n in _dark_runs(row)]
    return QRCode(size=len(rows), path="".join(runs))


def _dark_runs(row: list[bool]) -> list[tuple[int, int]]:
    """Where dark stretches of the row begin, and how long they are."""
    runs: list[tuple[int, int]] = []
    for x, dark in enumerate(row):
        if dark and runs and sum(runs[-1]) == x:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        elif dark:
            runs.append((x, 1))
    return runs
