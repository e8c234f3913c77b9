"""A real mail server on loopback, which can refuse, hang or be gone.

The fixture `smtp` comes to every test through `pytest_plugins` in conftest.py. Mail that the
portal sends while it is used goes over SMTP into `smtp.messages`.
"""

import asyncio
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller


class Mailbox:
    """What arrived, oldest first, and how the server behaves from now on."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.refuses = False
        self.hangs = False
        self.unknown: set[str] = set()  # addresses that it refuses for good
        self._controller: Controller | None = None
        self.port = 0

    async def handle_RCPT(self, server, session, envelope, address, options) -> str:
        if address in self.unknown:
            return "550 5.1.1 No such user here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope) -> str:
        if self.hangs:
            await asyncio.sleep(3600)
        if self.refuses:
            return "451 Try again later"
        self.messages.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"

    def to(self, address: str) -> list[EmailMessage]:
        return [message for message in self.messages if message["To"] == address]

    def start(self) -> None:
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        if not self.port:
            self._controller.port = _free_port()
        self._controller.start()
        self.port = self._controller.port

    def stop(self) -> None:
        """The server is gone: the port refuses connections until `start` is called."""
        if self._controller:
            self._controller.stop()
            self._controller = None


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def text_of(message: EmailMessage) -> str:
    return message.get_body(["plain"]).get_content()


def html_of(message: EmailMessage) -> str:
    return message.get_body(["html"]).get_content()


@pytest.fixture
def smtp(settings) -> Iterator[Mailbox]:
    mailbox = Mailbox()
    mailbox.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = mailbox.port
    settings.EMAIL_TIMEOUT = 1
    yield mailbox
    mailbox.stop()
