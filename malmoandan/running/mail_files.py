"""Mail as files, for the local portal that has no mail server."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage as ReadMessage
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

MOST_SHOWN = 100


@dataclass
class Mail:
    name: str
    subject: str
    to: str
    date: datetime
    text: str


class EmailBackend(BaseEmailBackend):
    """Write each message to `<data>/mail/*.eml`, whole or not at all; newest name sorts last."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = _folder()
        folder.mkdir(mode=0o700, exist_ok=True)
        for message in email_messages:
            name = f"{timezone.now():%Y%m%dT%H%M%S%f}-{uuid4().hex[:6]}"
            part = folder / f"{name}.part"
            part.write_bytes(bytes(message.message()))
            part.rename(folder / f"{name}.eml")
        return len(email_messages)


def newest() -> list[Mail]:
    """Return the latest mails, newest first."""
    paths = sorted(_folder().glob("*.eml"), reverse=True)[:MOST_SHOWN]
    return [_parse(path) for path in paths]


def read(name: str) -> Mail | None:
    """Return the mail of that name; None when there is none. `name` holds no dot or slash."""
    path = _folder() / f"{name}.eml"
    return _parse(path) if path.is_file() else None


def forget(holds: Callable[[str], bool]) -> None:
    """Delete the mails whose address, subject or text holds what is to be forgotten."""
    if not settings.MAIL_DIR:
        return
    for path in _folder().glob("*.eml"):
        mail = _parse(path)
        if holds(f"{mail.to} {mail.subject} {mail.text}"):
            path.unlink(missing_ok=True)


def _folder() -> Path:
    return Path(str(settings.MAIL_DIR))


def _parse(path: Path) -> Mail:
    message = message_from_bytes(path.read_bytes(), ReadMessage, policy=policy.default)
    body = message.get_body(("plain",))
    return Mail(
        name=path.stem,
        subject=message["Subject"],
        to=message["To"],
        date=message["Date"].datetime,
        text=body.get_content() if body else "",
    )
