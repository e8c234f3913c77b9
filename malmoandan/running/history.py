"""History of every row by database triggers: bulk changes and raw SQL are seen too."""

from collections.abc import Callable, Iterable
from typing import Any

import pghistory


def track(*, exclude: Iterable[str] = ()) -> Callable[[Any], Any]:
    """Class decorator: each insert, change and deletion of a row is kept, with who and why."""
    return pghistory.track(
        pghistory.InsertEvent(),
        pghistory.UpdateEvent(),
        pghistory.DeleteEvent(),
        exclude=list(exclude) or None,
    )
