"""Mina sidor: the areas that a person hosts today, and what the portal shows of the person."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from challenges import access, actions, board
from challenges.forms import ConsentForm
from challenges.models import PlanArea
from malmoandan.accounts.models import User

TEMPLATE = "challenges/mine/section.html"


def section(user: User) -> dict[str, Any]:
    """What the page `/mina-sidor/` shows of areas to the person, for TEMPLATE."""
    return {"areas": _seats(user), "has_terms": access.has_terms(user)}


def _seats(user: User) -> list[board.AreaSeats]:
    today = timezone.localdate()
    return [
        board.area_seats(PlanArea.without_plan(area), today)
        for area in access.hosted_areas(user, today)
    ]


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def areas(request: HttpRequest) -> HttpResponse:
    """Both people who host now and former ones: what is shown of a person stays the person's."""
    user = request.user
    terms = access.own_terms(user)  # type: ignore[arg-type]
    if not terms:
        raise Http404
    sent = request.POST if request.method == "POST" else None
    forms = [(term, ConsentForm(sent, term=term)) for term in terms]
    if sent is not None and all(form.is_valid() for _term, form in forms):
        for term, form in forms:
            actions.set_consents(term=term, **form.cleaned_data)
        messages.success(request, _("Det du valt att visa är sparat."))
        return redirect("challenges:my_areas")
    context = {"areas": _seats(user), "forms": forms}  # type: ignore[arg-type]
    return TemplateResponse(request, "challenges/mine/areas.html", context)
