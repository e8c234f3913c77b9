"""Early pytest plugin: the tests have a data folder of their own, and a database that runs.

Loaded by `-p tests.embedded` before the settings are read, which a conftest could not be.
"""

import os
from pathlib import Path

os.environ.setdefault("MALMOANDAN_DATA", str(Path(__file__).parent.parent / ".data" / "test"))
# Playwright keeps an event loop in the main thread, where the tests use the database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")


def pytest_configure() -> None:
    from malmoandan.running import embedded_postgres

    embedded_postgres.start_if_embedded()
