"""The areas: all of one plan, each on its own page, and as files."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from challenges import access, board, columns, shares
from challenges.dialogues.figures import dialogue_pictures
from challenges.dialogues.listing import area_dialogues
from challenges.models import ChallengeArea, Host, Plan, PlanArea
from malmoandan.publishing import exports

FORMATS = ["csv", "xlsx", "json"]


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    plan = Plan.objects.current(today)
    plans = Plan.objects.prefetch_related("areas__area")
    context = {
        "plan": plan,
        "status": plan and plan.status(today),
        "areas": board.board(plan, today) if plan else [],
        "plans": [(row, row.status(today)) for row in plans],
        "picture": shares.seats_picture(today),
        "dialogue_pictures": list(dialogue_pictures()),
        "downloads": [(name, reverse(f"challenges:areas_{name}")) for name in FORMATS],
    }
    return TemplateResponse(request, "challenges/areas.html", context)


@require_safe
def show(request: HttpRequest, slug: str) -> HttpResponse:
    today = timezone.localdate()
    area = get_object_or_404(ChallengeArea, slug=slug)
    plan = Plan.objects.current(today)
    places = list(area.in_plans.select_related("plan", "area"))
    context = {
        "area": area,
        "plan": plan,
        "in_plan": plan is not None and any(place.plan_id == plan.pk for place in places),
        "places": [(place, place.plan.status(today)) for place in places],
        "former": Host.objects.filter(area=area).former(today).select_related("organisation"),
        "dialogues": area_dialogues(area, today),
        "is_mine": access.hosts_area(request.user, area, today),
        **_shown(area, places, plan),
    }
    return TemplateResponse(request, "challenges/area.html", context)


def _shown(area: ChallengeArea, places: list[PlanArea], plan: Plan | None) -> dict[str, Any]:
    """The area in the words of the current plan, else of the newest that has it, else its own."""
    in_current = [place for place in places if plan and place.plan_id == plan.pk]
    place = next(iter([*in_current, *places]), PlanArea.without_plan(area))
    row = board.area_seats(place, timezone.localdate())
    return {"place": place, "seats": row.seats, "has_vacancy": bool(row.vacant)}


@require_safe
def as_csv(request: HttpRequest) -> HttpResponse:
    address = settings.BASE_URL + reverse("challenges:areas_metadata")
    return exports.csv_response(_table(), metadata=address)


@require_safe
def csv_metadata(request: HttpRequest) -> HttpResponse:
    address = settings.BASE_URL + reverse("challenges:areas_csv")
    return exports.csv_metadata_response(_table(), address=address)


@require_safe
def as_xlsx(request: HttpRequest) -> HttpResponse:
    return exports.xlsx_response(_table())


@require_safe
def as_json(request: HttpRequest) -> HttpResponse:
    return exports.json_response(_table())


def _table() -> exports.Table:
    today = timezone.localdate()
    plan = Plan.objects.current(today)
    return exports.Table(
        name="utmaningar",
        title=_("Samhällsutmaningar och värdar"),
        source=settings.BASE_URL + reverse("challenges:areas"),
        columns=columns.COLUMNS,
        rows=columns.rows(plan, today),
        selection={_("Plan"): str(plan)} if plan else {},
    )
