"""Who may do what in an area: its hosts, as long as their terms last."""

from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from challenges.models import ChallengeArea, Coordinator, GroupMember, Host
from malmoandan.accounts.models import User

Visitor = User | AnonymousUser


def hosted_areas(user: Visitor, day: date) -> QuerySet[ChallengeArea]:
    """The areas that the person hosts that day, for either sector. The right ends with the term."""
    if not user.is_authenticated:
        return ChallengeArea.objects.none()
    seats = Host.objects.on(day).filter(account_id=user.pk)
    return ChallengeArea.objects.filter(pk__in=seats.values("area")).order_by("pk")


def hosts_area(user: Visitor, area: ChallengeArea, day: date) -> bool:
    """Whether the person is one of the area's two hosts that day."""
    return hosted_areas(user, day).filter(pk=area.pk).exists()


def own_terms(user: User) -> list[Host | Coordinator | GroupMember]:
    """Every seat that the person holds or has held, the latest first: whose data is public."""
    hosts = Host.objects.filter(account=user).select_related("area")
    terms: list[Host | Coordinator | GroupMember] = [
        *hosts,
        *Coordinator.objects.filter(account=user),
        *GroupMember.objects.filter(account=user).select_related("group"),
    ]
    return sorted(terms, key=lambda term: term.first_day, reverse=True)


def has_terms(user: Visitor) -> bool:
    """Whether the person holds or has held a seat of any kind."""
    return user.is_authenticated and any(
        model.objects.filter(account_id=user.pk).exists()
        for model in (Host, Coordinator, GroupMember)
    )
