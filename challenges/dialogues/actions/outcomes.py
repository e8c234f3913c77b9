"""Notes and outcomes: written, approved by both sectors, published and followed up."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone

from challenges import tasks
from challenges.dialogues.actions.steps import ChangedSinceRead, TooLate, locked
from challenges.models import Approval, Dialogue, Host, Outcome
from malmoandan.accounts.models import User
from malmoandan.organisations.models import Sector


@transaction.atomic
def write_notes(*, dialogue: Dialogue, notes: str, by: User) -> Dialogue:
    """Keep what the hosts wrote. A changed text needs new approvals; the other host is told."""
    dialogue = locked(dialogue)
    if dialogue.notes != notes:
        dialogue.notes = notes
        dialogue.save(update_fields=["notes", "updated_at"])
        _ask_for_approval(dialogue, by)
    return dialogue


@transaction.atomic
def add_outcome(*, dialogue: Dialogue, by: User, **fields: Any) -> Outcome:
    """Add what the dialogue led to; it becomes public when it too is approved."""
    dialogue = locked(dialogue)
    outcome = Outcome.objects.create(dialogue=dialogue, **fields)
    _ask_for_approval(dialogue, by)
    return outcome


@transaction.atomic
def remove_outcome(*, outcome: Outcome, by: User) -> None:
    """Take back an outcome. Raises TooLate for a published one: it is followed up instead."""
    dialogue = locked(outcome.dialogue)
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
    dialogue = locked(dialogue)
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
