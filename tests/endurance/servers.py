"""PostgreSQL and Redis as Debian packages them, on free ports of this machine."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.processes import free_port, wait_until


class Missing(Exception):
    """A Debian package that this part needs is not installed."""


@dataclass
class PostgresServer:
    bin: Path
    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"postgresql://portal@127.0.0.1:{self.port}/portal"

    @property
    def first_url(self) -> str:
        """The database that every server has."""
        return f"postgresql://portal@127.0.0.1:{self.port}/postgres"

    @classmethod
    @contextmanager
    def start(cls, folder: Path) -> Iterator["PostgresServer"]:
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
        if not found:
            raise Missing("postgresql")
        server = cls(found[-1].parent, folder, free_port())
        folder.mkdir()
        server._as_its_user("initdb", "-D", ".", "-U", "portal", "-A", "trust", "-E", "UTF8",
                            "--locale=C.UTF-8", "--no-sync").wait()  # fmt: skip
        with (folder / "postgresql.conf").open("a") as settings:
            settings.write(
                f"port = {server.port}\nunix_socket_directories = ''\nmax_connections = 60\n"
                "lc_messages = 'C.UTF-8'\nlog_min_error_statement = panic\n"
            )
        server.run()
        try:
            with psycopg.connect(server.first_url, autocommit=True) as database:
                database.execute("CREATE DATABASE portal")
            yield server
        finally:
            server.stop()

    def run(self) -> None:
        self.process = self._as_its_user("postgres", "-D", ".")
        wait_until(self.answers, seconds=60)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """SIGINT is a fast shutdown, SIGKILL what a crash is."""
        if self.process and self.process.poll() is None:
            os.kill(self.process.pid, how)
            self.process.wait()

    def pid(self) -> int:
        assert self.process
        return self.process.pid

    def answers(self) -> bool:
        try:
            psycopg.connect(self.first_url, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def _as_its_user(self, program: str, *arguments: str) -> subprocess.Popen[bytes]:
        """PostgreSQL refuses to run as root: then it runs as the user of its package."""
        user = "postgres" if os.getuid() == 0 else None
        if user:
            shutil.chown(self.folder, user, pwd.getpwnam(user).pw_gid)
        log = (self.folder.parent / "server.log").open("ab")
        return subprocess.Popen(
            [str(self.bin / program), *arguments],
            cwd=self.folder,
            user=user,
            env={"LC_ALL": "C.UTF-8", "PATH": os.environ["PATH"]},
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


@dataclass
class RedisServer:
    """Redis that writes each count to its file, so that a restart forgets none."""

    program: str
    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    @classmethod
    @contextmanager
    def start(cls, folder: Path) -> Iterator["RedisServer"]:
        program = shutil.which("redis-server")
        if not program:
            raise Missing("redis-server")
        folder.mkdir()
        server = cls(program, folder, free_port())
        server.run()
        try:
            yield server
        finally:
            server.stop()

    def run(self) -> None:
        options = {"port": self.port, "bind": "127.0.0.1", "dir": self.folder, "save": ""}
        options |= {"appendonly": "yes", "appendfsync": "always"}
        arguments = [str(word) for name, value in options.items() for word in (f"--{name}", value)]
        self.process = subprocess.Popen(
            [self.program, *arguments], stdout=subprocess.DEVNULL, start_new_session=True
        )
        wait_until(self._answers)

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(20)

    def restart(self, *, pause: float) -> None:
        self.stop()
        time.sleep(pause)
        self.run()

    def _answers(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        except OSError:
            return False
        return True
