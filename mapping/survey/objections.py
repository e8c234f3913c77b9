"""A party says that what another reported is not right; a coordinator decides."""

from django.db import transaction
from django.utils import timezone

from malmoandan.accounts.models import User
from malmoandan.organisations.models import Organisation
from mapping.models import CooperationEdition, Objection
from mapping.survey import tasks


class Settled(Exception):
    """Somebody else has decided it."""


@transaction.atomic
def make(
    *,
    edition: CooperationEdition,
    organisation: Organisation,
    text: str,
    by: User,
    language: str = "sv",
) -> Objection:
    """Object, or write anew what one has objected and nobody has decided yet."""
    objection, new = Objection.objects.get_or_create(
        edition=edition,
        organisation=organisation,
        state=Objection.State.OPEN,
        defaults={"text": text, "made_by": by, "language": language},
    )
    if not new:
        objection.text, objection.made_by = text, by
        objection.save(update_fields=["text", "made_by"])
    else:
        tasks.tell_coordinators(objection)
    return objection


@transaction.atomic
def decide(*, objection: Objection, upheld: bool, answer: str, by: User) -> None:
    """Answer it; who objected is told, and who reported too. Raises Settled."""
    objection = Objection.objects.select_for_update(of=["self"]).get(pk=objection.pk)
    if not objection.is_open:
        raise Settled
    objection.state = Objection.State.UPHELD if upheld else Objection.State.DISMISSED
    objection.answer, objection.decided_by = answer, by
    objection.decided_at = timezone.now()
    objection.save(update_fields=["state", "answer", "decided_by", "decided_at"])
    tasks.tell_decision(objection)
