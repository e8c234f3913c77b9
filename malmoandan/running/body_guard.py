"""Stands before Django and judges request bodies while they arrive.

uvicorn would hand a body of any size, at any pace, to Django's file of the request, and Django
looks at the size only when a view asks. A body that ends early needs no guard: the server
reports that the visitor left, and Django then calls no view.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from django.http import HttpResponse

from malmoandan.running import plain_pages

Scope = dict[str, Any]
Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

# A server that closes at once, with unread bytes waiting, resets the connection: the visitor
# would see a network error instead of the page that says what is wrong.
LINGER_SECONDS = 3
GONE: Message = {"type": "http.disconnect"}


class BodyGuard:
    """ASGI application that answers 413 and 408 itself, and hands all else to `app`.

    A body may have `max_bytes` and take `max_seconds`. Nothing of a refused one reaches a view.
    """

    def __init__(self, app: Application, *, max_bytes: int, max_seconds: float) -> None:
        self.app = app
        self.max_bytes = max_bytes
        self.max_seconds = max_seconds
        self.too_large = plain_pages.too_large(max_bytes)
        self.too_slow = plain_pages.too_slow()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif _announced_bytes(scope) > self.max_bytes:
            await _refuse(self.too_large, receive, send)
        else:
            body = _Body(self, scope, receive)
            await self.app(scope, body.receive, send)
            if body.refusal:
                await _refuse(body.refusal, receive, send)


class _Body:
    """The body of one request: counted and timed while Django reads it."""

    def __init__(self, guard: BodyGuard, scope: Scope, receive: Receive) -> None:
        self.guard = guard
        self.scope = scope
        self.receive_next = receive
        self.bytes = 0
        self.deadline = asyncio.get_running_loop().time() + guard.max_seconds
        self.is_complete = False
        self.refusal: HttpResponse | None = None

    async def receive(self) -> Message:
        """Return the next message; to Django, a refused body is a visitor who left."""
        if self.is_complete:
            return await self.receive_next()
        try:
            async with asyncio.timeout_at(self.deadline):
                message = await self.receive_next()
        except TimeoutError:
            self.refusal = self.guard.too_slow
            return GONE
        self.bytes += len(message.get("body", b""))
        if self.bytes > self.guard.max_bytes:
            self.refusal = self.guard.too_large
            return GONE
        self.is_complete = not message.get("more_body", False)
        if self.is_complete:
            _state_length(self.scope, self.bytes)
        return message


def _announced_bytes(scope: Scope) -> int:
    """What Content-Length says; the server has checked that it is one whole number."""
    lengths = [value for name, value in scope["headers"] if name == b"content-length"]
    return int(lengths[0]) if lengths else 0


def _state_length(scope: Scope, length: int) -> None:
    """Django takes a form with files that came in chunks, without a length, for an empty one."""
    names = {name for name, _value in scope["headers"]}
    if b"transfer-encoding" in names:
        others = [header for header in scope["headers"] if header[0] != b"content-length"]
        scope["headers"] = [*others, (b"content-length", str(length).encode())]


async def _refuse(page: HttpResponse, receive: Receive, send: Send) -> None:
    headers = [(name.lower().encode(), value.encode()) for name, value in page.items()]
    headers += [
        (b"content-length", str(len(page.content)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": page.status_code, "headers": headers})
    await send({"type": "http.response.body", "body": page.content, "more_body": True})
    await _let_finish(receive)
    await send({"type": "http.response.body"})


async def _let_finish(receive: Receive) -> None:
    """Read on for a moment and throw it away, until the visitor has read the page and left."""
    try:
        async with asyncio.timeout(LINGER_SECONDS):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect" or not message.get("more_body"):
                    return
    except TimeoutError:
        return
