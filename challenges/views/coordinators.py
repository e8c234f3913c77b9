"""The coordinators of both sides with their history, and the groups."""

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from challenges import board
from challenges.models import Group, GroupMember


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    members = GroupMember.objects.select_related("organisation").order_by("sector", "first_day")
    groups = Group.objects.filter(first_day__lte=today).prefetch_related(
        Prefetch("members", members)
    )
    context = {"seats": board.coordinators(today), "groups": groups}
    return TemplateResponse(request, "challenges/coordinators.html", context)
