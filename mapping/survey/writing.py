"""How what is reported becomes editions: new, changed, confirmed, ended. All or nothing.

A round writes its own editions and never touches what an earlier one says: it closes the earlier
edition at its own number. So the state of every round stays, and what this round has not
published yet is seen by nobody.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction
from django.utils import timezone

from malmoandan.accounts.models import User
from malmoandan.organisations.models import Organisation
from mapping.models import (
    Amount,
    Area,
    Confirmation,
    Cooperation,
    CooperationEdition,
    Ending,
    Party,
    Precision,
    RoundInvitation,
    SurveyRound,
)
from mapping.models.cooperations import RESERVED_SLUGS
from mapping.survey import own, slugs, tasks
from mapping.survey.report import PLAIN, Report, for_reports

BATCH = 2000


class NotOpen(Exception):
    """The round takes no reports now."""


class NotOwn(Exception):
    """Somebody else has reported the cooperation, or the round does not know it."""


@dataclass
class Item:
    """One cooperation to save: a new one without a key."""

    report: Report
    cooperation: int | None = None


@dataclass
class End:
    """A cooperation that has ended, and since when, where that is known."""

    cooperation: int
    ended_on: date | None = None
    precision: str = Precision.DAY


@dataclass
class Writer:
    """For whom is written, in which round. A coordinator writes also after the last day."""

    round: SurveyRound
    organisation: Organisation
    by: User
    is_coordinator: bool = False

    def lock(self) -> None:
        """Hold the round open until the commit, and let others of the organisation wait.

        Raises NotOpen. Organisations do not wait for each other.
        """
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock_shared(%s, 0)", [lock_key(self.round)])
            cursor.execute(
                "SELECT pg_advisory_xact_lock(%s, %s)",
                [lock_key(self.round), self.organisation.pk % 2**31],
            )
        self.round = SurveyRound.objects.get(pk=self.round.pk)
        if not may_write(self.round, is_coordinator=self.is_coordinator):
            raise NotOpen

    def own(self, cooperations: Collection[int]) -> dict[int, CooperationEdition]:
        """The standing editions of these. Raises NotOwn when one is not theirs to report."""
        editions = own.own_editions(self.round, self.organisation)
        found = for_reports(editions.filter(cooperation__in=cooperations))
        rows = {edition.cooperation_id: edition for edition in found}
        if set(cooperations) - set(rows):
            raise NotOwn
        return rows


def lock_key(survey_round: SurveyRound) -> int:
    """The first half of the advisory locks of a round; no other lock of the portal has two."""
    return 720_000_000 + survey_round.pk


def may_write(survey_round: SurveyRound, *, is_coordinator: bool = False) -> bool:
    """Reporters while the round is open; coordinators until it is published."""
    if is_coordinator:
        return survey_round.state in {SurveyRound.State.OPEN, SurveyRound.State.CLOSED}
    return survey_round.takes_reports


@transaction.atomic
def save(*, writer: Writer, items: Iterable[Item], ends: Iterable[End] = ()) -> list[int]:
    """Save reports, and return the keys of their cooperations in the same order.

    What says the same as before is confirmed. Raises NotOpen and NotOwn.
    """
    writer.lock()
    items, ends = list(items), list(ends)
    known = writer.own(
        {item.cooperation for item in items if item.cooperation} | {e.cooperation for e in ends}
    )
    _make_cooperations(items)
    changed, same = [], []
    for item in items:
        edition = known.get(item.cooperation or 0)
        if edition and Report.of(edition).fingerprint() == item.report.fingerprint():
            same.append(edition)
        else:
            changed.append((item, edition))
    _confirm(writer, same)
    _write(writer, changed)
    _end(writer, [(end, known[end.cooperation]) for end in ends])
    return [item.cooperation or 0 for item in items]


@transaction.atomic
def confirm(*, writer: Writer, cooperations: Collection[int] | None = None) -> int:
    """Say that these, or all that nobody has said anything of, still hold; return how many."""
    writer.lock()
    if cooperations is None:
        editions = list(own.own_editions(writer.round, writer.organisation))
    else:
        editions = list(writer.own(cooperations).values())
    return _confirm(writer, editions)


@transaction.atomic
def end(*, writer: Writer, end: End) -> None:
    """Say that a cooperation has ended. One that came in this round is taken away."""
    writer.lock()
    _end(writer, [(end, writer.own({end.cooperation})[end.cooperation])])


@transaction.atomic
def undo(*, writer: Writer, cooperation: Cooperation) -> None:
    """Go back to what stood before this round. Raises NotOwn."""
    writer.lock()
    ending = Ending.objects.filter(
        edition__cooperation=cooperation, round=writer.round, organisation=writer.organisation
    )
    if not ending.exists():
        edition = writer.own({cooperation.pk})[cooperation.pk]
        if edition.from_round_id == writer.round.number:
            _take_away([edition])
        Confirmation.objects.filter(edition__cooperation=cooperation, round=writer.round).delete()
    ending.delete()
    _before(writer.round, [cooperation.pk]).update(until_round=None)


@transaction.atomic
def finish(*, writer: Writer) -> None:
    """Say that all is reported; the other parties are told of it. May be said again."""
    writer.lock()
    invitations = RoundInvitation.objects.filter(
        round=writer.round, organisation=writer.organisation
    )
    invitations.update(reported_at=timezone.now(), reported_by=writer.by)
    tasks.tell_parties.defer(round_id=writer.round.pk)
    for invitation in invitations:
        tasks.mail_invitation.defer(message="receipt", invitation_id=invitation.pk)


def _before(survey_round: SurveyRound, cooperations: Iterable[int]):  # type: ignore[no-untyped-def]
    return CooperationEdition.objects.filter(
        cooperation__in=list(cooperations), until_round=survey_round.number
    )


def _make_cooperations(items: list[Item]) -> None:
    new = [item for item in items if item.cooperation is None]
    titles = [item.report.title for item in new]
    rows = [Cooperation(slug=slug) for slug in slugs.free(titles, RESERVED_SLUGS)]
    Cooperation.objects.bulk_create(rows, batch_size=BATCH)
    for item, row in zip(new, rows, strict=True):
        item.cooperation = row.pk


def _confirm(writer: Writer, editions: list[CooperationEdition]) -> int:
    """An edition of this very round needs no confirmation."""
    rows = [
        Confirmation(
            edition=edition, round=writer.round, organisation=writer.organisation, by=writer.by
        )
        for edition in editions
        if edition.from_round_id != writer.round.number
    ]
    told = {"edition__in": [row.edition_id for row in rows], "round": writer.round}
    before = Confirmation.objects.filter(**told).count()
    Confirmation.objects.bulk_create(rows, ignore_conflicts=True, batch_size=BATCH)
    return Confirmation.objects.filter(**told).count() - before


def _write(writer: Writer, changed: list[tuple[Item, CooperationEdition | None]]) -> None:
    number = writer.round.number
    again = [(i, e) for i, e in changed if e and e.from_round_id == number]
    first = [(i, e) for i, e in changed if not e or e.from_round_id != number]
    replaced = [edition.pk for _item, edition in first if edition]
    CooperationEdition.objects.filter(pk__in=replaced).update(until_round=number)
    Confirmation.objects.filter(edition__in=replaced, round=writer.round).delete()
    made = [
        CooperationEdition(
            cooperation_id=item.cooperation or 0,  # made by now
            from_round_id=number,
            reported_by=writer.organisation,
            **item.report.plain,
        )
        for item, _edition in first
    ]
    CooperationEdition.objects.bulk_create(made, batch_size=BATCH)
    _write_parts([(e, item.report) for e, (item, _old) in zip(made, first, strict=True)])
    _write_again(writer, [(edition, item.report) for item, edition in again if edition])


def _write_again(writer: Writer, rows: list[tuple[CooperationEdition, Report]]) -> None:
    """This round's own editions are changed in place; their objections stay with them."""
    for edition, report in rows:
        for name, value in report.plain.items():
            setattr(edition, name, value)
        edition.reported_by, edition.updated_at = writer.organisation, timezone.now()
    editions = [edition for edition, _report in rows]
    fields = [name.removesuffix("_id") for name in PLAIN]
    CooperationEdition.objects.bulk_update(
        editions, [*fields, "reported_by", "updated_at"], batch_size=500
    )
    Area.objects.filter(edition__in=editions).delete()
    Party.objects.filter(edition__in=editions).delete()
    _write_parts(rows)


def _write_parts(rows: list[tuple[CooperationEdition, Report]]) -> None:
    Area.objects.bulk_create(
        [Area(edition=edition, area_id=key) for edition, said in rows for key in said.areas],
        batch_size=BATCH,
    )
    parties = [
        (Party(edition=edition, organisation_id=key), money)
        for edition, said in rows
        for key, money in said.parties.items()
    ]
    Party.objects.bulk_create([party for party, _money in parties], batch_size=BATCH)
    amounts = [
        Amount(party=party, year=year, sek=sek)
        for party, money in parties
        for year, sek in money.items()
    ]
    Amount.objects.bulk_create(amounts, batch_size=BATCH)


def _end(writer: Writer, ends: list[tuple[End, CooperationEdition]]) -> None:
    """The edition of the round before is closed; one of this round goes, as if never said."""
    of_this_round = [e for _end, e in ends if e.from_round_id == writer.round.number]
    standing = [(end, e) for end, e in ends if e.from_round_id != writer.round.number]
    _take_away(of_this_round)
    said = {end.cooperation: end for end, _edition in ends}
    closed = [edition for _end, edition in standing]
    closed += list(_before(writer.round, [e.cooperation_id for e in of_this_round]))
    CooperationEdition.objects.filter(pk__in=[row.pk for row in closed]).update(
        until_round=writer.round.number, updated_at=timezone.now()
    )
    Confirmation.objects.filter(edition__in=closed, round=writer.round).delete()
    Ending.objects.bulk_create(
        [
            Ending(
                edition=edition,
                round=writer.round,
                organisation=writer.organisation,
                ended_on=said[edition.cooperation_id].ended_on,
                precision=said[edition.cooperation_id].precision,
            )
            for edition in closed
        ],
        batch_size=BATCH,
    )


def _take_away(editions: list[CooperationEdition]) -> None:
    """What came in this round alone leaves nothing but its history."""
    for edition in editions:
        cooperation = edition.cooperation
        edition.delete()
        if not cooperation.editions.exists() and not cooperation.successors.exists():
            cooperation.drafts.all().delete()
            cooperation.delete()
