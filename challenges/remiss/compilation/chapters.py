"""The texts of a compilation in reading order, and how they are parted into volumes."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from challenges.remiss.compilation.contents import Answer, Compilation, Section, SectionText

# Of one PDF: some 250 pages, made in a minute with less than half a gigabyte (decision 18).
WORDS_PER_VOLUME = 100_000


@dataclass(frozen=True)
class Entry:
    """One text under its section, and those whose text there is nearly the same."""

    answer: Answer
    text: SectionText
    also: list[Answer]

    @property
    def words(self) -> int:
        return len(self.text.text.split()) + 10 + 4 * len(self.also)


@dataclass
class Chapter:
    """What is said of one section, or the part of it that fits in one volume."""

    section: Section
    entries: list[Entry] = field(default_factory=list)
    continued: bool = False


def chapters(compilation: Compilation) -> Iterator[Chapter]:
    """All sections in order with what is said of them; near-identical texts stand once."""
    by_reference = {answer.reference: answer for answer in compilation.answers}
    for section in compilation.sections:
        entries: dict[str, Entry] = {}
        folded: list[tuple[str, Answer]] = []
        for answer in compilation.answers:
            text = next((t for t in answer.texts if t.section == section.number), None)
            if text is None or not (text.text or text.position):
                continue
            if text.like_first and answer.campaign in by_reference:
                folded.append((answer.campaign, answer))
            else:
                entries[answer.reference] = Entry(answer, text, [])
        for reference, answer in folded:
            entries[reference].also.append(answer)
        yield Chapter(section, list(entries.values()))


def volumes(compilation: Compilation, most: int = WORDS_PER_VOLUME) -> list[list[Chapter]]:
    """The chapters in volumes of at most `most` words; one longer text has a volume of its own."""
    found: list[list[Chapter]] = []
    room = 0
    for chapter in chapters(compilation):
        continued = False
        for entry in chapter.entries:
            if not found or (entry.words > room and room < most):
                found.append([])
                room = most
            if not found[-1] or found[-1][-1].section != chapter.section:
                found[-1].append(Chapter(chapter.section, [], continued))
            found[-1][-1].entries.append(entry)
            room -= entry.words
            continued = True
    return found
