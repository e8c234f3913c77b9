"""Answers that take equally long, whether an address is known or not.

A new address costs a row more than a known one: a few milliseconds, which tell a stranger with a
clock who is known. So the work is given a whole number of steps, each far longer than that.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from malmoandan.running.database import let_go


@contextmanager
def even_time() -> Iterator[None]:
    """Let the block last a multiple of settings.EVEN_SECONDS, however it ends.

    No database connection is held while it waits, so it costs nobody else anything.
    """
    begun = time.monotonic()
    try:
        yield
    finally:
        let_go()
        if settings.EVEN_SECONDS:
            time.sleep(-(time.monotonic() - begun) % settings.EVEN_SECONDS)
