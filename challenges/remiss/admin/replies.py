"""Replies at the coordinators' desk: written one by one, published together from the overview."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from challenges.remiss.admin.forms import ReplyForm
from challenges.remiss.admin.pages import overview_of
from challenges.remiss.models import Referral, Reply
from malmoandan.accounts.admin_site import WaitingAdmin


@admin.register(Reply)
class ReplyAdmin(WaitingAdmin):
    """What waits to be published stands on the first page until the overview publishes it."""

    form = ReplyForm
    list_display = ["referral", "section", "response", "published_at"]
    list_filter = ["referral"]
    list_select_related = ["referral", "section", "response"]
    fields = [*ReplyForm.Meta.fields, "published_at", "published_by"]
    readonly_fields = ["published_at", "published_by"]
    waiting_label = _("Återkopplingar som väntar på att publiceras")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Only referrals that are out."""
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "referral" and field:
            field.queryset = Referral.objects.public()
        return field

    def waiting(self, request: HttpRequest) -> QuerySet[Reply]:
        rows = Reply.objects.waiting().select_related("referral", "section", "response")
        return rows.order_by("created_at", "pk")

    def waiting_text(self, row: Reply) -> str:
        return f"{row.referral.title}: {row}"

    def waiting_since(self, row: Reply) -> datetime:
        return row.created_at

    def waiting_url(self, row: Reply) -> str:
        return overview_of(row.referral)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What people have been told stays; it can be corrected."""
        return bool(obj and not obj.published_at) and super().has_delete_permission(request, obj)
