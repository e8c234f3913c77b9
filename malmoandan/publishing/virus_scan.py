"""Asks ClamAV's daemon about a file, where the portal is told of one (CLAMD_URL).

The protocol is a dozen lines, and the client libraries for it are GPL. A daemon that is down
refuses files rather than letting them pass.
"""

import socket
import struct
from contextlib import closing
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

TIMEOUT_SECONDS = 30
CHUNK_BYTES = 64 * 1024
LONGEST_REPLY = 4096


class VirusFound(Exception):
    """The file is known to be harmful; the message is the name ClamAV has for it."""


class ScannerDown(Exception):
    """ClamAV did not answer, or could not judge the file. Nothing is known about it."""


def is_on() -> bool:
    return bool(settings.CLAMD_URL)


def scan(content: bytes) -> None:
    """Return when ClamAV finds nothing, or none is configured.

    Raises VirusFound, and ScannerDown when there is no verdict.
    """
    if not is_on():
        return
    try:
        reply = _ask(content)
    except OSError as error:
        raise ScannerDown from error
    verdict = reply.removeprefix("stream: ")
    if verdict.endswith(" FOUND"):
        raise VirusFound(verdict.removesuffix(" FOUND"))
    if verdict != "OK":  # "INSTREAM size limit exceeded. ERROR", or cut short
        raise ScannerDown(verdict)


def _ask(content: bytes) -> str:
    with closing(_connect(urlsplit(settings.CLAMD_URL))) as clamd:
        clamd.sendall(b"zINSTREAM\0")
        for start in range(0, len(content), CHUNK_BYTES):
            chunk = content[start : start + CHUNK_BYTES]
            clamd.sendall(struct.pack("!L", len(chunk)) + chunk)
        clamd.sendall(struct.pack("!L", 0))
        return _reply(clamd)


def _connect(address: SplitResult) -> socket.socket:
    if address.scheme == "unix":
        clamd = socket.socket(socket.AF_UNIX)
        clamd.settimeout(TIMEOUT_SECONDS)
        try:
            clamd.connect(address.path)
        except OSError:
            clamd.close()
            raise
        return clamd
    host = address.hostname or "127.0.0.1"
    return socket.create_connection((host, address.port or 3310), timeout=TIMEOUT_SECONDS)


def _reply(clamd: socket.socket) -> str:
    reply = b""
    while not reply.endswith(b"\0") and len(reply) < LONGEST_REPLY:
        part = clamd.recv(LONGEST_REPLY)
        if not part:
            break
        reply += part
    return reply.rstrip(b"\0").decode("utf-8", "replace").strip()
