"""A dialogue is planned, changed, opened, cancelled and held."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone

from challenges import tasks
from challenges.dialogues.actions.joining import move_up
from challenges.dialogues.actions.steps import SeatsTaken, TooEarly, TooLate, locked
from challenges.models import ChallengeArea, Dialogue, Invitation
from malmoandan.accounts.models import User
from malmoandan.organisations.models import Organisation

# What the participants are told of, with a new file for their calendars.
TIME_AND_PLACE = ["starts_at", "ends_at", "place", "directions", "online_address"]
# What a calendar shows besides.
IN_CALENDARS = [*TIME_AND_PLACE, "title", "accessibility", "form"]


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
    dialogue = locked(dialogue)
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
        move_up(dialogue)
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
    dialogue = locked(dialogue)
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
def cancel(*, dialogue: Dialogue, reason: str) -> Dialogue:
    """Cancel a dialogue; everybody who is signed up or waits is told why.

    Twice changes nothing. Raises TooLate when it has been held.
    """
    dialogue = locked(dialogue)
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
    dialogue = locked(dialogue)
    if dialogue.is_cancelled:
        raise TooLate
    if not dialogue.has_begun:
        raise TooEarly
    dialogue.state = Dialogue.State.HELD
    dialogue.invited_at = dialogue.invited_at or timezone.now()
    dialogue.save(update_fields=["state", "invited_at", "updated_at"])
    return dialogue
