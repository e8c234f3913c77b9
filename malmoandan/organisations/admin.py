"""Organisations in the admin: found by name or number, in Swedish order."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from malmoandan.accounts.history_admin import HistoryAdmin
from malmoandan.organisations.models import Organisation


@admin.register(Organisation)
class OrganisationAdmin(HistoryAdmin):
    list_display = ["name", "number", "kind", "city_part"]
    list_filter = ["sector", "kind", "city_part", "is_umbrella"]
    search_fields = ["search_text"]
    search_help_text = _("Sök på namn eller organisationsnummer.")
    ordering = ["sort_key", "pk"]
    readonly_fields = ["slug", "created_at", "updated_at"]
    fields = [
        *["name", "short_name", "sector", "kind", "organisation_number", "purpose"],
        *["is_umbrella", "city_part", "website", "slug", "created_at", "updated_at"],
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
