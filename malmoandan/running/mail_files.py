"""Mail as files, for the local portal that has no mail server."""

from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone


class EmailBackend(BaseEmailBackend):
    """Write each message to `<data>/mail/*.eml`, whole or not at all; newest name sorts last."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(str(settings.MAIL_DIR))
        folder.mkdir(mode=0o700, exist_ok=True)
        for message in email_messages:
            name = f"{timezone.now():%Y%m%dT%H%M%S%f}-{uuid4().hex[:6]}"
            part = folder / f"{name}.part"
            part.write_bytes(bytes(message.message()))
            part.rename(folder / f"{name}.eml")
        return len(email_messages)
