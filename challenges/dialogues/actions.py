"""What happens to a dialogue. Each function is one transaction; mail is queued inside it.

Everything that counts seats holds the dialogue's row locked, so that two who decide at once take
turns.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from challenges import tasks
from challenges.models import (
    Approval,
    ChallengeArea,
    Dialogue,
    Host,
    Invitation,
    Outcome,
    Participant,
)
from malmoandan.accounts.models import User
from malmoandan.organisations.models import Organisation, Sector

# What the participants are told of, with a new file for their calendars.
TIME_AND_PLACE = ["starts_at", "ends_at", "place", "directions", "online_address"]
# What a calendar shows besides.
IN_CALENDARS = [*TIME_AND_PLACE, "title", "accessibility", "form"]
# A second sign-up of the same address so soon is a double click, and needs no mail of its own.
DOUBLE_CLICK = timedelta(minutes=10)


class NotOpen(Exception):
    """The dialogue takes no sign-ups now: not yet, no longer, or cancelled."""


class TooLate(Exception):
    """The dialogue has begun, or is over or cancelled: that can no longer be done."""


class TooEarly(Exception):
    """The dialogue has not begun: it cannot have been held."""


class SeatsTaken(Exception):
    """More people have seats than there would be; `taken` says how many."""

    def __init__(self, taken: int) -> None:
        super().__init__(taken)
        self.taken = taken


class ChangedSinceRead(Exception):
    """What was to be approved is not what the person has read."""


@transaction.atomic
def plan(*, by: User, areas: Iterable[ChallengeArea], **fields: Any) -> Dialogue:
    """Plan a dialogue that only those who keep it can see."""
    dialogue = Dialogue.objects.create(created_by=by, **fields)
    dialogue.areas.set(areas)
    return dialogue


@transaction.atomic
def change(*, dialogue: Dialogue, areas: Iterable[ChallengeArea], **fields: Any) -> Dialogue:
    """Change a dialogue; everybody who is signed up is told of a new time or place.

    Raises SeatsTaken when fewer seats are left than people have, TooLate when it is cancelled.
    """
    dialogue = _locked(dialogue)
    if dialogue.is_cancelled:
        raise TooLate
    taken = dialogue.participants.seated().count()
    seats = fields.get("seats", dialogue.seats)
    if seats is not None and seats < taken:
        raise SeatsTaken(taken)
    changed = {name for name, value in fields.items() if getattr(dialogue, name) != value}
    for name, value in fields.items():
        setattr(dialogue, name, value)
    if dialogue.is_published and changed & set(IN_CALENDARS):
        dialogue.sequence += 1
    dialogue.save()
    dialogue.areas.set(areas)
    if dialogue.takes_sign_ups:
        _tell_of_change(dialogue, changed)
        _move_up(dialogue)
    return dialogue


def _tell_of_change(dialogue: Dialogue, changed: set[str]) -> None:
    if changed & {"starts_at", "ends_at"}:
        dialogue.participants.update(reminded_at=None)
    if changed & set(TIME_AND_PLACE):
        tasks.mail("changed", dialogue.participants.coming())


@transaction.atomic
def open_for_sign_up(*, dialogue: Dialogue) -> Dialogue:
    """Show the dialogue to everyone and let people sign up. Twice changes nothing.

    Raises TooLate when it has begun or is cancelled.
    """
    dialogue = _locked(dialogue)
    if dialogue.is_published:
        return dialogue
    if dialogue.has_begun or dialogue.is_cancelled:
        raise TooLate
    dialogue.state, dialogue.invited_at = Dialogue.State.INVITED, timezone.now()
    dialogue.save(update_fields=["state", "invited_at", "updated_at"])
    return dialogue


@transaction.atomic
def invite(
    *, dialogue: Dialogue, addresses: Iterable[tuple[str, Organisation | None]]
) -> list[Invitation]:
    """Invite the addresses that are not invited yet; the dialogue is opened for sign-up.

    Returns the new invitations. Raises TooLate as open_for_sign_up, and when it has begun.
    """
    dialogue = open_for_sign_up(dialogue=dialogue)
    if not dialogue.takes_sign_ups:
        raise TooLate
    new = []
    for email, organisation in addresses:
        row, made = Invitation.objects.get_or_create(
            dialogue=dialogue, email=email.lower(), defaults={"organisation": organisation}
        )
        if made:
            new.append(row)
            tasks.mail_invitation.defer(invitation_id=row.pk)
    return new


@transaction.atomic
def sign_up(
    *,
    dialogue: Dialogue,
    name: str,
    email: str,
    organisation: str = "",
    needs: str = "",
    language: str = "sv",
) -> Participant:
    """Sign up for a seat, or for the waiting list; the answer comes by mail.

    The same address is one participant: it keeps its seat and is told by mail. One that had
    cancelled comes last in line. Raises NotOpen.
    """
    dialogue = _locked(dialogue)
    if not dialogue.takes_sign_ups:
        raise NotOpen
    email = email.lower()
    known = dialogue.participants.filter(email=email).first()
    if known and known.state != Participant.State.CANCELLED:
        _tell_again(known)
        return known
    participant = known or Participant(dialogue=dialogue, email=email)
    participant.name, participant.organisation = name, organisation
    participant.needs, participant.language = needs, language
    participant.order = 1 + (dialogue.participants.aggregate(Max("order"))["order__max"] or 0)
    # Nobody passes those who wait, even in the moment before they move up.
    full = dialogue.free_seats == 0 or dialogue.participants.waiting().exists()
    _set_state(participant, Participant.State.WAITING if full else Participant.State.SIGNED_UP)
    tasks.mail("waiting" if full else "seat", [participant])
    return participant


def _tell_again(participant: Participant) -> None:
    now = timezone.now()
    if max(participant.told_at, participant.since) < now - DOUBLE_CLICK:
        participant.told_at = now
        participant.save(update_fields=["told_at"])
        tasks.mail("again", [participant])


@transaction.atomic
def leave(*, participant: Participant) -> Participant:
    """Cancel a sign-up; the first on the waiting list gets the seat. Twice changes nothing.

    Raises TooLate when the dialogue has begun or is cancelled.
    """
    dialogue = _locked(participant.dialogue)
    participant = dialogue.participants.get(pk=participant.pk)
    if participant.state == Participant.State.CANCELLED:
        return participant
    if not dialogue.takes_sign_ups:
        raise TooLate
    participant.needs = ""  # no one will need to know them
    _set_state(participant, Participant.State.CANCELLED)
    tasks.mail("left", [participant])
    _move_up(dialogue)
    return participant


@transaction.atomic
def change_sign_up(*, participant: Participant, **fields: str) -> Participant:
    """Change name, organisation or needs. Raises TooLate as `leave`, and after leaving."""
    dialogue = _locked(participant.dialogue)
    participant = dialogue.participants.get(pk=participant.pk)
    if not dialogue.takes_sign_ups or participant.state == Participant.State.CANCELLED:
        raise TooLate
    for name, value in fields.items():
        setattr(participant, name, value)
    participant.save(update_fields=list(fields))
    return participant


def _move_up(dialogue: Dialogue) -> None:
    waiting = dialogue.participants.waiting()
    free = dialogue.free_seats
    for participant in waiting if free is None else waiting[:free]:
        _set_state(participant, Participant.State.SIGNED_UP)
        tasks.mail("moved_up", [participant])


def _set_state(participant: Participant, state: Participant.State) -> None:
    participant.state, participant.since = state, timezone.now()
    participant.reminded_at = None
    participant.save()


@transaction.atomic
def cancel(*, dialogue: Dialogue, reason: str) -> Dialogue:
    """Cancel a dialogue; everybody who is signed up or waits is told why.

    Twice changes nothing. Raises TooLate when it has been held.
    """
    dialogue = _locked(dialogue)
    if dialogue.is_cancelled:
        return dialogue
    if dialogue.is_held:
        raise TooLate
    dialogue.state, dialogue.cancelled_at = Dialogue.State.CANCELLED, timezone.now()
    dialogue.cancel_reason = reason
    dialogue.sequence += 1
    dialogue.save()
    tasks.mail("called_off", dialogue.participants.coming())
    return dialogue


@transaction.atomic
def mark_held(*, dialogue: Dialogue) -> Dialogue:
    """Say that the dialogue was held. Raises TooEarly before it begins, TooLate if cancelled."""
    dialogue = _locked(dialogue)
    if dialogue.is_cancelled:
        raise TooLate
    if not dialogue.has_begun:
        raise TooEarly
    dialogue.state = Dialogue.State.HELD
    dialogue.invited_at = dialogue.invited_at or timezone.now()
    dialogue.save(update_fields=["state", "invited_at", "updated_at"])
    return dialogue


@transaction.atomic
def write_notes(*, dialogue: Dialogue, notes: str, by: User) -> Dialogue:
    """Keep what the hosts wrote. A changed text needs new approvals; the other host is told."""
    dialogue = _locked(dialogue)
    if dialogue.notes != notes:
        dialogue.notes = notes
        dialogue.save(update_fields=["notes", "updated_at"])
        _ask_for_approval(dialogue, by)
    return dialogue


@transaction.atomic
def add_outcome(*, dialogue: Dialogue, by: User, **fields: Any) -> Outcome:
    """Add what the dialogue led to; it becomes public when it too is approved."""
    dialogue = _locked(dialogue)
    outcome = Outcome.objects.create(dialogue=dialogue, **fields)
    _ask_for_approval(dialogue, by)
    return outcome


@transaction.atomic
def remove_outcome(*, outcome: Outcome, by: User) -> None:
    """Take back an outcome. Raises TooLate for a published one: it is followed up instead."""
    dialogue = _locked(outcome.dialogue)
    outcome = dialogue.outcomes.get(pk=outcome.pk)
    if outcome.published_at:
        raise TooLate
    outcome.delete()
    _ask_for_approval(dialogue, by)


def _ask_for_approval(dialogue: Dialogue, by: User) -> None:
    """What was approved is no more; those whose approval is missing are told, but not `by`."""
    dialogue.approvals.all().delete()
    if not dialogue.has_unpublished:
        return
    hosts = Host.objects.on(timezone.localdate()).filter(area__in=dialogue.areas.all())
    people = set(hosts.exclude(account=None).values_list("account", flat=True)) - {by.pk}
    for person in sorted(people):
        tasks.mail_notes_wait.defer(dialogue_id=dialogue.pk, user_id=person)


@transaction.atomic
def approve(*, dialogue: Dialogue, sectors: Iterable[str], by: User, digest: str) -> bool:
    """Approve notes and outcomes for the sectors; return whether that published them.

    `digest` is Dialogue.digest of what the person has read. Raises ChangedSinceRead when it has
    changed since, or was emptied.
    """
    dialogue = _locked(dialogue)
    if not dialogue.has_unpublished or digest != dialogue.digest:
        raise ChangedSinceRead
    for sector in sectors:
        Approval.objects.get_or_create(dialogue=dialogue, sector=sector, defaults={"by": by})
    if dialogue.approvals.count() < len(Sector):
        return False
    now = timezone.now()
    dialogue.published_notes, dialogue.notes_published_at = dialogue.notes, now
    dialogue.save(update_fields=["published_notes", "notes_published_at", "updated_at"])
    dialogue.outcomes.filter(published_at=None).update(published_at=now)
    return True


@transaction.atomic
def follow_up(*, outcome: Outcome, **fields: Any) -> Outcome:
    """Say how it goes with an outcome: status, note and last day. Public at once if it is."""
    outcome = Outcome.objects.select_for_update().get(pk=outcome.pk)
    for name, value in fields.items():
        setattr(outcome, name, value)
    outcome.followed_up_on = timezone.localdate()
    outcome.save(update_fields=[*fields, "followed_up_on"])
    return outcome


def _locked(dialogue: Dialogue) -> Dialogue:
    return Dialogue.objects.select_for_update().get(pk=dialogue.pk)
