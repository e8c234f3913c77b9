"""Where an organisation is reached about a round: the invited address, and who may act for it."""

from collections.abc import Iterable

from malmoandan.accounts.models import User
from malmoandan.organisations.models import Membership
from mapping.models import RoundInvitation

Contact = dict[str, int]  # the key of an invitation or of a person, as a job carries it


def contacts(round_id: int, organisations: Iterable[int]) -> list[tuple[int, Contact]]:
    """Pairs of organisation and contact; each address once for an organisation."""
    keys = list(organisations)
    found: dict[tuple[int, str], Contact] = {}
    invitations = RoundInvitation.objects.filter(round=round_id, organisation__in=keys)
    for each in invitations.exclude(email=""):
        found[each.organisation_id, each.email] = {"invitation_id": each.pk}
    members = Membership.objects.active().filter(organisation__in=keys, person__is_active=True)
    for member in members.select_related("person"):
        key = member.organisation_id, member.person.email
        found.setdefault(key, {"user_id": member.person_id})
    return [(organisation, contact) for (organisation, _email), contact in found.items()]


def address(invitation_id: int | None = None, user_id: int | None = None) -> str:
    """Empty when the contact has gone by now."""
    if invitation_id is not None:
        rows = RoundInvitation.objects.filter(pk=invitation_id)
        return rows.values_list("email", flat=True).first() or ""
    if user_id is None:
        return ""
    people = User.objects.filter(pk=user_id, is_active=True)
    return people.values_list("email", flat=True).first() or ""
