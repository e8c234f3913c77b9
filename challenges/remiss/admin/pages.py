"""What the coordinators' own pages about remisses share."""

from typing import Any

from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from challenges.remiss.models import Referral


def page(
    request: HttpRequest,
    admin: "ModelAdmin[Any]",
    name: str,
    title: str,
    context: dict[str, Any],
    status: int = 200,
) -> HttpResponse:
    """A page in the admin's frame; `context` names the `referral` that it belongs to."""
    context = {**context, "title": title, "opts": admin.opts}
    context |= admin.admin_site.each_context(request)
    return TemplateResponse(request, f"admin/remiss/{name}.html", context, status=status)


def overview_of(referral: Referral) -> str:
    """The address of the page that shows how it goes with a referral."""
    return reverse("admin:remiss_overview", args=[referral.pk])
