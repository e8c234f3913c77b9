"""Who may act for which organisation."""

from django.contrib.auth.models import AnonymousUser
from django.http import Http404

from malmoandan.accounts.models import User
from malmoandan.organisations.models import Membership


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
