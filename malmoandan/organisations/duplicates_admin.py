"""Possible duplicates at the coordinators' desk: side by side, told apart or merged."""

from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from malmoandan.accounts.admin_site import WaitingAdmin
from malmoandan.organisations import duplicates, merging, tasks
from malmoandan.organisations.models import Organisation, PossibleDuplicate

COMPARED = [
    *["name", "short_name", "organisation_number", "kind", "purpose"],
    *["city_part", "website", "created_at"],
]


@admin.register(PossibleDuplicate)
class PossibleDuplicateAdmin(WaitingAdmin):
    """Rows are found by the portal or asked for at an organisation, and decided here."""

    list_display = ["names", "why", "state", "found_at", "decided_by"]
    list_filter = ["state"]
    list_select_related = ["first", "second", "decided_by"]
    search_fields = ["first__search_text", "second__search_text"]
    fields = readonly_fields = ("state", "why", "found_at", "decided_at", "decided_by")
    change_form_template = "admin/organisations/possibleduplicate/change_form.html"
    change_list_template = "admin/organisations/possibleduplicate/change_list.html"
    waiting_label = _("Kanske samma organisation")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("organisationer"))
    def names(self, pair: PossibleDuplicate) -> str:
        return self.waiting_text(pair)

    @admin.display(description=_("varför"))
    def why(self, pair: PossibleDuplicate) -> str:
        reasons = [str(duplicates.REASONS[each]) for each in pair.reasons]
        return capfirst(", ".join(reasons))

    def waiting(self, request: HttpRequest) -> QuerySet[PossibleDuplicate]:
        return PossibleDuplicate.objects.waiting().select_related("first", "second")

    def waiting_text(self, row: PossibleDuplicate) -> str:
        return f"{row.first} · {row.second}"

    def waiting_since(self, row: PossibleDuplicate) -> datetime:
        return row.found_at

    def waiting_query(self) -> str:
        return f"state__exact={PossibleDuplicate.State.WAITING}"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own = [
            path("leta/", view(self.look_view), name="duplicates_look"),
            path("<int:pk>/inte-samma/", view(self.apart_view), name="duplicates_apart"),
            path("<int:pk>/sla-ihop/<int:kept>/", view(self.merge_view), name="duplicates_merge"),
            path("fraga/<int:pk>/", view(self.ask_view), name="duplicates_ask"),
        ]
        return [*own, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        pair = self.get_object(request, object_id)
        context = {"pair": pair, **(extra_context or {})}
        if pair:
            context["lines"] = list(_compared(pair))
        return super().change_view(request, object_id, form_url, context)

    def look_view(self, request: HttpRequest) -> HttpResponse:
        self._may_decide(request, post=True)
        tasks.find_duplicates.defer()
        messages.success(request, _("Portalen letar nu. Ladda om sidan om en stund."))
        return redirect("admin:organisations_possibleduplicate_changelist")

    def apart_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        self._may_decide(request, post=True)
        pair = get_object_or_404(PossibleDuplicate, pk=pk)
        if duplicates.tell_apart(pair=pair, by=request.user):  # type: ignore[arg-type]
            messages.success(request, _("Portalen minns att de inte är samma organisation."))
            return redirect("admin:index")
        messages.warning(request, _("Någon hann före. Så här är det beslutat."))
        return redirect("admin:organisations_possibleduplicate_change", pk)

    def merge_view(self, request: HttpRequest, pk: int, kept: int) -> HttpResponse:
        """What moves, and the button that does it."""
        self._may_decide(request)
        pair = get_object_or_404(PossibleDuplicate.objects.select_related("first", "second"), pk=pk)
        if kept not in {pair.first_id, pair.second_id}:
            raise Http404
        stays, goes = (
            (pair.first, pair.second) if kept == pair.first_id else (pair.second, pair.first)
        )
        both: Any = {"gone": goes, "kept": stays, "by": request.user}
        if request.method == "POST":
            try:
                merging.carry_out(**both)
            except merging.Refused:
                pass  # the page says why
            else:
                told = {"gone": goes, "kept": stays}
                messages.success(request, _("%(gone)s är nu samma som %(kept)s.") % told)
                return redirect(reverse("admin:organisations_organisation_change", args=[kept]))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Slå ihop till %(name)s") % {"name": stays},
            "merge": merging.preview(**both),
            "pair": pair,
            "opts": self.opts,
        }
        status = 409 if request.method == "POST" else 200
        template = "admin/organisations/possibleduplicate/merge.html"
        return TemplateResponse(request, template, context, status=status)

    def ask_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """From an organisation: which other one is it? The pair then stands on the list."""
        self._may_decide(request)
        organisation = get_object_or_404(Organisation.objects.standing(), pk=pk)
        others = Organisation.objects.standing().exclude(pk=pk)
        if request.method == "POST":
            chosen = str(request.POST.get("other", ""))
            other = others.filter(pk=chosen).first() if chosen.isdecimal() else None
            if other:
                pair = duplicates.put_on_list(organisation, other)
                return redirect("admin:organisations_possibleduplicate_change", pair.pk)
        query = request.GET.get("q", "").replace("\0", "").strip()[:200]
        context = {
            **self.admin_site.each_context(request),
            "title": _("Slå ihop med en annan organisation"),
            "organisation": organisation,
            "query": query,
            "found": others.search(query).in_swedish_order()[:20] if query else [],
            "opts": Organisation._meta,
        }
        status = 422 if request.method == "POST" else 200
        template = "admin/organisations/possibleduplicate/ask.html"
        return TemplateResponse(request, template, context, status=status)

    def _may_decide(self, request: HttpRequest, *, post: bool = False) -> None:
        if not self.has_change_permission(request) or (post and request.method != "POST"):
            raise PermissionDenied


def _compared(pair: PossibleDuplicate) -> Any:
    """Each fact of both, beside each other, and whether they differ."""
    for name in COMPARED:
        label = capfirst(str(Organisation._meta.get_field(name).verbose_name))  # type: ignore[union-attr]
        one, other = _shown(pair.first, name), _shown(pair.second, name)
        yield label, one, other, one != other


def _shown(organisation: Organisation, name: str) -> str:
    if name == "organisation_number":
        return organisation.shown_number
    if name == "created_at":
        return organisation.created_at.date().isoformat()
    display = getattr(organisation, f"get_{name}_display", None)
    return str(display() if display else getattr(organisation, name))
