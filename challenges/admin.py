"""Plans, seats and groups at the coordinators' desk."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from challenges.board import SOON
from challenges.board_admin import BoardAdmin, board_address
from challenges.dialogues import admin as dialogues  # noqa: F401 - registers its own models
from challenges.forms import OrganisationField
from challenges.models import (
    ChallengeArea,
    Coordinator,
    Group,
    GroupMember,
    Host,
    Plan,
    PlanArea,
)
from malmoandan.accounts.admin_site import WaitingAdmin
from malmoandan.accounts.history_admin import HistoryAdmin
from malmoandan.accounts.models import User
from malmoandan.organisations.models import Sector
from malmoandan.publishing.fields import LineField, LinesField

PERSON = ["name", "email", "organisation", "unit"]
TERM = ["first_day", "first_precision", "last_day", "last_precision"]
CONSENT = ["name_basis", "name_public_since", "email_public_since"]


def in_english(*fields: str) -> tuple[Any, Any]:
    """The part of a form that holds the English words."""
    told = _("Lämna tomt det som bara finns på svenska: då visas det på svenska.")
    return _("På engelska"), {"fields": fields, "description": told}


class PlanForm(forms.ModelForm):
    class Meta:
        model = Plan
        fields = [
            *["name", "text", "adopted_on", "adopted_by", "first_day", "last_day"],
            *["english_name", "english_text", "english_adopted_by"],
        ]
        field_classes = {
            "name": LineField,
            "text": LinesField,
            "adopted_by": LineField,
            "english_name": LineField,
            "english_text": LinesField,
            "english_adopted_by": LineField,
        }


class PlanAreaForm(forms.ModelForm):
    class Meta:
        model = PlanArea
        fields = ["area", "order", "name", "description", "english_name", "english_description"]
        field_classes = {
            "name": LineField,
            "description": LinesField,
            "english_name": LineField,
            "english_description": LinesField,
        }


class PlanAreaInline(admin.StackedInline):
    model = PlanArea
    form = PlanAreaForm
    extra = 0


@admin.register(Plan)
class PlanAdmin(BoardAdmin):
    """A plan with its areas, its board, and the plan that follows it."""

    form = PlanForm
    fieldsets = [
        (
            None,
            {"fields": ["name", "text", "adopted_on", "adopted_by", "first_day", "last_day"]},
        ),
        in_english("english_name", "english_text", "english_adopted_by"),
    ]
    list_display = ["name", "adopted_on", "first_day", "last_day", "status", "who_sits_where"]
    inlines = [PlanAreaInline]
    history_parts = ("areas",)
    change_form_template = "admin/challenges/plan/change_form.html"

    @admin.display(description=_("läge"))
    def status(self, plan: Plan) -> str:
        return str(plan.status(timezone.localdate()).label)

    @admin.display(description=_("värdar"))
    def who_sits_where(self, plan: Plan) -> SafeString:
        return format_html('<a href="{}">{}</a>', board_address(plan), _("Vem sitter var"))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(ChallengeArea)
class ChallengeAreaAdmin(WaitingAdmin):
    """The areas over all plans. Those of the plan in force with a vacant seat wait."""

    list_display = ["name", "english_name", "slug"]
    fields = ["name", "english_name", "slug"]
    readonly_fields = ["slug"]
    waiting_label = _("Lediga platser för värdar")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def waiting(self, request: HttpRequest) -> QuerySet[ChallengeArea]:
        today = timezone.localdate()
        plan = Plan.objects.in_force(today).current(today)
        if plan is None:
            return ChallengeArea.objects.none()
        held = Host.objects.on(today).filter(area=OuterRef("pk"))
        areas = ChallengeArea.objects.filter(in_plans__plan=plan)
        seats = {sector.value: Exists(held.filter(sector=sector)) for sector in Sector}
        vacant = areas.annotate(**seats).exclude(**dict.fromkeys(seats, True))
        return vacant.order_by("in_plans__order")

    def waiting_text(self, row: Any) -> str:
        vacant = [str(sector.label) for sector in Sector if not getattr(row, sector.value)]
        return f"{row}: {gettext(' och ').join(vacant)}"

    def waiting_url(self, row: Any) -> str:
        return board_of_area(row)


def board_of_area(area: ChallengeArea) -> str:
    """The board of the plan that the area belongs to today."""
    return board_address(Plan.objects.with_area(area).current(timezone.localdate()))


class PersonForm(forms.ModelForm):
    """Someone on a seat. The address makes or finds the account to sign in with."""

    email = forms.EmailField(
        label=_("E-postadress"), required=False, help_text=_("Personen loggar in med den.")
    )
    organisation = OrganisationField()

    class Meta:
        field_classes = {"name": LineField, "unit": LineField}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.account:
            self.initial.setdefault("email", self.instance.account.email)

    def save(self, commit: bool = True) -> Any:
        if "email" in self.changed_data:
            address = self.cleaned_data["email"]
            self.instance.account = (
                User.objects.get_or_create_person(address)[0] if address else None
            )
            if "email_public_since" not in self.changed_data:
                # The consent was about the former address.
                self.instance.email_public_since = None
        return super().save(commit)


class SeatAdmin(WaitingAdmin):
    """Terms on seats; those that end soon wait for someone who follows."""

    form = PersonForm
    list_select_related = ["organisation"]
    search_fields = ["name", "unit", "organisation__name"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def waiting(self, request: HttpRequest) -> QuerySet[Any]:
        seat = {name: OuterRef(name) for name in self.seat_fields}
        followed = self.model._default_manager.filter(first_day__gt=OuterRef("last_day"), **seat)
        ending = self.model.objects.ending_within(SOON, of=timezone.localdate())
        return ending.exclude(Exists(followed))

    def waiting_text(self, row: Any) -> str:
        told = {"seat": self.seat_in_words(row), "until": row.until}
        return gettext("%(seat)s, till och med %(until)s") % told

    seat_fields: tuple[str, ...] = ("sector",)

    def seat_in_words(self, row: Any) -> str:
        return f"{row} ({row.get_sector_display()})"


@admin.register(Host)
class HostAdmin(SeatAdmin):
    """Hosts are seated on the board of the plan; here their data is put right."""

    list_display = ["area", "sector", "name", "organisation", "first_day", "last_day"]
    list_filter = ["sector", "area"]
    fields = ["area", "sector", "first_day", "last_day", *PERSON, *CONSENT]
    readonly_fields = ["area", "sector", "first_day", "last_day"]
    waiting_label = _("Värdar vars uppdrag snart slutar")
    seat_fields = ("area", "sector")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Host]:
        return super().get_queryset(request).select_related("area", "organisation")

    def waiting(self, request: HttpRequest) -> QuerySet[Host]:
        return super().waiting(request).select_related("area")

    def seat_in_words(self, row: Host) -> str:
        return f"{row.area}: {super().seat_in_words(row)}"

    def waiting_url(self, row: Host) -> str:
        return board_of_area(row.area)


class CoordinatorForm(PersonForm):
    class Meta(PersonForm.Meta):
        field_classes = PersonForm.Meta.field_classes | {
            "about": LineField,
            "english_about": LineField,
        }


@admin.register(Coordinator)
class CoordinatorAdmin(SeatAdmin):
    list_display = ["name", "sector", "role", "organisation", "first_day", "last_day"]
    list_filter = ["sector", "role"]
    form = CoordinatorForm
    fields = ["sector", "role", *PERSON, "about", "english_about", *TERM, *CONSENT]
    waiting_label = _("Samordnare vars uppdrag snart slutar")

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        """One change at a time: who comes second meets the form's words, not the database's."""
        if request.method != "POST":
            return super().changeform_view(request, object_id, form_url, extra_context)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("LOCK TABLE challenges_coordinator IN SHARE ROW EXCLUSIVE MODE")
            return super().changeform_view(request, object_id, form_url, extra_context)


class GroupMemberInline(admin.StackedInline):
    model = GroupMember
    form = PersonForm
    extra = 0
    fields = ["sector", *PERSON, *TERM, *CONSENT]


class GroupForm(forms.ModelForm):
    class Meta:
        model = Group
        fields = ["kind", "name", "task", *TERM, "english_name", "english_task"]
        field_classes = {
            "name": LineField,
            "task": LinesField,
            "english_name": LineField,
            "english_task": LinesField,
        }


@admin.register(Group)
class GroupAdmin(HistoryAdmin):
    form = GroupForm
    fieldsets = [
        (None, {"fields": ["kind", "name", "task", *TERM]}),
        in_english("english_name", "english_task"),
    ]
    list_display = ["name", "kind", "first_day", "last_day"]
    inlines = [GroupMemberInline]
    history_parts = ("members",)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
