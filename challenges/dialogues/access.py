"""Who may plan and keep dialogues: hosts in their own areas, coordinators in all."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from challenges.access import hosted_areas
from challenges.models import ChallengeArea, Coordinator, Dialogue, Host
from malmoandan.accounts import access
from malmoandan.accounts.models import User
from malmoandan.organisations.models import Sector

View = Callable[..., HttpResponse]


@dataclass(frozen=True)
class Keeper:
    """A person who may keep dialogues, and the areas where."""

    user: User
    areas: list[ChallengeArea]
    is_coordinator: bool

    @property
    def dialogues(self) -> Any:
        found = Dialogue.objects.all()
        return found if self.is_coordinator else found.in_areas(self.areas)


def keeper_required(view: View) -> View:
    """Decorator: the view gets the Keeper as its second argument. Strangers get 404."""

    @wraps(view)
    @never_cache
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            query = urlencode({"next": request.get_full_path()})
            return redirect(f"{reverse('account_login')}?{query}")
        keeper = keeper_of(request)
        if keeper is None:
            if request.user.is_staff:
                return access.turn_away(request)
            raise Http404
        return view(request, keeper, *args, **kwargs)

    return guarded


def keeper_of(request: HttpRequest) -> Keeper | None:
    """What the person may do here today; None for those who are neither host nor coordinator.

    A coordinator who has not used the second factor yet counts as a host alone.
    """
    user = request.user
    if not user.is_authenticated:
        return None
    if access.may_enter(request):
        return Keeper(user, list(ChallengeArea.objects.all()), is_coordinator=True)
    areas = list(hosted_areas(user, timezone.localdate()))
    return Keeper(user, areas, is_coordinator=False) if areas else None


def own_dialogue(keeper: Keeper, slug: str) -> Dialogue:
    """The dialogue, when it is the keeper's to keep.

    Raises Http404 for another area's draft, which nobody else is to know of, and PermissionDenied
    for another area's public dialogue.
    """
    dialogue: Dialogue = get_object_or_404(Dialogue.objects.prefetch_related("areas"), slug=slug)
    if keeper.is_coordinator or set(keeper.areas) & set(dialogue.areas.all()):
        return dialogue
    if dialogue.is_published:
        raise PermissionDenied
    raise Http404


def sectors_to_approve(keeper: Keeper, dialogue: Dialogue) -> list[str]:
    """For which sectors the person may approve the notes: as host of an area of the dialogue.

    For a sector without a host in those areas its coordinator approves; when that seat is vacant
    too, the other coordinator does.
    """
    today = timezone.localdate()
    hosts = list(Host.objects.on(today).filter(area__in=dialogue.areas.all()))
    coordinators = list(Coordinator.objects.on(today)) if keeper.is_coordinator else []
    return [
        sector.value
        for sector in Sector
        if _may_approve(keeper, sector, hosts=hosts, coordinators=coordinators)
    ]


def _may_approve(
    keeper: Keeper, sector: Sector, *, hosts: list[Host], coordinators: list[Coordinator]
) -> bool:
    seated = [host for host in hosts if host.sector == sector]
    if seated:
        return any(host.account_id == keeper.user.pk for host in seated)
    if not keeper.is_coordinator:
        return False
    responsible = [seat for seat in coordinators if seat.sector == sector] or coordinators
    accounts = {seat.account_id for seat in responsible if seat.account_id}
    return not accounts or keeper.user.pk in accounts
