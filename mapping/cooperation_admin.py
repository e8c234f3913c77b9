"""Cooperations at the coordinators' desk: what each round tells, with parties and amounts."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.postgres.search import CombinedSearchQuery, SearchQuery
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from malmoandan.accounts.history_admin import HistoryAdmin
from malmoandan.organisations.models import CityPart
from malmoandan.publishing.fields import LineField, LinesField
from mapping.index.words import words_in
from mapping.models import (
    Amount,
    Area,
    Cooperation,
    CooperationEdition,
    MatrixTool,
    Party,
    Step,
    SurveyRound,
)

_LINES = [
    *["description", "sources", "evaluation", "goals", "city_contribution"],
    *["civil_contribution", "steering", "partnership_evaluation"],
]


class EditionForm(forms.ModelForm):
    steps = forms.MultipleChoiceField(
        label=_("Steg"),
        choices=Step.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    city_parts = forms.MultipleChoiceField(
        label=_("Del av Malmö"),
        choices=CityPart.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = CooperationEdition
        fields = [
            *["from_round", "title", "description", "form", "level", "steps", "city_parts"],
            *["starts_on", "start_precision", "ends_on", "end_precision", "ongoing"],
            *["registry_number", "sources", "evaluation", "goals", "city_contribution"],
            *["civil_contribution", "steering", "partnership_evaluation", "predecessor"],
            "reported_by",
        ]
        field_classes = {
            "title": LineField,
            "registry_number": LineField,
            **dict.fromkeys(_LINES, LinesField),
        }


class AreaInline(admin.TabularInline):
    model = Area
    extra = 0


class PartyInline(admin.TabularInline):
    model = Party
    extra = 0
    autocomplete_fields = ["organisation"]


class AmountInline(admin.TabularInline):
    """The amounts of all parties: the party of each row is chosen among the edition's own."""

    model = Amount
    extra = 0


class RoundListFilter(admin.SimpleListFilter):
    """What the mapping says in a round, also what an earlier one reported."""

    title = _("omgång")
    parameter_name = "omgang"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(r.number), r.name) for r in SurveyRound.objects.order_by("-number")]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[CooperationEdition]
    ) -> QuerySet[CooperationEdition]:
        value = self.value() or ""
        chosen = SurveyRound.objects.filter(number=int(value)).first() if value.isdigit() else None
        return queryset.in_round(chosen) if chosen else queryset  # type: ignore[attr-defined]


@admin.register(CooperationEdition)
class CooperationEditionAdmin(HistoryAdmin):
    """To correct what was reported. What a round reports anew goes through its own pages."""

    form = EditionForm
    inlines = [AreaInline, PartyInline]
    history_parts = ("in_areas", "parties", "confirmations", "objections")
    list_display = ["title", "form", "from_round", "until_round", "reported_by"]
    list_filter = [RoundListFilter, "form"]
    list_select_related = ["from_round", "until_round", "reported_by"]
    list_per_page = 50
    show_full_result_count = False
    search_fields = ["document"]
    search_help_text = _("Ord i rubrik eller beskrivning, eller diarienummer.")
    autocomplete_fields = ["reported_by", "predecessor"]
    readonly_fields = ["until_round"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["from_round", "until_round"] if obj else ["until_round"]

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[Any, bool]:
        for word in words_in(search_term):
            queryset = queryset.filter(document=_query(word))
        return queryset, False

    def save_model(
        self, request: HttpRequest, obj: CooperationEdition, form: Any, change: bool
    ) -> None:
        if not change:
            obj.cooperation = Cooperation.objects.create(slug=Cooperation.free_slug(obj.title))
        super().save_model(request, obj, form, change)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Party)
class PartyAdmin(HistoryAdmin):
    """A party and its amounts, year by year; reached from its cooperation."""

    inlines = [AmountInline]
    history_parts = ("amounts",)
    list_display = ["organisation", "edition"]
    list_select_related = ["organisation", "edition"]
    list_per_page = 50
    show_full_result_count = False
    search_fields = ["organisation__search_text"]
    readonly_fields = ["edition", "organisation"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Cooperation)
class CooperationAdmin(HistoryAdmin):
    """The identity that lives through the rounds: found here as a predecessor."""

    list_display = ["slug", "created_at"]
    search_fields = ["slug"]
    readonly_fields = ["slug", "created_at"]
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class MatrixToolForm(forms.ModelForm):
    class Meta:
        model = MatrixTool
        fields = ["level", "step", "tools"]
        field_classes = {"tools": LineField}


@admin.register(MatrixTool)
class MatrixToolAdmin(HistoryAdmin):
    form = MatrixToolForm
    list_display = ["level", "step", "tools"]
    list_filter = ["level", "step"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def _query(word: str) -> SearchQuery | CombinedSearchQuery:
    """A word in its Swedish forms, as it stands, or as the beginning of a longer one."""
    swedish = SearchQuery(f"'{word}':*", config="pg_catalog.swedish", search_type="raw")
    return swedish | SearchQuery(f"'{word}':*", config="pg_catalog.simple", search_type="raw")
