"""The portal under test, in real processes: as `serve` runs it, or as a cluster of services."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import psycopg

from tests.endurance.disks import small_file_systems
from tests.endurance.mail import MailServer
from tests.endurance.servers import PostgresServer, RedisServer
from tests.processes import ROOT, Running, answers, free_port, wait_until

START_SECONDS = 300


@dataclass
class House(ABC):
    """A running portal, its data folder and its mail server."""

    folder: Path
    mail: MailServer
    port: int
    environment: dict[str, str]
    database: str  # what psycopg connects to
    rows: dict[str, str] = field(default_factory=dict)

    def connect(self) -> Any:
        return psycopg.connect(self.database, autocommit=True, connect_timeout=5)

    def query(self, statement: str, *values: object) -> list[Any]:
        with self.connect() as database:
            return list(database.execute(statement, values or None).fetchall())

    def is_up(self) -> bool:
        return answers(Running(None, self.port, self.folder))  # type: ignore[arg-type]

    def is_ready(self) -> bool:
        """Database, migrations and worker as well, as the portal itself says."""
        try:
            return Running(None, self.port, self.folder).get("/halsa/redo")[0] == 200  # type: ignore[arg-type]
        except OSError:
            return False

    def manage(self, *arguments: str) -> str:
        """Run a management command to its end, and return what it printed."""
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise RuntimeError(f"{arguments}: {done.stderr[-2000:]}")
        return done.stdout

    def prepare(self) -> None:
        self.rows = json.loads(self.manage("-m", "tests.endurance.prepare").splitlines()[-1])

    @abstractmethod
    def processes(self, command: str) -> list[psutil.Process]:
        """The living processes that do `web` or `worker`."""

    @abstractmethod
    def postmaster(self) -> int:
        """The number of the database server's first process."""


class EmbeddedHouse(House):
    """`manage.py serve` with a PostgreSQL of its own."""

    serve: subprocess.Popen[bytes]

    def processes(self, command: str) -> list[psutil.Process]:
        try:
            children = psutil.Process(self.serve.pid).children()
            return [each for each in children if command in each.cmdline()]
        except psutil.Error:
            return []

    def postmaster(self) -> int:
        lines = (self.folder / "postgres" / "postmaster.pid").read_text().splitlines()
        return int(lines[0])


@contextmanager
def embedded(*, small_disks: bool = False, **variables: str) -> Iterator[EmbeddedHouse]:
    """Start the whole portal by one command, and stop it in the end.

    With `small_disks` its files, temporary files and database each lie on a disk that can be
    filled.
    """
    with ExitStack() as stack:
        folder, mail, environment = _ground(stack, variables)
        if small_disks:
            sizes = {"files": "48m", "tmp": "48m", "postgres": "700m"}
            stack.enter_context(small_file_systems({folder / n: s for n, s in sizes.items()}))
        house = EmbeddedHouse(
            folder,
            mail,
            int(environment["PORT"]),
            environment,
            f"host={folder / 'postgres'} dbname=postgres user=postgres",
        )
        _begin_with_a_copy(folder / "postgres")
        log = stack.enter_context((folder / "log").open("wb"))
        house.serve = _start(["manage.py", "serve"], environment, log)
        stack.callback(_stop, house.serve)
        _wait_until_ready(house)
        house.prepare()
        yield house


class Cluster(House):
    """Two web and two worker processes against a PostgreSQL server, with Redis."""

    postgres: PostgresServer
    redis: RedisServer
    listener: socket.socket
    running: dict[str, list[subprocess.Popen[bytes]]]

    def processes(self, command: str) -> list[psutil.Process]:
        return [psutil.Process(each.pid) for each in self.running[command] if each.poll() is None]

    def postmaster(self) -> int:
        return self.postgres.pid()

    def start(self, command: str) -> None:
        """One more process; the web processes share one listening socket."""
        arguments = ["manage.py", command]
        if command == "web":
            arguments += ["--fd", str(self.listener.fileno())]
        log = (self.folder / "log").open("ab")
        process = _start(arguments, self.environment, log, [self.listener.fileno()])
        self.running[command].append(process)

    def look_after(self) -> None:
        """Start again what has died, as an init system does."""
        for command, processes in self.running.items():
            for process in [each for each in processes if each.poll() is not None]:
                processes.remove(process)
                self.start(command)


@contextmanager
def cluster() -> Iterator[Cluster]:
    with ExitStack() as stack:
        folder, mail, environment = _ground(stack, {})
        postgres = stack.enter_context(PostgresServer.start(folder / "server"))
        redis = stack.enter_context(RedisServer.start(folder / "redis"))
        environment |= {"DATABASE_URL": postgres.url, "CACHE_URL": redis.url}
        house = Cluster(folder, mail, int(environment["PORT"]), environment, postgres.url)
        house.postgres, house.redis = postgres, redis
        house.manage("manage.py", "migrate", "--verbosity=0")
        house.manage("manage.py", "load_content")
        house.prepare()
        house.listener = stack.enter_context(socket.create_server(("127.0.0.1", house.port)))
        house.running = {"web": [], "worker": []}
        stack.callback(lambda: _stop(*house.running["web"], *house.running["worker"]))
        for command in ["web", "web", "worker", "worker"]:
            house.start(command)
        _wait_until_ready(house)
        yield house


def _wait_until_ready(house: House) -> None:
    try:
        wait_until(house.is_ready, seconds=START_SECONDS)
    except TimeoutError:
        print((house.folder / "log").read_text()[-3000:])
        raise


def _prepared() -> Path:
    return Path(os.environ["MALMOANDAN_DATA"]).resolve()


def _begin_with_a_copy(folder: Path) -> None:
    """Take over the migrated database of the run's own data folder: that saves minutes."""
    for command in ("migrate", "load_content"):
        subprocess.run([sys.executable, "manage.py", command], cwd=ROOT, check=True,
                       stdout=subprocess.DEVNULL)  # fmt: skip
    folder.mkdir(exist_ok=True)
    subprocess.run(["cp", "-a", f"{_prepared() / 'postgres'}/.", folder], check=True)


def _ground(stack: ExitStack, variables: dict[str, str]) -> tuple[Path, MailServer, dict[str, str]]:
    """A data folder, a mail server and an environment for one portal."""
    prepared = _prepared()
    # Short: the socket of the embedded database lies in it.
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="endurance-")))
    folder.chmod(0o755)
    for made in ("static", "fonts"):
        if (prepared / made).exists():
            (folder / made).symlink_to(prepared / made)
    for name in ("files", "tmp"):
        (folder / name).mkdir()
    mail = MailServer()
    mail.start()
    stack.callback(mail.stop)
    ours = {name: value for name, value in os.environ.items() if "ASYNC_UNSAFE" not in name}
    environment = {
        **ours,
        "DJANGO_SETTINGS_MODULE": "malmoandan.settings",
        "MALMOANDAN_DATA": str(folder),
        "PORT": str(free_port()),
        "DATABASE_URL": "",
        "EMAIL_URL": f"smtp://127.0.0.1:{mail.port}",
        "TMPDIR": str(folder / "tmp"),
        **variables,
    }
    return folder, mail, environment


def _start(
    arguments: list[str], environment: dict[str, str], log: Any, pass_fds: list[int] | None = None
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment,
        stdout=log,
        stderr=subprocess.STDOUT,
        pass_fds=pass_fds or [],
        start_new_session=True,
    )


def _stop(*processes: subprocess.Popen[bytes]) -> None:
    for process in processes:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
    end = time.monotonic() + 45
    for process in processes:
        try:
            process.wait(max(0.1, end - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
