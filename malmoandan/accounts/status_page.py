"""How the portal is doing, for coordinators: what is wrong, and who does what about it."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from malmoandan.running import status
from malmoandan.running.status import jobs, place


def status_page(site: AdminSite) -> Callable[[HttpRequest], HttpResponse]:
    """The view of the page, in the frame of that admin."""

    def view(request: HttpRequest) -> HttpResponse:
        if request.method == "POST":
            return _act(request)
        findings = sorted(status.findings(), key=lambda finding: -finding.level)
        context = {
            **site.each_context(request),
            "title": _("Så mår portalen"),
            "findings": findings,
            "level": findings[0].level,
            "failed": jobs.failed_jobs(),
            "versions": place.versions(),
        }
        return TemplateResponse(request, "admin/status.html", context)

    return view


def _act(request: HttpRequest) -> HttpResponse:
    if request.POST.get("do") == "again":
        count = jobs.try_failed_again()
        told = _("%(n)s jobb görs om nu.")
    elif request.POST.get("do") == "forget":
        count = jobs.forget_failed()
        told = ngettext("%(n)s jobb är borttaget.", "%(n)s jobb är borttagna.", count)
    else:
        return redirect("admin:status")
    messages.success(request, told % {"n": count})
    return redirect("admin:status")
