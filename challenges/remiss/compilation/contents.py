"""What a compilation holds, as plain values: the one source of the page and of every file.

`snapshot.py` writes it as JSON and reads it back; the other formats are made from that.
"""

from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True)
class Word:
    """A key for programs and the Swedish word for it."""

    key: str
    label: str


@dataclass(frozen=True)
class PositionRow:
    """How many said what; `counts` follows the compilation's `positions`, one for each."""

    key: str
    label: str
    counts: list[int]

    @property
    def total(self) -> int:
        return sum(self.counts)


@dataclass(frozen=True)
class Figures:
    """Everything that is counted. An answer counts once, whoever sent it and however like another.

    `invited` = `answered` + `abstained` + `silent`, by the list of invited bodies; `received` =
    `published` + `waiting` + `withheld`, by the answers. `late` and those of campaigns are among
    the published ones.
    """

    invited: int
    answered: int
    abstained: int
    silent: int
    received: int
    published: int
    waiting: int
    withheld: int
    late: int
    campaigns: int
    in_campaigns: int
    # Positions on the proposal as a whole: of all, and of each group of respondents.
    by_group: list[PositionRow]
    # Of those who said something about the section.
    by_section: list[PositionRow]


@dataclass(frozen=True)
class Body:
    """An invited body."""

    name: str
    kind: str
    status: str
    status_label: str
    last_day: date
    reference: str  # its answer, when that is published


@dataclass(frozen=True)
class Section:
    number: int
    kind: str
    title: str
    text: str
    asks_position: bool


@dataclass(frozen=True)
class SectionText:
    section: int
    position: str
    position_label: str
    text: str
    # Nearly the same as in the answer that this one is like; files print that text once.
    like_first: bool = False


@dataclass(frozen=True)
class File:
    name: str
    size: int
    address: str


@dataclass(frozen=True)
class Mask:
    """A part that is hidden: why, since when, and a public note."""

    reason: str
    day: date
    note: str


@dataclass(frozen=True)
class Answer:
    """One published answer as anyone may read it, with what is masked left out."""

    reference: str
    name: str
    group: str
    group_label: str
    invited: bool
    on_behalf_of: str
    decided_by: str
    decided_on: date | None
    received_on: date
    late: bool
    version: int
    position: str
    position_label: str
    summary: str
    texts: list[SectionText]
    files: list[File]
    masks: list[Mask]
    address: str
    # The reference of the first of those that are nearly the same; "" for one like no other, and
    # its own for the first.
    campaign: str = ""

    @property
    def is_first(self) -> bool:
        """Whether it is shown for itself: like no other, or the first of its campaign."""
        return self.campaign in {"", self.reference}


@dataclass(frozen=True)
class Outcome:
    """What became of it: to a section, to one answer, or to the whole."""

    section: int | None
    reference: str
    text: str
    change: str  # the changed part of the plan in words
    link: str
    day: date


@dataclass(frozen=True)
class Event:
    day: date
    what: str
    reason: str


@dataclass(frozen=True)
class Compilation:
    title: str
    registry_number: str
    sender: str
    due_date: date
    phase: str
    address: str
    made_at: datetime
    positions: list[Word]
    figures: Figures
    sections: list[Section]
    bodies: list[Body]
    answers: list[Answer]
    outcomes: list[Outcome]
    events: list[Event]
    campaign_sizes: dict[str, int] = field(default_factory=dict)

    def outcomes_of(self, *, section: int | None = None, reference: str = "") -> list[Outcome]:
        """Those to that section, to that answer, or, without either, to the whole."""
        return [o for o in self.outcomes if (o.section, o.reference) == (section, reference)]
