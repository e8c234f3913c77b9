"""Mina sidor: what a person has to do with in the portal, and the data about them."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from challenges.remiss.views import my_answers as remiss
from challenges.views import mine as challenges
from malmoandan.accounts import actions, data_rights
from malmoandan.accounts.fresh_code import ask_for_code, fresh_code_required, is_fresh
from malmoandan.accounts.models import User
from malmoandan.organisations.models import Membership
from mapping.survey.views import report as mapping
from signatures.views import mine as signatures

# Each feature's part of the page: its template, and the function that tells what stands there.
SECTIONS: list[tuple[str, Callable[[User], dict[str, Any]]]] = [
    (challenges.TEMPLATE, challenges.section),
    (mapping.TEMPLATE, mapping.section),
    (remiss.TEMPLATE, remiss.section),
    (signatures.TEMPLATE, signatures.section),
]


@never_cache
@require_safe
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    sections = [
        {"template": template, **section(request.user)}  # type: ignore[arg-type]
        for template, section in SECTIONS
    ]
    return TemplateResponse(request, "pages/mine/mine.html", {"sections": sections})


@never_cache
@require_safe
@login_required
def own_data(request: HttpRequest) -> HttpResponse:
    """Everything stored of the person, as a file to keep."""
    if not is_fresh(request):
        # Back to the page: a file that comes instead of a page would look as if nothing happened.
        messages.info(request, _("Skriv koden. Sedan kan du hämta dina uppgifter här."))
        return ask_for_code(reverse("pages:mine"))
    response = JsonResponse(
        data_rights.export(request.user),  # type: ignore[arg-type]
        json_dumps_params={"ensure_ascii": False, "indent": 2},
    )
    response.headers["Content-Disposition"] = 'attachment; filename="mina-uppgifter.json"'
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@fresh_code_required
def erase(request: HttpRequest) -> HttpResponse:
    """Say what goes and what stays; POST erases."""
    person: User = request.user  # type: ignore[assignment]
    alone = data_rights.is_last_coordinator(person)
    if request.method == "POST" and not alone:
        data_rights.erase(person)
        logout(request)
        return redirect("pages:erased")
    memberships = Membership.objects.active().filter(person=person)
    context = {"alone": alone, "memberships": memberships.select_related("organisation")}
    status = 409 if request.method == "POST" else 200
    return TemplateResponse(request, "pages/mine/erase.html", context, status=status)


@never_cache
@require_POST
@login_required
def end_sessions(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere, here too: for who has lost a phone, or was at a borrowed computer."""
    actions.end_sessions(user=request.user)  # type: ignore[arg-type]
    logout(request)
    messages.success(request, _("Du är utloggad överallt."))
    return redirect("account_login")


@require_safe
def erased(request: HttpRequest) -> HttpResponse:
    """What is left to say afterwards, to nobody in particular."""
    return TemplateResponse(request, "pages/mine/erased.html")
