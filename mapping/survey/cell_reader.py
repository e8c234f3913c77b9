"""Reads the cells of a line as what they mean; what cannot be read is noted where it stands."""

from typing import Any

from malmoandan.organisations.swedish import unmarked
from mapping.survey import cells
from mapping.survey.sheets import fixed_words
from mapping.survey.workbook import Line


class CellReader:
    """What cannot be read counts as empty, and the line has a problem."""

    def __init__(self) -> None:
        words = fixed_words()
        self.words = {
            name: {unmarked(word): value for word, value in words[name].items()} for name in words
        }

    def read(self, line: Line, key: str, reader: Any, *, empty: Any = None) -> Any:
        value = line.cells.get(key)
        if value is None:
            return empty
        try:
            return reader(value)
        except cells.Wrong as wrong:
            line.wrong(key, str(wrong))
            return empty

    def text(self, line: Line, key: str, most: int, lines: bool = False) -> str:
        return str(self.read(line, key, lambda v: cells.text(v, most=most, lines=lines), empty=""))

    def yes(self, line: Line, key: str) -> bool:
        return bool(self.read(line, key, cells.yes, empty=False))

    def day(self, line: Line, key: str) -> Any:
        return self.read(line, key, cells.day)

    def number(self, line: Line, key: str) -> int | None:
        found: int | None = self.read(line, key, cells.number)
        return found

    def chosen(self, line: Line, prefix: str) -> list[str]:
        return [
            key.removeprefix(prefix)
            for key in line.headings
            if key.startswith(prefix) and self.yes(line, key)
        ]

    def word(self, line: Line, key: str, words: str) -> str | None:
        """The value behind a word of a list; case and marks do not matter."""
        value = line.cells.get(key)
        if value is None:
            return None
        found: str | None = self.words[words].get(" ".join(unmarked(str(value)).split()))
        if found is None:
            line.wrong(key, "Ordet finns inte i listan. Välj ett som gör det.")
        return found


def has_problem(line: Line, key: str) -> bool:
    """Whether something was found wrong in that cell already."""
    heading = line.headings.get(key, key)
    return any(problem.column == heading for problem in line.problems)
