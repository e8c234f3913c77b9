"""What coordinators decide about a referral: opened, closed, opened again, moved, reported.

Each decision holds the row locked, so that two who decide at once take turns, and the second one
is told that it is not possible any more.
"""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from challenges.remiss import deadlines
from challenges.remiss.models import Referral, ReferralNote
from malmoandan.accounts.models import User
from malmoandan.publishing.references import new_token

State = Referral.State
Kind = ReferralNote.Kind


class WrongState(Exception):
    """The referral is not, or no longer, in a state where that can be done."""

    def __init__(self, referral: Referral) -> None:
        super().__init__(referral.state)
        self.referral = referral


class NotReady(Exception):
    """Something is missing before it can be opened; `reasons` are sentences."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(*reasons)
        self.reasons = reasons


class NoSuchDay(Exception):
    """The day has passed, or is the one that stands."""


@transaction.atomic
def open_for_answers(*, referral: Referral, by: User) -> Referral:
    """Show the referral to everyone and take answers. Raises WrongState, NotReady."""
    referral = _locked(referral, State.DRAFT)
    reasons = missing(referral)
    if reasons:
        raise NotReady(reasons)
    referral.state, referral.opened_at, referral.opened_by = State.OPEN, timezone.now(), by
    _note(referral, Kind.OPENED, by)
    return _saved(referral)


def missing(referral: Referral) -> list[str]:
    """What a draft still needs before it can be opened, in sentences."""
    wanted = [
        (referral.sender, _("Skriv vem som är avsändare.")),
        (referral.background, _("Skriv bakgrunden.")),
        (referral.contact_email, _("Skriv kontaktens e-postadress.")),
        (referral.sections.exists(), _("Lägg till minst ett avsnitt att svara på.")),
        (
            deadlines.is_open(referral.due_date, timezone.now()),
            _("Sista svarsdagen har redan varit. Välj en dag framåt."),
        ),
    ]
    return [reason for there, reason in wanted if not there]


@transaction.atomic
def close(*, referral: Referral, reason: str, by: User) -> Referral:
    """Take no more answers on the web from now on, before or after the last day.

    What was begun before can still be sent, and is late. Raises WrongState.
    """
    referral = _locked(referral, State.OPEN)
    referral.state, referral.closed_at, referral.closed_by = State.CLOSED, timezone.now(), by
    _note(referral, Kind.CLOSED, by, reason=reason)
    return _saved(referral)


@transaction.atomic
def reopen(*, referral: Referral, due_date: date, reason: str, by: User) -> Referral:
    """Take answers again until the end of that day. Raises WrongState, NoSuchDay."""
    referral = _locked(referral, State.CLOSED, State.REPORTED)
    if not deadlines.is_open(due_date, timezone.now()):
        raise NoSuchDay
    if due_date != referral.due_date:
        _note_day(referral, due_date, reason, by)
    referral.state, referral.due_date = State.OPEN, due_date
    referral.closed_at = referral.closed_by = None
    referral.reported_at = referral.reported_by = None
    referral.opened_at = referral.opened_at or timezone.now()
    _note(referral, Kind.REOPENED, by, reason=reason)
    return _saved(referral)


@transaction.atomic
def move_day(*, referral: Referral, due_date: date, reason: str, by: User) -> Referral:
    """Move the last day of an open referral, also one whose day has just passed.

    What came in between stays marked as it was: it was late by the day that applied then.
    Raises WrongState, and NoSuchDay for a day that is over or the same.
    """
    referral = _locked(referral, State.OPEN)
    if due_date == referral.due_date or not deadlines.is_open(due_date, timezone.now()):
        raise NoSuchDay
    _note_day(referral, due_date, reason, by)
    referral.due_date = due_date
    return _saved(referral)


@transaction.atomic
def report(*, referral: Referral, by: User) -> Referral:
    """Say that the answers are compiled and told to those who decide. Raises WrongState.

    An open referral whose last day has not passed cannot be reported.
    """
    referral = _locked(referral, State.OPEN, State.CLOSED)
    if referral.is_open():
        raise WrongState(referral)
    referral.state = State.REPORTED
    referral.reported_at, referral.reported_by = timezone.now(), by
    _note(referral, Kind.REPORTED, by)
    return _saved(referral)


@transaction.atomic
def renew_preview(*, referral: Referral) -> Referral:
    """Make a new preview link; the former one ends. Raises WrongState when it is public."""
    referral = _locked(referral, State.DRAFT)
    referral.preview_token = new_token()
    return _saved(referral)


def _locked(referral: Referral, *states: Referral.State) -> Referral:
    locked = Referral.objects.select_for_update().get(pk=referral.pk)
    if locked.state not in states:
        raise WrongState(locked)
    return locked


def _saved(referral: Referral) -> Referral:
    referral.save()
    return referral


def _note(referral: Referral, kind: ReferralNote.Kind, by: User, **fields: Any) -> None:
    ReferralNote.objects.create(referral=referral, kind=kind, by=by, **fields)


def _note_day(referral: Referral, new_day: date, reason: str, by: User) -> None:
    days = {"old_day": referral.due_date, "new_day": new_day}
    _note(referral, Kind.DAY_MOVED, by, reason=reason, **days)
