"""Mail that the portal writes: a subject, a text and the same in quiet HTML, in one language."""

from collections.abc import Sequence
from email.mime.base import MIMEBase
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template import Context, Engine
from django.template.loader import render_to_string
from django.utils import translation


def send(
    template: str,
    *,
    to: str,
    context: dict[str, Any],
    language: str,
    message_id: str | None = None,
    attachments: Sequence[MIMEBase] = (),
) -> None:
    """Send `<template>.subject.txt`, `.txt` and `.html` to one address, in that language.

    The context also gets `base_url`, for absolute links without a last slash. `message_id`
    (letters, digits, `.` and `-`) makes the Message-ID stable: a mail that a job sends twice,
    because the reply of the mail server was lost, is shown once by most mail programs.

    Sends at once, so callers run it in the queue, where errors lead to a new try. Raises
    SMTPException or OSError when the mail server does not take it, and ValueError for an address
    that is none.
    """
    context = {"base_url": settings.BASE_URL, **context}
    with translation.override(language):
        message = EmailMultiAlternatives(
            subject=" ".join(_render_text(f"{template}.subject.txt", context).split()),
            body=_render_text(f"{template}.txt", context).strip() + "\n",
            to=[to],
            headers=_headers(language, message_id),
            attachments=list(attachments),
        )
        message.attach_alternative(render_to_string(f"{template}.html", context), "text/html")
        message.send()


def _render_text(name: str, context: dict[str, Any]) -> str:
    """Plain text: an ampersand in a name stays as it is."""
    return Engine.get_default().get_template(name).render(Context(context, autoescape=False))


def _headers(language: str, message_id: str | None) -> dict[str, str]:
    headers = {
        # Keeps out-of-office replies away (RFC 3834).
        "Auto-Submitted": "auto-generated",
        "Content-Language": language,
    }
    if message_id:
        headers["Message-ID"] = f"<{message_id}@{urlsplit(settings.BASE_URL).hostname}>"
    return headers
