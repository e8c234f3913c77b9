"""The rules of a handed in sheet: from lines to reports, every mistake named where it stands."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError

from malmoandan.organisations.models import Organisation, Sector
from malmoandan.organisations.numbers import clean_organisation_number
from mapping.models import PARTNERSHIP_FIELDS, CooperationEdition, CooperationForm, Precision
from mapping.survey import cells
from mapping.survey.cell_reader import CellReader, has_problem
from mapping.survey.names import Names
from mapping.survey.report import TEXTS, Money, Report
from mapping.survey.sheets import COOPERATIONS, NEW, PARTIES
from mapping.survey.workbook import Line, Lines

SIDES = {Sector.CITY: "Malmö stad", Sector.CIVIL: "den idéburna sektorn"}
ONE_LINE = {"title", "registry_number"}
LONGEST = {
    name: CooperationEdition._meta.get_field(name).max_length or 0  # type: ignore[union-attr]
    for name in TEXTS
}


@dataclass
class Row:
    """A cooperation of the sheet. `report` is worth something while the line has no problems."""

    line: Line
    report: Report
    cooperation: int | None = None
    version: str = ""
    ended: bool = False
    parts: list[Line] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        return not self.line.problems and not any(part.problems for part in self.parts)


@dataclass
class Checked:
    rows: list[Row]
    # By negative keys, which stand for them in the reports until they are added.
    new: dict[int, dict[str, Any]]


class Checker(CellReader):
    """Reads the lines of one file. All it needs to know was read before the first line."""

    def __init__(self, organisation: Organisation, names: Names, areas: Iterable[int]) -> None:
        super().__init__()
        self.organisation = organisation
        self.names = names
        self.areas = list(areas)
        self.new: dict[int, dict[str, Any]] = {}

    def check(self, lines: Lines) -> Checked:
        for line in lines[NEW]:
            self._new_organisation(line)
        rows = [self._row(line) for line in lines[COOPERATIONS]]
        self._parties(self._numbered(rows), lines[PARTIES])
        self._twice(rows)
        for row in rows:
            self._both_sides(row)
        return Checked(rows, self.new)

    # New organisations -------------------------------------------------------------------------

    def _new_organisation(self, line: Line) -> None:
        said: dict[str, Any] = {"name": self.text(line, "name", 200)}
        if not said["name"]:
            line.wrong("name", "Skriv organisationens namn.")
        said["kind"] = self.word(line, "kind", "organisationsformer")
        if not said["kind"] and not has_problem(line, "kind"):
            line.wrong("kind", "Välj organisationsform.")
        said["organisation_number"] = self._organisation_number(line)
        said["website"] = self._website(line)
        if line.problems:
            # Its name is known now, so that the parties are not said to be wrong too.
            self.names.add(said["name"] or "", -line.row, Sector.CIVIL)
            return
        number = said["organisation_number"]
        known = self.names.by_number(number) if number else None
        if known is None and len(found := self.names.exactly(said["name"])) == 1:
            known = next(iter(found))
        key = known or -line.row
        self.names.add(said["name"], key, self.names.sector.get(key, Sector.CIVIL))
        if known is None:
            self.new[key] = said

    def _organisation_number(self, line: Line) -> str | None:
        value = line.cells.get("organisation_number")
        if value is None:
            return None
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        try:
            return clean_organisation_number(str(value))
        except ValidationError as error:
            line.cells["organisation_number"] = ""  # it may be a person's
            line.wrong("organisation_number", " ".join(error.messages))
            return None

    def _website(self, line: Line) -> str:
        said = self.text(line, "website", 200)
        if said and not said.startswith(("https://", "http://")):
            said = f"https://{said}"
        if said:
            try:
                Organisation._meta.get_field("website").clean(said, None)
            except ValidationError:
                line.wrong("website", "Skriv en webbadress, till exempel https://foreningen.se/")
        return said

    # Cooperations ------------------------------------------------------------------------------

    def _row(self, line: Line) -> Row:
        row = Row(line, Report())
        row.cooperation = self.number(line, "id") if "id" in line.cells else None
        row.version = str(line.cells.get("version", ""))
        row.ended = self.yes(line, "ended")
        said = row.report
        if not row.ended:
            for name in TEXTS:
                setattr(said, name, self.text(line, name, LONGEST[name], name not in ONE_LINE))
            if not said.title and not has_problem(line, "title"):
                line.wrong("title", "Skriv en rubrik.")
            said.form = self.word(line, "form", "former") or ""
            if not said.form and not has_problem(line, "form"):
                line.wrong("form", "Välj form i listan.")
            said.level = self.word(line, "level", "nivåer") or ""
            said.steps = self.chosen(line, "step:")
            said.city_parts = self.chosen(line, "part:")
            said.areas = [key for key in self.areas if self.yes(line, f"area:{key}")]
            self._rules(line, said)
        self._period(line, said, ended=row.ended)
        if row.ended and not row.cooperation:
            line.wrong("ended", "Bara en samverkan som ni har rapporterat förut kan upphöra.")
        return row

    def _rules(self, line: Line, said: Report) -> None:
        if "hela" in said.city_parts and len(said.city_parts) > 1:
            line.wrong("part:hela", "Välj antingen hela Malmö eller vissa delar.")
        if said.form and said.form != CooperationForm.IOP:
            for name in PARTNERSHIP_FIELDS:
                if getattr(said, name):
                    line.wrong(name, "Bara ett idéburet offentligt partnerskap har den uppgiften.")

    def _period(self, line: Line, said: Report, *, ended: bool) -> None:
        if begins := self.day(line, "starts"):
            said.starts_on, said.start_precision = begins
        if ends := self.day(line, "ends"):
            said.ends_on, said.end_precision = ends
            if said.end_precision == Precision.YEAR:
                said.ends_on = said.ends_on.replace(month=12, day=31)
        said.ongoing = not ended and self.yes(line, "ongoing")
        if said.ongoing and said.ends_on:
            line.wrong("ongoing", "Ange ett slut eller att samverkan pågår, inte båda.")
        elif said.starts_on and said.ends_on and said.ends_on < said.starts_on:
            line.wrong("ends", "Slutet kan inte ligga före början.")

    # Parties -----------------------------------------------------------------------------------

    def _numbered(self, rows: list[Row]) -> dict[int, Row]:
        """The rows by their own numbers, which the other sheet refers to."""
        found: dict[int, Row] = {}
        for row in rows:
            if "number" not in row.line.cells:
                if not row.ended:
                    row.line.wrong(
                        "number", "Ge raden ett nummer, som fliken Parter hänvisar till."
                    )
                continue
            number = self.number(row.line, "number")
            if number in found:
                first = found[number].line.row
                row.line.wrong("number", f"Numret används redan på rad {first}.")
            elif number is not None:
                found[number] = row
        return found

    def _parties(self, rows: dict[int, Row], lines: list[Line]) -> None:
        for line in lines:
            row = self._row_of(rows, line)
            party = self._party(line)
            money = self._money(line)
            if row is None:
                continue
            row.parts.append(line)
            if party is None or row.ended:
                continue
            if party in row.report.parties:
                line.wrong("party", "Parten står redan på en annan rad för samma samverkan.")
            row.report.parties[party] = money
        for row in rows.values():
            if not row.ended:
                row.report.parties.setdefault(self.organisation.pk, {})

    def _row_of(self, rows: dict[int, Row], line: Line) -> Row | None:
        if "number" not in line.cells:
            line.wrong("number", "Skriv numret på samverkan som parten hör till.")
            return None
        number = self.number(line, "number")
        if number is not None and number not in rows:
            line.wrong("number", "Ingen rad i fliken Samverkan har det numret.")
        return rows.get(number) if number is not None else None

    def _party(self, line: Line) -> int | None:
        if has_problem(line, "party"):
            return None
        said = line.cells.get("party")
        if said is None:
            line.wrong("party", "Skriv vilken organisation eller förvaltning det är.")
            return None
        if isinstance(said, float) and said.is_integer():
            said = int(said)
        try:
            return self.names.find(str(said))
        except cells.Wrong as wrong:
            line.wrong("party", str(wrong))
            return None

    def _money(self, line: Line) -> Money:
        money: Money = {}
        for key in line.cells:
            if key.startswith("year:"):
                value = self.read(line, key, cells.kronor)
                if not has_problem(line, key):
                    money[int(key.removeprefix("year:"))] = value
        return money

    def _both_sides(self, row: Row) -> None:
        if row.ended or not row.is_good:
            return
        sides = {self.names.sector.get(key) for key in row.report.parties}
        for sector in Sector:
            if sector not in sides:
                row.line.wrong("number", f"Samverkan saknar en part från {SIDES[sector]}.")

    def _twice(self, rows: list[Row]) -> None:
        """The same cooperation on two rows, by its key or by title and parties."""
        keys: dict[Any, int] = {}
        alike: dict[Any, list[Row]] = defaultdict(list)
        for row in rows:
            if row.cooperation and row.cooperation in keys:
                first = keys[row.cooperation]
                row.line.wrong("title", f"Raden är en kopia av rad {first}. Ta bort en av dem.")
            elif row.cooperation:
                keys[row.cooperation] = row.line.row
            elif row.is_good:
                alike[row.report.likeness].append(row)
        for same, *others in alike.values():
            for row in others:
                row.line.wrong("title", f"Rad {same.line.row} har samma rubrik och parter.")
