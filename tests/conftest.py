"""What all tests share: a quick flush, the background worker on demand, the portal as it runs.

`run_jobs` and `portal` work beside the test, in threads with connections of their own, so the
test's rows must be committed: both bring `transactional_db`.
"""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
import uvicorn
from django.core.cache import cache
from django.db import connection
from django.test import TransactionTestCase

from malmoandan.running import web_server
from malmoandan.running.queue import WorkerConnector
from malmoandan.running.starting import spare_the_collector

pytest_plugins = [
    "tests.browser",
    "tests.mailbox",
    "tests.oidc_provider",
    "tests.processes",
    "tests.clamd",
]

BROWSER_FIXTURES = {"chromium", "browser_page", "browser_page_without_scripts"}
# Filled by the migrations, and by the same rows each time.
KEPT_TABLES = ["django_migrations", "django_content_type", "auth_permission"]
# Triggers refuse TRUNCATE, and DELETE too, of what must stay; as a replica none of them runs.
# Deleting what is there is also quicker than truncating sixty tables that are mostly empty.
EMPTY_ALL_TABLES = """
    DO $$
    DECLARE name regclass;
    BEGIN
        SET LOCAL session_replication_role = replica;
        SET LOCAL lock_timeout = '20s';
        FOR name IN
            SELECT oid::regclass FROM pg_class
            WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
            AND pg_relation_size(oid) > 0 AND relname NOT IN ({kept})
        LOOP
            EXECUTE format('DELETE FROM %s', name);
        END LOOP;
    END $$
""".format(kept=", ".join(f"'{table}'" for table in KEPT_TABLES))


@dataclass
class Portal:
    """The portal as a visitor reaches it; without the last slash."""

    url: str


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that need a browser, so that `-m "not browser"` leaves them out."""
    for item in items:
        if BROWSER_FIXTURES & set(getattr(item, "fixturenames", [])):
            item.add_marker("browser")


def pytest_collection_finish() -> None:
    """What all tests share stays: looking through it for garbage is one part in twenty of a run."""
    spare_the_collector()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Let go of the database in the end: a thread may still hold a connection to it."""
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture(scope="session", autouse=True)
def _quick_flush() -> Iterator[None]:
    """Empty the database after a transactional test, whatever its triggers refuse."""

    def empty_all_tables(_test: TransactionTestCase) -> None:
        with connection.cursor() as cursor:
            cursor.execute(EMPTY_ALL_TABLES)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", empty_all_tables)
        yield


@pytest.fixture(autouse=True)
def _quick_and_local(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.WHITENOISE_AUTOREFRESH = True  # else each client reads all static files anew
    settings.MEDIA_ROOT = tmp_path / "files"
    # Attempts are counted in the database, which not every test has.
    settings.ATTEMPTS_IN_CACHE = True
    settings.EVEN_SECONDS = 0  # nobody waits for a test
    local = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    settings.CACHES = {**settings.CACHES, "default": local}
    settings.KEEP_PAGES = False  # most tests change rows where no one can hear it
    cache.clear()  # counts the attempts to sign in


@pytest.fixture
def run_jobs(transactional_db) -> Callable[[], None]:
    """Run the queued jobs as the worker does, until none is left that is due."""
    from procrastinate.contrib.django import app

    def work() -> None:
        worker_app = app.with_connector(WorkerConnector())
        # One job at a time: with two, the second finds none left while the first defers more.
        worker_app.run_worker(
            wait=False, concurrency=1, listen_notify=False, install_signal_handlers=False
        )

    def run() -> None:
        # A thread of its own, because Playwright's event loop may run in this one.
        with ThreadPoolExecutor(max_workers=1) as executor:
            executor.submit(work).result(timeout=60)

    return run


@pytest.fixture(scope="session")
def _web_server(django_db_setup) -> Iterator[uvicorn.Server]:
    from django.test import override_settings

    with override_settings(WHITENOISE_USE_FINDERS=True):  # nothing needs to be collected first
        from malmoandan.asgi import application

    config = uvicorn.Config(application, port=0, **web_server.options())
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    _wait_until(lambda: server.started)
    yield server
    server.should_exit = True
    thread.join(timeout=20)


@pytest.fixture
def portal(_web_server: uvicorn.Server, transactional_db, settings) -> Iterator[Portal]:
    """The whole portal behind a real web server, on the test's database and settings."""
    port = _web_server.servers[0].sockets[0].getsockname()[1]
    settings.BASE_URL = f"http://127.0.0.1:{port}"
    yield Portal(url=settings.BASE_URL)
    # A request that still runs would write into the emptied database.
    _wait_until(lambda: not _web_server.server_state.tasks)


def _wait_until(condition: Callable[[], bool]) -> None:
    for _attempt in range(2000):
        if condition():
            return
        time.sleep(0.01)
    raise TimeoutError("The web server of the tests did not become ready or quiet.")
