"""Who is asked: put on the list, invited, given a later day or another address."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from challenges.remiss import deadlines, tasks
from challenges.remiss.models import Referral, ReferralRecipient
from malmoandan.organisations.models import Organisation


@dataclass(frozen=True)
class Body:
    """Someone to put on the list."""

    name: str
    email: str
    kind: str = ReferralRecipient.Kind.ORGANISATION
    organisation: Organisation | None = None


class AlreadyListed(Exception):
    """Some stand on the list already; `names` are those. Nobody was added."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(*names)
        self.names = names


class NotOpen(Exception):
    """The time to answer is over, or has not begun, so nobody is invited or reminded."""


class NoSuchDay(Exception):
    """The granted day is over, or not later than everybody's."""


@transaction.atomic
def add(*, referral: Referral, bodies: Iterable[Body]) -> list[ReferralRecipient]:
    """Put all of them on the list, or none. Raises AlreadyListed. Nobody is mailed yet."""
    bodies = list(bodies)
    # Locked, so that two who paste the same list at once take turns.
    referral = Referral.objects.select_for_update().get(pk=referral.pk)
    twice = listed(referral, bodies)
    if twice:
        raise AlreadyListed(twice)
    return [
        ReferralRecipient.objects.create(
            referral=referral,
            name=body.name,
            email=body.email.lower(),
            kind=body.kind,
            organisation=body.organisation,
        )
        for body in bodies
    ]


def listed(referral: Referral, bodies: Iterable[Body]) -> list[str]:
    """The names of those whose address or organisation stands on the list already."""
    rows = list(referral.recipients.values_list("email", "organisation"))
    emails = {email for email, _organisation in rows}
    organisations = {organisation for _email, organisation in rows} - {None}
    return [
        body.name
        for body in bodies
        if body.email.lower() in emails
        or (body.organisation and body.organisation.pk in organisations)
    ]


@transaction.atomic
def invite(*, referral: Referral) -> int:
    """Mail everybody on the list who has not been invited; return how many. Raises NotOpen."""
    referral = Referral.objects.select_for_update().get(pk=referral.pk)
    if not referral.is_open():
        raise NotOpen
    new = list(referral.recipients.filter(invited_at__isnull=True))
    for recipient in new:
        _invite(recipient)
    return len(new)


@transaction.atomic
def invite_again(*, recipient: ReferralRecipient) -> ReferralRecipient:
    """Mail one of them again, with the same own link. Raises NotOpen."""
    recipient = _locked(recipient)
    if not recipient.is_open():
        raise NotOpen
    return _invite(recipient)


def _invite(recipient: ReferralRecipient) -> ReferralRecipient:
    recipient.invited_at = timezone.now()
    recipient.bounced_at, recipient.bounce_text = None, ""
    recipient.save(update_fields=["invited_at", "bounced_at", "bounce_text"])
    tasks.mail_invitation.defer(recipient_id=recipient.pk)
    return recipient


@transaction.atomic
def grant_day(*, recipient: ReferralRecipient, due_date: date | None) -> ReferralRecipient:
    """Give a body a later last day of its own, or with None everybody's again; it gets a mail.

    Raises NoSuchDay for a day that is over, or not later than everybody's.
    """
    recipient = _locked(recipient)
    if due_date and (
        due_date <= recipient.referral.due_date or not deadlines.is_open(due_date, timezone.now())
    ):
        raise NoSuchDay
    if recipient.due_date != due_date:
        recipient.due_date = due_date
        recipient.save(update_fields=["due_date"])
        if recipient.invited_at and recipient.is_open():
            tasks.mail_own_day.defer(recipient_id=recipient.pk)
    return recipient


@transaction.atomic
def change_address(*, recipient: ReferralRecipient, email: str) -> ReferralRecipient:
    """Put another address in the place of one that is wrong. What was said of that is forgotten."""
    recipient = _locked(recipient)
    if recipient.email != email.lower():
        recipient.email = email.lower()
        recipient.bounced_at, recipient.bounce_text = None, ""
        recipient.save(update_fields=["email", "bounced_at", "bounce_text"])
    return recipient


def _locked(recipient: ReferralRecipient) -> ReferralRecipient:
    rows = ReferralRecipient.objects.select_for_update(of=["self"]).select_related("referral")
    return rows.get(pk=recipient.pk)
