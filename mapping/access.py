"""Which rounds and cooperations a visitor may see: what is published, in any round."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import Http404

from malmoandan.accounts.models import User
from malmoandan.organisations.models import Membership, Organisation
from mapping.models import Cooperation, SurveyRound


def public_round_or_404(slug: str | None) -> SurveyRound | None:
    """The published round of that address (`?omgang=`), or the newest one without an address.

    None when no round is published. Raises Http404 for a round that is not, or is unknown.
    """
    if not slug:
        return SurveyRound.objects.current()
    found = SurveyRound.objects.published().filter(slug=slug).first()
    if found is None:
        raise Http404
    return found


def public_cooperation_or_404(slug: str) -> Cooperation:
    """The cooperation at that address, if some published round has shown it. Raises Http404."""
    found = Cooperation.objects.filter(slug=slug).first()
    if found is None or not found.editions.in_published_rounds().exists():
        raise Http404
    return found


def own_organisations(user: User | AnonymousUser) -> QuerySet[Organisation]:
    """The organisations and departments that the person may report for."""
    members = Membership.objects.active().filter(person_id=user.pk)
    return Organisation.objects.filter(pk__in=members.values("organisation")).order_by(
        "sort_key", "pk"
    )
