"""The mail server of the run: it takes mail, refuses, hangs, or is gone."""

import re
import threading
import time
from collections import defaultdict
from collections.abc import Callable

from tests.mailbox import Mailbox, text_of


class MailServer(Mailbox):
    """A Mailbox that finds codes quickly, and can do something once a mail is taken."""

    def __init__(self) -> None:
        super().__init__()
        self._codes: dict[str, list[str]] = defaultdict(list)
        self._used: dict[str, int] = defaultdict(int)
        self._sent: dict[str, list[tuple[str, str]]] = defaultdict(list)
        self._news = threading.Condition()
        # Called in between: the mail is taken, and the sender has not heard it yet.
        self.when_taken: Callable[[str], None] | None = None

    async def handle_DATA(self, server, session, envelope) -> str:  # type: ignore[no-untyped-def]
        answer = await super().handle_DATA(server, session, envelope)
        if answer.startswith("250"):
            message = self.messages[-1]
            to, subject = str(message["To"]), str(message["Subject"]).strip()
            self._sent[to].append((subject, str(message["Message-ID"])))
            found = re.search(r"^\s*(\d{6})\s*$", text_of(message), re.MULTILINE)
            with self._news:
                if found:
                    self._codes[to].append(found[1])
                self._news.notify_all()
            if self.when_taken:
                self.when_taken(subject)
        return answer

    def behave(self) -> None:
        """Take mail again, whatever the last part left."""
        self.refuses = self.hangs = False
        self.when_taken = None
        if self._controller is None:
            self.start()

    def wait_for_code(self, address: str, *, seconds: float) -> str:
        """The newest code to that address which was not used yet; empty when none comes."""
        end = time.monotonic() + seconds
        with self._news:
            while len(self._codes[address]) <= self._used[address]:
                left = end - time.monotonic()
                if left <= 0 or not self._news.wait(left):
                    return ""
            self._used[address] = len(self._codes[address])
            return self._codes[address][-1]

    def copies(self, address: str, beginning: str) -> list[str]:
        """The Message-ID of each mail to that address whose subject begins so."""
        return [key for subject, key in self._sent[address] if subject.startswith(beginning)]
