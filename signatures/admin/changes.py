"""Proposed corrections at the coordinators' desk: old beside new, approve or decline."""

from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from malmoandan.accounts.admin_site import WaitingAdmin
from malmoandan.organisations.admin import OrganisationAdmin
from malmoandan.organisations.models import Organisation, ProposedChange
from signatures import corrections, register_log
from signatures.admin.signatures import DeclineForm
from signatures.models import Signature


def _follow(organisation: Organisation) -> None:
    """What a coordinator corrects by hand stands in the register's log too."""
    register_log.correct(Signature.objects.filter(organisation=organisation))


OrganisationAdmin.followers.append(_follow)


@admin.register(ProposedChange)
class ProposedChangeAdmin(WaitingAdmin):
    """Rows are made by organisations and changed by decisions, never by hand."""

    list_display = ["organisation", "state", "proposed_at", "decided_by"]
    list_filter = ["state"]
    list_select_related = ["organisation", "decided_by"]
    search_fields = ["organisation__search_text"]
    change_form_template = "admin/organisations/proposedchange/change_form.html"
    fields = readonly_fields = (
        *("organisation", "state", "proposed_at", "proposed_by"),
        *("decided_at", "decided_by", "reason"),
    )
    waiting_label = _("Rättelser att besluta om")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def waiting(self, request: HttpRequest) -> QuerySet[ProposedChange]:
        waiting = ProposedChange.objects.waiting().select_related("organisation")
        return waiting.order_by("proposed_at")

    def waiting_text(self, row: ProposedChange) -> str:
        return row.organisation.name

    def waiting_since(self, row: ProposedChange) -> datetime:
        return row.proposed_at

    def waiting_query(self) -> str:
        return f"state__exact={ProposedChange.State.WAITING}"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own = [
            path("<int:pk>/godkann/", view(self.approve), name="corrections_approve"),
            path("<int:pk>/avboj/", view(self.decline), name="corrections_decline"),
        ]
        return [*own, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        change = self.get_object(request, object_id)
        context = {"proposal": change, "decline_form": DeclineForm(), **(extra_context or {})}
        return super().change_view(request, object_id, form_url, context)

    def approve(self, request: HttpRequest, pk: int) -> HttpResponse:
        change = self._to_decide(request, pk)
        try:
            corrections.approve(change=change, by=request.user)  # type: ignore[arg-type]
        except corrections.Settled as late:
            return self._tell_decision(request, late.change)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect(reverse("admin:organisations_proposedchange_change", args=[pk]))
        messages.success(request, _("Uppgifterna är rättade, och den som föreslog får ett mejl."))
        return redirect("admin:index")

    def decline(self, request: HttpRequest, pk: int) -> HttpResponse:
        change = self._to_decide(request, pk)
        form = DeclineForm(request.POST)
        if not form.is_valid():
            context = {**self.admin_site.each_context(request), "decline_form": form}
            context |= {"proposal": change, "opts": self.opts, "title": _("Avböj")}
            template = "admin/organisations/proposedchange/decline.html"
            return TemplateResponse(request, template, context, status=422)
        reason = form.cleaned_data["reason"]
        try:
            corrections.decline(change=change, by=request.user, reason=reason)  # type: ignore[arg-type]
        except corrections.Settled as late:
            return self._tell_decision(request, late.change)
        messages.success(request, _("Förslaget är avböjt. Skälet är skickat med e-post."))
        return redirect("admin:index")

    def _to_decide(self, request: HttpRequest, pk: int) -> ProposedChange:
        change = get_object_or_404(ProposedChange.objects.select_related("organisation"), pk=pk)
        if request.method != "POST" or not self.has_change_permission(request, change):
            raise PermissionDenied
        return change

    def _tell_decision(self, request: HttpRequest, change: ProposedChange) -> HttpResponse:
        """Somebody was quicker: say who, and show the row as it is now."""
        messages.warning(
            request,
            _("%(person)s hann före: förslaget är %(state)s.")
            % {
                "person": change.decided_by or change.proposed_by,
                "state": change.get_state_display(),
            },
        )
        return redirect(reverse("admin:organisations_proposedchange_change", args=[change.pk]))
