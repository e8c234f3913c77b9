"""Signatures at the coordinators' desk: read, look at what stands out, publish or decline."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.db.models.fields.files import FieldFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _

from malmoandan.accounts.admin_site import WaitingAdmin
from malmoandan.publishing.fields import LinesField
from signatures import actions
from signatures.admin import paper
from signatures.models import Signatory, Signature, State
from signatures.remarks import remarks


class DeclineForm(forms.Form):
    reason = LinesField(
        label=_("Skäl"),
        max_length=2000,
        help_text=_("Den som skrev under får läsa det i ett mejl. Skriv vad som behöver rättas."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class SignatoryInline(admin.TabularInline):
    model = Signatory
    fields = readonly_fields = ("name", "title", "email", "confirmed_at", "way", "assurance")
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Signature)
class SignatureAdmin(WaitingAdmin):
    """Rows are made by signing and changed by decisions, never by hand."""

    list_display = ["organisation", "state", "signed_on", "origin", "reference", "decision_by"]
    list_filter = ["state", "version", "origin", "organisation__kind", "organisation__city_part"]
    list_select_related = ["organisation", "decision_by"]
    search_fields = ["organisation__name", "organisation__organisation_number", "reference"]
    date_hierarchy = "signed_on"
    inlines = [SignatoryInline]
    history_parts = ("signatories",)
    change_form_template = "admin/signatures/signature/change_form.html"
    change_list_template = "admin/signatures/signature/change_list.html"
    fields = readonly_fields = (
        "state",
        "reference",
        "version",
        "origin",
        "organisation_facts",
        "decision",
        "minutes_link",
        "created_at",
        "signed_on",
        "published_at",
        "declined_at",
        "decline_reason",
        "decision_by",
    )
    waiting_label = _("Undertecknanden att besluta om")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def waiting(self, request: HttpRequest) -> QuerySet[Signature]:
        return (
            Signature.objects.awaiting_decision()
            .select_related("organisation")
            .order_by("updated_at")
        )

    def waiting_text(self, row: Signature) -> str:
        return row.organisation.name

    def waiting_since(self, row: Signature) -> datetime:
        return row.updated_at

    def waiting_query(self) -> str:
        return f"state__exact={State.SUBMITTED}"

    @admin.display(description=_("organisation"))
    def organisation_facts(self, signature: Signature) -> str:
        organisation = signature.organisation
        facts = [
            organisation.name,
            organisation.shown_number,
            organisation.get_kind_display(),
            organisation.get_city_part_display(),
            organisation.website,
            organisation.purpose,
        ]
        return "\n".join(str(fact) for fact in facts if fact)

    @admin.display(description=_("beslut"))
    def decision(self, signature: Signature) -> str:
        return f"{signature.get_decided_by_display()}, {signature.decided_on or '–'}"

    @admin.display(description=_("protokoll"))
    def minutes_link(self, signature: Signature) -> str:
        return signature.minutes_name or str(_("inget bifogat"))

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own = [
            path("<int:pk>/publicera/", view(self.publish), name="signatures_publish"),
            path("<int:pk>/avboj/", view(self.decline), name="signatures_decline"),
            path("<int:pk>/protokoll/", view(self.minutes), name="signatures_minutes"),
            path("<int:pk>/blankett/", view(self.scan), name="signatures_scan"),
            path("papper/", view(self.enter_paper), name="signatures_paper"),
        ]
        return [*own, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        context: dict[str, Any] = {"decline_form": DeclineForm(), **(extra_context or {})}
        signature = self.get_object(request, object_id)
        if signature:
            context["remarks"] = remarks(signature)
            context["signature"] = signature
            context["can_publish"] = signature.state == State.SUBMITTED
            context["can_decline"] = signature.state in {State.SUBMITTED, State.WAITING}
        return super().change_view(request, object_id, form_url, context)

    def publish(self, request: HttpRequest, pk: int) -> HttpResponse:
        signature = self._to_decide(request, pk)
        try:
            actions.publish(signature=signature, by=request.user)  # type: ignore[arg-type]
        except actions.AlreadyDecided as late:
            return self._tell_decision(request, late.signature)
        messages.success(
            request, _("%(name)s är publicerad.") % {"name": signature.organisation.name}
        )
        return redirect("admin:index")

    def decline(self, request: HttpRequest, pk: int) -> HttpResponse:
        signature = self._to_decide(request, pk)
        form = DeclineForm(request.POST)
        if not form.is_valid():
            context = {**self.admin_site.each_context(request), "decline_form": form}
            context |= {"signature": signature, "opts": self.opts, "title": _("Avböj")}
            template = "admin/signatures/signature/decline.html"
            return TemplateResponse(request, template, context, status=422)
        try:
            actions.decline(
                signature=signature,
                by=request.user,  # type: ignore[arg-type]
                reason=form.cleaned_data["reason"],
            )
        except actions.AlreadyDecided as late:
            return self._tell_decision(request, late.signature)
        messages.success(request, _("Undertecknandet är avböjt. Skälet är skickat med e-post."))
        return redirect("admin:index")

    def enter_paper(self, request: HttpRequest) -> HttpResponse:
        return paper.enter(request, self)

    def minutes(self, request: HttpRequest, pk: int) -> HttpResponse:
        signature = self._to_read(request, pk)
        return _as_attachment(signature.minutes, signature.minutes_name)

    def scan(self, request: HttpRequest, pk: int) -> HttpResponse:
        signature = self._to_read(request, pk)
        return _as_attachment(signature.scan, signature.scan_name)

    def _to_read(self, request: HttpRequest, pk: int) -> Signature:
        signature = get_object_or_404(Signature, pk=pk)
        if not self.has_view_permission(request, signature):
            raise PermissionDenied
        return signature

    def _to_decide(self, request: HttpRequest, pk: int) -> Signature:
        signature = get_object_or_404(Signature.objects.select_related("organisation"), pk=pk)
        if request.method != "POST" or not self.has_change_permission(request, signature):
            raise PermissionDenied
        return signature

    def _tell_decision(self, request: HttpRequest, signature: Signature) -> HttpResponse:
        """Somebody was quicker: say who, and show the row as it is now."""
        messages.warning(
            request,
            _("%(person)s hann före: undertecknandet är %(state)s.")
            % {
                "person": signature.decision_by or _("Någon"),
                "state": signature.get_state_display(),
            },
        )
        return redirect(reverse("admin:signatures_signature_change", args=[signature.pk]))


def _as_attachment(file: FieldFile, name: str) -> HttpResponse:
    """A file to save, never shown inside the portal's own pages. Raises Http404 without one."""
    if not file:
        raise Http404
    response = HttpResponse(file.read(), content_type="application/octet-stream")
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or ""
    return response
