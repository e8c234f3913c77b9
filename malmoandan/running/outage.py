"""When the database, the cache or the disk is away for a while: what is answered, and when.

The visitor gets an answer in good time, is told when to come back, and keeps what was typed.
"""

import asyncio
import errno
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from redis.exceptions import RedisError

from malmoandan.running import plain_pages

Scope = dict[str, Any]
Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

# The disk is full or broken, a quota is used up, too many files are open.
DISK_TROUBLE = {
    errno.ENOSPC,
    errno.EDQUOT,
    errno.EFBIG,
    errno.EIO,
    errno.EROFS,
    errno.EMFILE,
    errno.ENFILE,
}
# Classes of SQLSTATE: no resources, intervention, system and internal errors of the server. Not
# all of them are operational errors to the driver.
SERVER_TROUBLE = ("53", "57", "58", "XX")
ANSWER_SECONDS = 9
# Large files that coordinators and departments hand in or fetch are worth a longer wait.
PATIENT_SECONDS = 120
PATIENT_ADDRESSES = ("/admin/", "/mina-sidor/kartlaggning/")
PATIENT_ENDINGS = (".csv", ".json", ".pdf", ".rdf", ".xlsx", ".docx")
KEY = "portal.request"  # in the ASGI scope: the request, once its form is read


def is_temporary(error: BaseException | None) -> bool:
    """Whether something was gone, full or busy (a restart, a full pool or disk), not misused."""
    if isinstance(error, OSError):
        return error.errno in DISK_TROUBLE
    if isinstance(error, DatabaseError):
        state = getattr(error.__cause__, "sqlstate", None) or ""
        return isinstance(error, OperationalError) or state.startswith(SERVER_TROUBLE)
    return isinstance(error, InterfaceError | RedisError)


class ReadForm:
    """Middleware, outermost: read the form before anything that can hang or fail.

    So the page that says "not now" can hold what was typed.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method == "POST":
            # What is wrong with the form itself, the CSRF middleware answers in its own way.
            with suppress(SuspiciousOperation, UnreadablePostError, MultiPartParserError):
                len(request.POST)
        scope = getattr(request, "scope", None)
        if scope is not None:
            scope[KEY] = request
        return self.get_response(request)


class AnswerInTime:
    """ASGI application that answers 503 when `app` has not begun its answer in time.

    The clock runs from when the request is there whole. What the view still does goes on: every
    form of the portal bears being sent twice. A `send` after the 503 is dropped.
    """

    def __init__(self, app: Application, *, seconds: float = ANSWER_SECONDS) -> None:
        self.app = app
        self.seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        answer = _Answer(receive, send, self._patience(scope))
        work = asyncio.create_task(self._work(scope, answer))
        late = asyncio.create_task(answer.late.wait())
        try:
            await asyncio.wait({work, late}, return_when=asyncio.FIRST_COMPLETED)
            if not answer.begun and not work.done():
                await answer.give_up(plain_pages.unavailable(scope.get(KEY)))
            await work
        finally:
            late.cancel()
            work.cancel()

    async def _work(self, scope: Scope, answer: "_Answer") -> None:
        """Run the application; a disk that is full already while the body arrives is told too."""
        try:
            await self.app(scope, answer.receive, answer.send)
        except OSError as error:
            if answer.begun or not is_temporary(error):
                raise
            await answer.give_up(plain_pages.unavailable())

    def _patience(self, scope: Scope) -> float:
        path = scope["path"]
        patient = path.startswith(PATIENT_ADDRESSES) or path.endswith(PATIENT_ENDINGS)
        return PATIENT_SECONDS if patient else self.seconds


class _Answer:
    """The two ways of one request, watched: is its body here, has its answer begun?"""

    def __init__(self, receive: Receive, send: Send, seconds: float) -> None:
        self._receive = receive
        self._send = send
        self._seconds = seconds
        self._clock: asyncio.TimerHandle | None = None
        self._given_up = False
        self.begun = False
        self.late = asyncio.Event()

    async def receive(self) -> Message:
        message = await self._receive()
        if self._clock is None and not message.get("more_body"):
            self._clock = asyncio.get_running_loop().call_later(self._seconds, self.late.set)
        return message

    async def send(self, message: Message) -> None:
        if not self._given_up:
            self.begun = True
            await self._send(message)

    async def give_up(self, page: HttpResponse) -> None:
        self._given_up = self.begun = True
        headers = [(name.lower().encode(), value.encode()) for name, value in page.items()]
        headers += [
            (b"content-length", str(len(page.content)).encode()),
            (b"connection", b"close"),
        ]
        await self._send(
            {"type": "http.response.start", "status": page.status_code, "headers": headers}
        )
        await self._send({"type": "http.response.body", "body": page.content})
