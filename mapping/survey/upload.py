"""A handed in sheet against what the round says: what would be new, changed, ended, unchanged.

Each file is compared three ways: with what stood when it was downloaded (a hidden column), with
what stands now, and with what the row says. So a file of last week undoes nothing, and the same
file handed in twice says nothing new.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import IO, Any

from django.db import transaction
from django.utils import timezone, translation

from malmoandan.organisations.models import Organisation, Sector
from mapping.models import Ending, ReportFile
from mapping.survey import own, writing
from mapping.survey.checks import Checked, Checker, Row
from mapping.survey.names import Names
from mapping.survey.report import Report, for_reports
from mapping.survey.sheets import Layout, known_organisations, layout_of
from mapping.survey.template import bad_rows, filled
from mapping.survey.workbook import Lines, Problem, UnreadableFile, read
from mapping.survey.writing import End, Item, Writer

__all__ = ["HasProblems", "Preview", "UnreadableFile", "apply", "preview", "template"]


class HasProblems(Exception):
    """Something in the file is wrong, so nothing of it was saved."""


@dataclass
class Preview:
    new: list[Row] = field(default_factory=list)
    changed: list[Row] = field(default_factory=list)
    ended: list[Row] = field(default_factory=list)
    unchanged: list[Row] = field(default_factory=list)
    # Last time's cooperations that no row is about; nothing happens to them.
    missing: int = 0
    organisations: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def says_something(self) -> bool:
        return bool(self.new or self.changed or self.ended)

    @property
    def summary(self) -> dict[str, int]:
        names = ("new", "changed", "ended", "unchanged")
        return {name: len(getattr(self, name)) for name in names}

    @property
    def bad_rows(self) -> int:
        return len({(problem.sheet, problem.row) for problem in self.problems})


@dataclass
class Read:
    """All that was read of a file, and what it was compared with."""

    lines: Lines
    layout: Layout
    names: Names
    checked: Checked
    preview: Preview


def template(writer: Writer) -> bytes:
    """The template with what the organisation reported last time."""
    editions = list(for_reports(own.own_editions(writer.round, writer.organisation)))
    layout = layout_of(writer.round, editions)
    reports = {edition.cooperation_id: Report.of(edition) for edition in editions}
    names = Names(known_organisations(writer.round)).shown
    missing = {key for said in reports.values() for key in said.parties} - set(names)
    # A party that was merged or is known to these two alone.
    names |= dict(Organisation.objects.filter(pk__in=missing).values_list("pk", "name"))
    return filled(writer.round, writer.organisation, layout, reports, names)


def preview(writer: Writer, file: IO[bytes]) -> Preview:
    """What the file would do. Raises UnreadableFile."""
    return _read(writer, file).preview


def bad_rows_of(writer: Writer, file: IO[bytes]) -> bytes:
    """The rows that cannot be used, as a file to correct. Raises UnreadableFile."""
    found = _read(writer, file)
    return bad_rows(
        writer.round, writer.organisation, found.layout, found.lines, found.names.shown.values()
    )


@transaction.atomic
def apply(*, writer: Writer, file: ReportFile) -> Preview:
    """Save all that the file says, or nothing. Applying twice says nothing new.

    Raises HasProblems, UnreadableFile and writing.NotOpen.
    """
    writer.lock()
    file = ReportFile.objects.select_for_update(of=["self"]).get(pk=file.pk)
    with file.file.open("rb") as content:
        found = _read(writer, content)
    plan = found.preview
    if plan.problems:
        raise HasProblems
    made = _add_organisations(found.checked)
    for row in [*plan.new, *plan.changed]:
        parties = row.report.parties.items()
        row.report.parties = {made.get(key, key): money for key, money in parties}
    said = [Item(row.report, row.cooperation) for row in [*plan.new, *plan.changed]]
    same = {row.cooperation for row in plan.unchanged if row.cooperation and not row.ended}
    ends = [
        End(row.cooperation, row.report.ends_on, row.report.end_precision)
        for row in plan.ended
        if row.cooperation
    ]
    writing.save(writer=writer, items=said, ends=ends)
    writing.confirm(writer=writer, cooperations=same)
    file.applied_at = file.applied_at or timezone.now()
    file.summary = plan.summary
    file.save(update_fields=["applied_at", "summary"])
    return plan


def _add_organisations(checked: Checked) -> dict[int, int]:
    """Those that some cooperation names; their keys by the negative ones of the sheet."""
    used = {key for row in checked.rows for key in row.report.parties}
    return {
        key: Organisation.objects.create(sector=Sector.CIVIL, **said).pk
        for key, said in checked.new.items()
        if key in used
    }


def _read(writer: Writer, file: IO[bytes]) -> Read:
    with translation.override("sv"):
        editions = list(for_reports(own.own_editions(writer.round, writer.organisation)))
        layout = layout_of(writer.round, editions)
        lines = read(file, layout)
        names = Names(known_organisations(writer.round))
        checker = Checker(writer.organisation, names, layout.areas.values())
        checked = checker.check(lines)
        standing = {edition.cooperation_id: edition for edition in editions}
        found = _compare(writer, checked.rows, standing)
        found.organisations = [said["name"] for said in checked.new.values()]
        found.problems = [
            problem for sheet in lines.values() for line in sheet for problem in line.problems
        ]
    return Read(lines, layout, names, checked, found)


def _compare(writer: Writer, rows: list[Row], standing: dict[int, Any]) -> Preview:
    reports = {key: Report.of(edition) for key, edition in standing.items()}
    prints = {key: said.fingerprint() for key, said in reports.items()}
    over = _ended_by(writer)
    _recognise(rows, reports, standing, writer.round.number)
    found = Preview()
    named = {row.cooperation for row in rows}
    for row in rows:
        key = row.cooperation
        if not row.is_good:
            continue
        if key is None:
            found.new.append(row)
        elif key in over and row.ended:
            found.unchanged.append(row)
        elif key not in standing:
            row.line.wrong("title", _not_theirs(key in over))
        elif row.ended:
            found.ended.append(row)
        else:
            _compare_one(found, row, reports[key], prints[key])
    found.missing = len(set(standing) - named)
    return found


def _compare_one(found: Preview, row: Row, stands: Report, fingerprint: str) -> None:
    row.report.predecessor_id = stands.predecessor_id if row.report.is_partnership else None
    said = row.report.fingerprint()
    if said in {fingerprint, row.version}:
        # Untouched in the file: what the portal knows by now is newer.
        found.unchanged.append(row)
    elif row.version and row.version != fingerprint:
        row.line.wrong(
            "title",
            "Uppgiften har ändrats i portalen sedan filen hämtades. Hämta en ny fil, eller ändra "
            "den i portalen.",
        )
    else:
        found.changed.append(row)


def _not_theirs(is_over: bool) -> str:
    if is_over:
        return "Ni har sagt att samverkan har upphört. Ångra det i portalen först."
    return "Raden gäller en samverkan som ni inte rapporterar. Ta bort raden."


def _ended_by(writer: Writer) -> set[int]:
    endings = Ending.objects.filter(round=writer.round, organisation=writer.organisation)
    return set(endings.values_list("edition__cooperation", flat=True))


def _recognise(
    rows: Iterable[Row], reports: dict[int, Report], standing: dict[int, Any], number: int
) -> None:
    """A row without a key that was saved from this round's file before is that cooperation."""
    named = {row.cooperation for row in rows}
    alike: dict[Any, list[int]] = defaultdict(list)
    for key, said in reports.items():
        if standing[key].from_round_id == number and key not in named:
            alike[said.likeness].append(key)
    for row in rows:
        if row.cooperation is None and row.is_good and (keys := alike.get(row.report.likeness)):
            row.cooperation = keys.pop(0)
