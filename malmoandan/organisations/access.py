"""Who may act for which organisation."""

from django.contrib.auth.models import AnonymousUser
from django.http import Http404

from malmoandan.accounts.models import User
from malmoandan.organisations.models import Membership, Organisation


def organisation_at_or_404(slug: str) -> tuple[Organisation, bool]:
    """The organisation of that address, and whether the address is an earlier one of it.

    A page with the name of an organisation in its address answers 301 to an earlier one: the
    organisation was merged into another. Raises Http404.
    """
    found = Organisation.objects.select_related("merged_into").filter(slug=slug).first()
    if found is None:
        raise Http404
    return (found.merged_into, True) if found.merged_into else (found, False)


def membership_or_404(user: User | AnonymousUser, slug: str) -> Membership:
    """The person's right to act for the organisation at that address.

    Raises Http404 for everybody else, former representatives too: who acts for whom is no
    stranger's business.
    """
    found = Membership.objects.active().filter(organisation__slug=slug, person_id=user.pk)
    membership = found.select_related("organisation", "person").first()
    if membership is None:
        raise Http404
    return membership
