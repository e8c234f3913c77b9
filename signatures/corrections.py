"""What is public of an organisation is corrected by proposal: it asks, a coordinator decides."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from malmoandan.accounts.models import User
from malmoandan.organisations.models import Organisation, ProposedChange
from signatures import register_log, tasks
from signatures.models import Signature


class Settled(Exception):
    """The proposal waits no longer; `change` tells who decided what, or that it was replaced."""

    def __init__(self, change: ProposedChange) -> None:
        super().__init__(change.state)
        self.change = change


@transaction.atomic
def propose(
    *, organisation: Organisation, fields: dict[str, Any], by: User, language: str = "sv"
) -> ProposedChange:
    """Let new values of the organisation's fields wait for a coordinator.

    `fields` holds what differs. It takes the place of a proposal that waits already.
    """
    organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
    for earlier in ProposedChange.objects.waiting().filter(organisation=organisation):
        earlier.state = ProposedChange.State.REPLACED
        earlier.save(update_fields=["state"])
    change = ProposedChange.objects.create(
        organisation=organisation,
        proposed_by=by,
        before={name: getattr(organisation, name) for name in fields},
        after=fields,
        language=language,
    )
    tasks.tell_of_change(change)
    return change


@transaction.atomic
def approve(*, change: ProposedChange, by: User) -> None:
    """Carry the proposal out, with a line in the log for each signature that stands.

    Raises Settled, and ValidationError when it does not fit the organisation as it is by now.
    """
    change = _decide(change, ProposedChange.State.APPROVED, by)
    organisation = Organisation.objects.select_for_update().get(pk=change.organisation_id)
    for name, value in change.after.items():
        setattr(organisation, name, value)
    organisation.full_clean()
    organisation.save(update_fields=[*change.after, "updated_at"])
    register_log.correct(Signature.objects.filter(organisation=organisation))


@transaction.atomic
def decline(*, change: ProposedChange, by: User, reason: str) -> None:
    """Leave all as it is, with the reason that the organisation is told. Raises Settled."""
    _decide(change, ProposedChange.State.DECLINED, by, reason=reason)


def _decide(
    change: ProposedChange, state: ProposedChange.State, by: User, *, reason: str = ""
) -> ProposedChange:
    change = ProposedChange.objects.select_for_update(of=["self"]).get(pk=change.pk)
    if not change.is_waiting:
        raise Settled(change)
    change.state = state
    change.reason = reason
    change.decided_by = by
    change.decided_at = timezone.now()
    change.save(update_fields=["state", "reason", "decided_by", "decided_at"])
    tasks.mail_change_decided.defer(change_id=change.pk, user_id=change.proposed_by_id)
    return change
