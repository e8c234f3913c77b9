import gc
from contextlib import suppress

from malmoandan.running import starting


def test_garbage_is_looked_for_again_after_a_start_that_failed():
    with suppress(OSError), starting.without_collecting():
        assert not gc.isenabled()
        raise OSError("no database")
    gc.unfreeze()

    assert gc.isenabled()
