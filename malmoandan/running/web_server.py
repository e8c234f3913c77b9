"""The web server: uvicorn with the limits that its defaults leave open."""

import asyncio
import resource
import signal
import socket
import sys
from threading import Thread
from typing import Any

import uvicorn
from django.conf import settings
from django.utils.module_loading import import_string
from h11 import IDLE
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_SECONDS = 20  # for a whole request line with its headers
KEEP_ALIVE_SECONDS = 20
UNREAD_MILLISECONDS = 120_000  # an answer that nobody reads ends the connection
BACKLOG = 2048
# What a request still does when the portal stops gets this long; the supervisor waits longer.
STOP_SECONDS = 10


class Protocol(H11Protocol):
    """HTTP where the head of a request must arrive in time; uvicorn waits for it for ever."""

    head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._time_the_head()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._time_the_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timer()
        super().connection_lost(exc)

    def _time_the_head(self) -> None:
        """Start the clock when a head has begun, and stop it when the head is whole."""
        if self.conn.their_state is not IDLE:
            self._stop_timer()
        elif self.head_timer is None:
            self.head_timer = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def _stop_timer(self) -> None:
        if self.head_timer:
            self.head_timer.cancel()
            self.head_timer = None


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket; raises OSError when the port is taken or not ours to use."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # By its name: asyncio sends small packets at once only where it knows that this is TCP. Else
    # the body of each answer waits until the head is acknowledged, 40 ms on a kept connection.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNREAD_MILLISECONDS)
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


def run(listener: socket.socket) -> None:
    """Serve until SIGINT or SIGTERM, then let running requests end."""
    _allow_many_connections()
    # uvicorn sends itself the signal again when it has stopped: this makes it a clean exit.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    signal.signal(signal.SIGINT, lambda *_: sys.exit(0))
    for name in settings.READ_AHEAD:
        Thread(target=import_string(name), name=name, daemon=True).start()
    uvicorn.Server(uvicorn.Config("malmoandan.asgi:application", **options())).run([listener])


def options() -> dict[str, Any]:
    return {
        "http": Protocol,
        "ws": "none",
        "loop": "asyncio",
        "lifespan": "off",
        # An access log would keep who read what.
        "access_log": False,
        "log_config": None,
        "server_header": False,
        # A public portal stands behind a proxy on the same machine, or FORWARDED_ALLOW_IPS says
        # where; a local one must not believe what a visitor claims about the own address.
        "proxy_headers": bool(settings.PUBLIC_HOSTS),
        "backlog": BACKLOG,
        "timeout_keep_alive": KEEP_ALIVE_SECONDS,
        "timeout_graceful_shutdown": STOP_SECONDS,
    }


def _allow_many_connections() -> None:
    """Slow connections each hold a file; the usual soft limit of 1,024 is soon used up."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 65536 if hard == resource.RLIM_INFINITY else min(hard, 65536)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
