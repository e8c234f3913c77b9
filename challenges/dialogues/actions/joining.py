"""Seats and the waiting list."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from challenges import tasks
from challenges.dialogues.actions.steps import NotOpen, TooLate, locked
from challenges.models import Dialogue, Participant

# A second sign-up of the same address so soon is a double click, and needs no mail of its own.
DOUBLE_CLICK = timedelta(minutes=10)


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
    dialogue = locked(dialogue)
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
    dialogue = locked(participant.dialogue)
    participant = dialogue.participants.get(pk=participant.pk)
    if participant.state == Participant.State.CANCELLED:
        return participant
    if not dialogue.takes_sign_ups:
        raise TooLate
    participant.needs = ""  # no one will need to know them
    _set_state(participant, Participant.State.CANCELLED)
    tasks.mail("left", [participant])
    move_up(dialogue)
    return participant


@transaction.atomic
def change_sign_up(*, participant: Participant, **fields: str) -> Participant:
    """Change name, organisation or needs. Raises TooLate as `leave`, and after leaving."""
    dialogue = locked(participant.dialogue)
    participant = dialogue.participants.get(pk=participant.pk)
    if not dialogue.takes_sign_ups or participant.state == Participant.State.CANCELLED:
        raise TooLate
    for name, value in fields.items():
        setattr(participant, name, value)
    participant.save(update_fields=list(fields))
    return participant


def move_up(dialogue: Dialogue) -> None:
    """Give the free seats to those who wait, in line; the dialogue is locked already."""
    waiting = dialogue.participants.waiting()
    free = dialogue.free_seats
    for participant in waiting if free is None else waiting[:free]:
        _set_state(participant, Participant.State.SIGNED_UP)
        tasks.mail("moved_up", [participant])


def _set_state(participant: Participant, state: Participant.State) -> None:
    participant.state, participant.since = state, timezone.now()
    participant.reminded_at = None
    participant.save()
