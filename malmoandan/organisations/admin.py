"""Organisations in the admin: found by name or number, in Swedish order."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from malmoandan.accounts.history_admin import HistoryAdmin
from malmoandan.organisations import actions
from malmoandan.organisations.duplicates_admin import PossibleDuplicateAdmin
from malmoandan.organisations.forms import MoveRightForm
from malmoandan.organisations.models import Membership, Organisation

__all__ = ["OrganisationAdmin", "PossibleDuplicateAdmin"]


class MembershipInline(admin.TabularInline):
    """Who may act for the organisation, and who could; changed on a page of its own."""

    model = Membership
    fields = readonly_fields = ("person", "since", "until", "check_note")
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True  # to those who may see the organisation


@admin.register(Organisation)
class OrganisationAdmin(HistoryAdmin):
    # What must follow a change, such as the register's log: each feature adds its function.
    followers: list[Callable[[Organisation], None]] = []

    inlines = [MembershipInline]
    history_parts = ("memberships", "handovers", "changes")
    change_form_template = "admin/organisations/organisation/change_form.html"
    list_display = ["name", "number", "kind", "city_part"]
    list_filter = [
        *["sector", "kind", "city_part", "is_umbrella"],
        ("merged_into", admin.EmptyFieldListFilter),
    ]
    search_fields = ["search_text"]
    search_help_text = _("Sök på namn eller organisationsnummer.")
    ordering = ["sort_key", "pk"]
    readonly_fields = ["slug", "merged_into", "merged_at", "created_at", "updated_at"]
    autocomplete_fields = ["parent", "successor"]
    fields = [
        *["name", "short_name", "sector", "kind", "organisation_number", "purpose"],
        *["is_umbrella", "city_part", "website", "parent", "first_day", "last_day", "successor"],
        *["slug", "created_at", "updated_at"],
        *["merged_into", "merged_at"],
    ]

    @admin.display(description=_("organisationsnummer"), ordering="organisation_number")
    def number(self, organisation: Organisation) -> str:
        return organisation.shown_number or "–"

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[Any, bool]:
        """A number, however it is written, finds the organisation whose number begins so."""
        digits = search_term.replace("-", "").replace(" ", "")
        if digits.isascii() and digits.isdigit():
            return queryset.filter(organisation_number__startswith=digits[-10:]), False
        return queryset.search(search_term), False

    def save_model(self, request: HttpRequest, obj: Organisation, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        for follow in self.followers:
            follow(obj)

    def get_urls(self) -> list[URLPattern]:
        move = path(
            "<int:pk>/foretradare/",
            self.admin_site.admin_view(self.move_right),
            name="organisations_organisation_representatives",
        )
        return [move, *super().get_urls()]

    def move_right(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Give, move or end the right to act for the organisation, after a stated check."""
        organisation = get_object_or_404(Organisation, pk=pk)
        if not self.has_change_permission(request, organisation):
            raise PermissionDenied
        form = MoveRightForm(request.POST or None, organisation=organisation)
        if form.is_valid():
            actions.move_right(organisation=organisation, **form.cleaned_data)
            messages.success(request, _("Rätten är ändrad. Den som berörs får ett mejl."))
            return redirect(reverse("admin:organisations_organisation_change", args=[pk]))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Företrädare för %(name)s") % {"name": organisation},
            "form": form,
            "object": organisation,
            "opts": self.opts,
        }
        status = 422 if form.is_bound else 200
        template = "admin/organisations/organisation/representatives.html"
        return TemplateResponse(request, template, context, status=status)
