"""Dialogues at the coordinators' desk: what waits, and the way to the pages where it is done."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from challenges.models import Dialogue, DialogueArea
from malmoandan.accounts.admin_site import WaitingAdmin


@admin.register(Dialogue)
class DialogueAdmin(WaitingAdmin):
    """Rows are made and changed on Mina sidor, where mail and waiting list follow along."""

    list_display = ["title", "starts_at", "state", "notes_published_at", "work"]
    list_filter = ["state", "form", "areas"]
    search_fields = ["title", "place"]
    date_hierarchy = "starts_at"
    history_parts = ("approvals", "outcomes")
    history_links = (DialogueArea,)
    fields = readonly_fields = (
        "work",
        "title",
        "state",
        "sector",
        "form",
        "starts_at",
        "ends_at",
        "place",
        "seats",
        "invited_at",
        "cancelled_at",
        "cancel_reason",
        "notes",
        "notes_published_at",
        "created_by",
        "created_at",
        "updated_at",
    )
    waiting_label = _("Dialoger som har varit och väntar på anteckningar eller godkännande")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def waiting(self, request: HttpRequest) -> QuerySet[Dialogue]:
        return Dialogue.objects.without_notes(timezone.now())

    def waiting_text(self, row: Dialogue) -> str:
        if not row.is_held:
            return gettext("%(title)s: markera som hållen") % {"title": row.title}
        if row.notes:
            return gettext("%(title)s: anteckningarna väntar på godkännande") % {"title": row.title}
        return gettext("%(title)s: inga anteckningar") % {"title": row.title}

    def waiting_since(self, row: Dialogue) -> datetime:
        return row.ends_at

    @admin.display(description=_("arbeta med dialogen"))
    def work(self, dialogue: Dialogue) -> SafeString:
        address = reverse("challenges:my_dialogue", args=[dialogue.slug])
        return format_html('<a href="{}">{}</a>', address, gettext("Öppna på Mina sidor"))
