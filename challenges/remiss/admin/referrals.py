"""Referrals at the coordinators' desk: made, opened, followed, closed and reported."""

from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from challenges.remiss.admin.decisions import DECISIONS
from challenges.remiss.admin.documents import DocumentInline, add_document
from challenges.remiss.admin.forms import DocumentForm, ReferralForm, SectionForm
from challenges.remiss.admin.pages import overview_of, page
from challenges.remiss.models import Referral, ReferralDocument, ReferralResponse, ReferralSection
from challenges.remiss.progress import answers_per_day, progress
from malmoandan.accounts.admin_site import WaitingAdmin
from malmoandan.publishing.files import download

# What stays as it was sent out; the day is moved by a decision with a reason.
LOCKED_WHEN_OPEN = ("title", "background", "due_date")


class SectionInline(admin.StackedInline):
    model = ReferralSection
    form = SectionForm
    extra = 0

    def _is_draft(self, obj: Referral | None) -> bool:
        return obj is None or obj.is_draft

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._is_draft(obj) and super().has_add_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._is_draft(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._is_draft(obj) and super().has_delete_permission(request, obj)


@admin.register(Referral)
class ReferralAdmin(WaitingAdmin):
    form = ReferralForm
    list_display = ["title", "shown_phase", "due_date", "answers", "to_review", "overview"]
    list_filter = ["state"]
    search_fields = ["title", "registry_number"]
    inlines = [SectionInline, DocumentInline]
    history_parts = ("sections", "documents", "notes")
    change_form_template = "admin/remiss/referral_form.html"
    waiting_label = _("Remisser vars svarstid är slut och som väntar på att redovisas")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Referral]:
        waiting = Q(responses__publication=ReferralResponse.Publication.WAITING)
        return (
            super()
            .get_queryset(request)
            .annotate(n_answers=Count("responses"), n_waiting=Count("responses", filter=waiting))
        )

    def view_on_site(self, obj: Referral) -> str | None:
        return None if obj.is_draft else obj.get_absolute_url()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return LOCKED_WHEN_OPEN if obj and not obj.is_draft else ()

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return list(ReferralForm.Meta.fields)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(obj and obj.is_draft) and super().has_delete_permission(request, obj)

    @admin.display(description=_("läge"))
    def shown_phase(self, referral: Referral) -> str:
        return str(referral.phase().label)

    @admin.display(description=_("svar"))
    def answers(self, referral: Any) -> int:
        return int(referral.n_answers)

    @admin.display(description=_("väntar på granskning"))
    def to_review(self, referral: Any) -> int:
        return int(referral.n_waiting)

    @admin.display(description=_("läget"))
    def overview(self, referral: Referral) -> SafeString:
        return format_html(
            '<a href="{}">{}</a>', overview_of(referral), gettext("Läget och beslut")
        )

    def waiting(self, request: HttpRequest) -> QuerySet[Referral]:
        over = Referral.objects.over(timezone.now()).exclude(state=Referral.State.REPORTED)
        # One from before the portal, without an answer in it, has nothing to be reported.
        return over.filter(opened_at__isnull=False).order_by("due_date", "pk")

    def waiting_since(self, row: Referral) -> datetime:
        return row.closed_at or row.closes_at

    def waiting_url(self, row: Referral) -> str:
        return overview_of(row)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own = [
            path("<int:pk>/laget/", view(self.overview_view), name="remiss_overview"),
            path("<int:pk>/beslut/<slug:what>/", view(self.decide), name="remiss_decide"),
            path("<int:pk>/handling/", view(self.document), name="remiss_add_document"),
            path("handling/<int:pk>/", view(self.document_file), name="remiss_document_file"),
        ]
        return [*own, *super().get_urls()]

    def overview_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """How it goes, what can be decided now, and the preview link of a draft."""
        referral = get_object_or_404(Referral, pk=pk)
        if not self.has_view_permission(request, referral):
            raise PermissionDenied
        may_decide = self.has_change_permission(request, referral)
        context = {
            "referral": referral,
            "phase": referral.phase(),
            "progress": progress(referral),
            "picture": answers_per_day(referral),
            "bounced": referral.recipients.bounced().in_swedish_order(),
            "notes": referral.notes.select_related("by"),
            "unpublished_replies": referral.replies.waiting().count(),
            "decisions": [d for d in DECISIONS.values() if d.fits(referral)] if may_decide else [],
            "preview": self._preview(request, referral),
        }
        return page(request, self, "overview", referral.title, context)

    def _preview(self, request: HttpRequest, referral: Referral) -> str:
        if not referral.is_draft:
            return ""
        return request.build_absolute_uri(reverse("remiss:preview", args=[referral.preview_token]))

    def decide(self, request: HttpRequest, pk: int, what: str) -> HttpResponse:
        """Ask for what the decision needs, then carry it out."""
        referral = get_object_or_404(Referral, pk=pk)
        if not self.has_change_permission(request, referral):
            raise PermissionDenied
        if what not in DECISIONS:
            raise Http404
        decision = DECISIONS[what]
        sent = request.POST if request.method == "POST" else None
        form = decision.form(sent)
        if sent is not None and form.is_valid():
            wrong = decision.carry_out(form, referral, request.user)
            if not wrong:
                messages.success(request, str(decision.told))
                return redirect(overview_of(referral))
            for field, sentence in wrong:
                form.add_error(field, sentence)
        context = {"referral": referral, "form": form, "decision": decision}
        return page(
            request, self, "decide", str(decision.title), context, 200 if sent is None else 422
        )

    def document(self, request: HttpRequest, pk: int) -> HttpResponse:
        referral = get_object_or_404(Referral, pk=pk)
        if not self.has_change_permission(request, referral):
            raise PermissionDenied
        sent = request.POST if request.method == "POST" else None
        form = DocumentForm(sent, request.FILES if sent is not None else None)
        if sent is not None and form.is_valid():
            add_document(referral, form)
            messages.success(request, _("Handlingen är tillagd."))
            return redirect(reverse("admin:remiss_referral_change", args=[referral.pk]))
        context = {"referral": referral, "form": form}
        status = 422 if sent is not None else 200
        return page(request, self, "form", gettext("Lägg till handling"), context, status)

    def document_file(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A document also of a draft, for those who may look at the referral."""
        found = get_object_or_404(ReferralDocument.objects.select_related("referral"), pk=pk)
        if not self.has_view_permission(request, found.referral):
            raise PermissionDenied
        return download(found.stored_name, found.file_name)
