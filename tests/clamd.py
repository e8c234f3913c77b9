"""A daemon that speaks ClamAV's protocol on loopback, and can be slow of mind or gone."""

import socketserver
import struct
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hostile_files import EICAR


class Clamd:
    """What it was asked about, and how it answers from now on."""

    def __init__(self) -> None:
        self.asked: list[bytes] = []
        self.reply: bytes | None = None

    def judge(self, content: bytes) -> bytes:
        self.asked.append(content)
        if self.reply is not None:
            return self.reply
        return b"stream: Eicar-Signature FOUND\0" if EICAR in content else b"stream: OK\0"


class _Talk(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        assert self.rfile.read(10) == b"zINSTREAM\0"
        content = b""
        while size := struct.unpack("!L", self.rfile.read(4))[0]:
            content += self.rfile.read(size)
        self.wfile.write(self.server.clamd.judge(content))


class _Tcp(socketserver.ThreadingTCPServer):
    daemon_threads = True


class _Unix(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True


@pytest.fixture
def clamd(settings) -> Iterator[Clamd]:
    """ClamAV over TCP; the portal asks it about every attachment."""
    server = _Tcp(("127.0.0.1", 0), _Talk)
    settings.CLAMD_URL = f"tcp://127.0.0.1:{server.server_address[1]}"
    yield from _serve(server)


@pytest.fixture
def clamd_on_a_socket(settings, tmp_path_factory) -> Iterator[Clamd]:
    path = Path(tmp_path_factory.mktemp("c")) / "clamd.ctl"
    server = _Unix(str(path), _Talk)
    settings.CLAMD_URL = f"unix://{path}"
    yield from _serve(server)


def _serve(server) -> Iterator[Clamd]:
    server.clamd = Clamd()
    polling = {"poll_interval": 0.02}  # seconds that its end waits
    threading.Thread(target=server.serve_forever, kwargs=polling, daemon=True).start()
    yield server.clamd
    server.shutdown()
    server.server_close()
