"""How the right to act for an organisation is given, moves and ends."""

from collections.abc import Iterable

import pghistory
from django.db import transaction
from django.utils import timezone

from malmoandan.accounts.models import User
from malmoandan.organisations import tasks
from malmoandan.organisations.models import Handover, Membership, Organisation


class NotWaiting(Exception):
    """The handover is done, taken back or too old, or the right it builds on has ended."""


def grant(*, organisation: Organisation, people: Iterable[User], check_note: str = "") -> None:
    """Let the people act for the organisation; whoever may already is left as is."""
    for person in people:
        Membership.objects.get_or_create(
            organisation=organisation,
            person=person,
            until=None,
            defaults={"check_note": check_note},
        )


@transaction.atomic
def move_right(
    *, organisation: Organisation, check_note: str, email: str = "", ends: Membership | None = None
) -> None:
    """A coordinator gives the right to `email`, ends that of another, or both.

    `check_note` says how the identity was checked, and stands in the history. Both are told by
    mail; the new one may sign in by a code to the address.
    """
    with pghistory.context(reason=check_note):
        if ends:
            _end(ends)
            tasks.mail_person.defer(
                message="right_ended", user_id=ends.person_id, organisation_id=organisation.pk
            )
        if email:
            person, _made = User.objects.get_or_create_person(email)
            grant(organisation=organisation, people=[person], check_note=check_note)
            tasks.mail_person.defer(
                message="right_given", user_id=person.pk, organisation_id=organisation.pk
            )


@transaction.atomic
def begin_handover(
    *, membership: Membership, name: str, email: str, language: str = "sv"
) -> Handover:
    """Ask another person to take over; the one that was asked before is not asked any more.

    The present representative has proven the address just now. Raises NotWaiting when the right
    has ended in the meantime.
    """
    membership = _still_active(membership)
    _cancel_handovers(membership)
    handover = Handover.objects.create(
        organisation_id=membership.organisation_id,
        by_id=membership.person_id,
        name=name,
        email=User.objects.normalize_email(email),
        language=language,
    )
    tasks.mail("handover_asked", handover)
    tasks.mail("handover_begun", handover)
    return handover


@transaction.atomic
def cancel_handover(*, handover: Handover) -> None:
    """Take back what waits for the new person. Raises NotWaiting when it is settled."""
    handover = Handover.objects.select_for_update(of=["self"]).get(pk=handover.pk)
    if not handover.is_waiting:
        raise NotWaiting
    take_back(handover)


@transaction.atomic
def accept_handover(*, handover: Handover, by: User) -> None:
    """Move the right to the person who was asked and has proven the address.

    Accepting twice changes nothing. Raises PermissionError for another address, and NotWaiting.
    """
    if by.email != handover.email:
        raise PermissionError("That handover waits for another person.")
    handover = Handover.objects.select_for_update(of=["self"]).get(pk=handover.pk)
    if handover.done_at:
        return
    old = Membership.objects.active().filter(
        organisation_id=handover.organisation_id, person_id=handover.by_id
    )
    if not handover.is_waiting or not old.exists():
        raise NotWaiting
    handover.done_at = timezone.now()
    handover.save(update_fields=["done_at"])
    _end(old.get())
    grant(organisation=handover.organisation, people=[by])
    if not by.name:
        by.name = handover.name
        by.save(update_fields=["name"])
    tasks.mail("handover_done", handover)
    tasks.mail("handover_received", handover)


def _still_active(membership: Membership) -> Membership:
    active = Membership.objects.active().select_for_update(of=["self"])
    found = active.filter(pk=membership.pk).first()
    if found is None:
        raise NotWaiting
    return found


def take_back(handover: Handover) -> None:
    """End what is not settled; who was asked is told, where it could still be confirmed."""
    was_waiting = handover.is_waiting
    handover.cancelled_at = timezone.now()
    handover.save(update_fields=["cancelled_at"])
    if was_waiting:
        tasks.mail("handover_cancelled", handover)


def _end(membership: Membership) -> None:
    """End the right, and take back what the person has asked others to take over."""
    membership.until = timezone.now()
    membership.save(update_fields=["until"])
    _cancel_handovers(membership)


def _cancel_handovers(membership: Membership) -> None:
    """Take back what the person has asked others to take over and is not settled."""
    asked = Handover.objects.filter(
        organisation_id=membership.organisation_id, by_id=membership.person_id
    )
    for handover in asked.filter(done_at=None, cancelled_at=None):
        take_back(handover)
