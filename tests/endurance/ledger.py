"""What the portal has acknowledged, and how it answered: what is counted afterwards."""

import threading
from collections import Counter
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Acknowledged:
    """The portal said yes: a receipt, a reference, a page that says it is saved."""

    kind: str  # signature, seat, draft, attachment or answer
    key: str  # reference, address, secret of a draft, or hash of a file
    about: str = ""  # organisation number, address, or the answer's attachment


@dataclass
class Ledger:
    """Kept by many threads at once; a part of the run has one of its own."""

    acknowledged: list[Acknowledged] = field(default_factory=list)
    longest: float = 0
    answers: Counter[int] = field(default_factory=Counter)
    cut: int = 0
    wrong: list[str] = field(default_factory=list)
    given_up: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, kind: str, key: str, about: str = "") -> None:
        with self._lock:
            self.acknowledged.append(Acknowledged(kind, key, about))

    def answered(self, status: int, seconds: float) -> None:
        with self._lock:
            self.answers[status] += 1
            self.longest = max(self.longest, seconds)

    def was_cut(self, seconds: float) -> None:
        with self._lock:
            self.cut += 1
            self.longest = max(self.longest, seconds)

    def is_wrong(self, what: str) -> None:
        with self._lock:
            self.wrong.append(what)

    def gave_up(self) -> None:
        with self._lock:
            self.given_up += 1

    def of(self, kind: str) -> list[Acknowledged]:
        return [one for one in self.acknowledged if one.kind == kind]
