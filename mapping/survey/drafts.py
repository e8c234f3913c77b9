"""A cooperation that is being filled in: kept in the database from step to step, and for later."""

from typing import Any

from django.db import transaction

from malmoandan.organisations.models import Organisation, Sector
from mapping.models import Cooperation, ReportDraft
from mapping.survey import writing
from mapping.survey.report import Report, reports_of
from mapping.survey.writing import Item, Writer

MOST_DRAFTS = 200
MOST_PARTIES = 60


class Incomplete(Exception):
    """Something that every cooperation has is missing; `step` is where it is filled in."""

    def __init__(self, step: str) -> None:
        super().__init__(step)
        self.step = step


@transaction.atomic
def begin(*, writer: Writer, cooperation: Cooperation | None = None) -> ReportDraft:
    """A draft of a new cooperation, or of one that stands; the one that is begun already."""
    writer.lock()
    said = Report(parties={writer.organisation.pk: {}})
    if cooperation:
        editions = writer.own({cooperation.pk})
        said = Report.of(editions[cooperation.pk])
    drafts = ReportDraft.objects.filter(round=writer.round, organisation=writer.organisation)
    if cooperation:
        draft, _made = drafts.get_or_create(
            round=writer.round,
            organisation=writer.organisation,
            cooperation=cooperation,
            defaults={"by": writer.by, "data": {**said.as_json(), "began": said.fingerprint()}},
        )
        return draft
    empty = drafts.filter(cooperation=None, data__title="").first()
    if empty or drafts.count() >= MOST_DRAFTS:
        return empty or drafts.latest("updated_at")
    return ReportDraft.objects.create(
        round=writer.round, organisation=writer.organisation, by=writer.by, data=said.as_json()
    )


def report_of(draft: ReportDraft) -> Report:
    return Report.from_json(draft.data)


def keep(draft: ReportDraft, report: Report) -> None:
    """Keep what is filled in so far; what else the draft holds stays."""
    draft.data = {**draft.data, **report.as_json()}
    draft.save(update_fields=["data", "updated_at"])


def add_party(draft: ReportDraft, key: int) -> None:
    report = report_of(draft)
    if len(report.parties) < MOST_PARTIES:
        report.parties.setdefault(key, {})
        keep(draft, report)


def add_new_party(draft: ReportDraft, said: dict[str, Any]) -> None:
    """One that the portal does not know; it is added when the draft is saved.

    One whose number is known is that organisation.
    """
    number = said["organisation_number"]
    standing = Organisation.objects.standing()
    if number and (known := standing.filter(organisation_number=number).first()):
        add_party(draft, known.pk)
        return
    new = draft.data.setdefault("new", {})
    key = str(min([0, *map(int, new)]) - 1)
    new[key] = said
    add_party(draft, int(key))


def remove_party(draft: ReportDraft, key: int) -> None:
    report = report_of(draft)
    report.parties.pop(key, None)
    draft.data.get("new", {}).pop(str(key), None)
    draft.data["parties"] = {}
    keep(draft, report)


def names_of(draft: ReportDraft) -> dict[int, str]:
    """The parties' names, in the order they were added."""
    report = report_of(draft)
    rows = Organisation.objects.in_bulk([key for key in report.parties if key > 0])
    new = draft.data.get("new", {})
    return {
        key: rows[key].name if key in rows else new.get(str(key), {}).get("name", "?")
        for key in report.parties
    }


def sides_of(draft: ReportDraft) -> set[str]:
    keys = report_of(draft).parties
    known = Organisation.objects.filter(pk__in=[key for key in keys if key > 0])
    sides = set(known.values_list("sector", flat=True))
    return sides | {Sector.CIVIL.value for key in keys if key < 0}


def missing(draft: ReportDraft) -> str:
    """The step where something is missing that must be there; empty when nothing is."""
    report = report_of(draft)
    if not report.title or not report.form:
        return "vad"
    return "" if len(sides_of(draft)) == len(Sector) else "parter"


@transaction.atomic
def save(*, writer: Writer, draft: ReportDraft) -> None:
    """Make an edition of the draft, and forget it. Raises Incomplete, NotOpen and NotOwn.

    A draft that is gone has been saved already, by a double click.
    """
    writer.lock()
    found = ReportDraft.objects.select_for_update(of=["self"]).filter(pk=draft.pk).first()
    if found is None:
        return
    if step := missing(found):
        raise Incomplete(step)
    report = report_of(found).without_partnership()
    new = found.data.get("new", {})
    for key in [key for key in report.parties if key < 0]:
        made = Organisation.objects.create(sector=Sector.CIVIL, **new[str(key)])
        report.parties[made.pk] = report.parties.pop(key)
    merged = Organisation.objects.filter(pk__in=report.parties, merged_into__isnull=False)
    for gone in merged:
        money = report.parties.pop(gone.pk)
        report.parties.setdefault(gone.merged_into_id or 0, money)
    writing.save(writer=writer, items=[Item(report, found.cooperation_id)])
    found.delete()


def has_moved(draft: ReportDraft) -> bool:
    """Whether the cooperation was changed by somebody else since the draft was begun."""
    if not draft.cooperation_id or "began" not in draft.data:
        return False
    stands = reports_of(draft.cooperation.editions.filter(until_round=None))  # type: ignore
    said = stands.get(draft.cooperation_id)
    return said is not None and said.fingerprint() != draft.data["began"]
