"""Answers at the coordinators' desk: read whole, published or not, and parts of them hidden."""

from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from challenges.remiss.actions import publication
from challenges.remiss.admin import entering
from challenges.remiss.admin.forms import MaskForm, WithholdForm
from challenges.remiss.admin.pages import page
from challenges.remiss.models import (
    Masking,
    ReferralResponse,
    ResponseAttachment,
    ResponseVersion,
)
from challenges.remiss.places import Places
from malmoandan.accounts.admin_site import WaitingAdmin
from malmoandan.publishing.files import download


@admin.action(description=_("Publicera de valda som väntar på granskning"))
def publish_chosen(admin: Any, request: HttpRequest, queryset: QuerySet[Any]) -> None:
    if not admin.has_change_permission(request):
        raise PermissionDenied
    count = publication.publish_many(responses=queryset, by=request.user)  # type: ignore[arg-type]
    told = ngettext("%(count)s svar är publicerat.", "%(count)s svar är publicerade.", count)
    messages.success(request, told % {"count": count})


@admin.register(ReferralResponse)
class ResponseAdmin(WaitingAdmin):
    """Rows come by sending or entering, and are decided about, never written over."""

    list_display = ["reference", "name", "kind", "received", "late", "publication", "referral"]
    list_filter = ["publication", "referral", "kind", "origin"]
    list_select_related = ["referral"]
    search_fields = ["reference", "name"]
    actions = [publish_chosen]
    history_parts = ("versions",)
    change_form_template = "admin/remiss/response_form.html"
    change_list_template = "admin/remiss/response_list.html"
    fields = readonly_fields = (
        "referral",
        "reference",
        "kind",
        "name",
        "name_public",
        "recipient",
        "organisation",
        "contact_person",
        "email",
        "origin",
        "entered_by",
        "publication",
        "published_at",
        "published_by",
        "withheld_at",
        "withheld_by",
        "withheld_reason",
    )
    waiting_label = _("Remissvar att granska")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ReferralResponse]:
        return super().get_queryset(request).with_counting_version()  # type: ignore[attr-defined]

    def view_on_site(self, obj: ReferralResponse) -> str | None:
        return obj.get_absolute_url() if obj.is_published else None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("mottaget"))
    def received(self, response: ReferralResponse) -> datetime:
        return response.counting_version.received_at

    @admin.display(description=_("för sent"), boolean=True)
    def late(self, response: ReferralResponse) -> bool:
        return response.counting_version.late

    def waiting(self, request: HttpRequest) -> QuerySet[ReferralResponse]:
        rows = ReferralResponse.objects.waiting().select_related("referral")
        return rows.order_by("updated_at", "pk")

    def waiting_text(self, row: ReferralResponse) -> str:
        return f"{row.name} ({row.referral.title})"

    def waiting_since(self, row: ReferralResponse) -> datetime:
        return row.updated_at

    def waiting_query(self) -> str:
        return f"publication__exact={ReferralResponse.Publication.WAITING}"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own = [
            path("<int:pk>/publicera/", view(self.publish), name="remiss_publish"),
            path("<int:pk>/undanta/", view(self.withhold), name="remiss_withhold"),
            path("<int:pk>/maskera/", view(self.mask), name="remiss_mask"),
            path("maskering/<int:pk>/ta-bort/", view(self.unmask), name="remiss_unmask"),
            path("bilaga/<int:pk>/", view(self.attachment), name="remiss_response_attachment"),
            path("remiss/<int:pk>/for-in/", view(self.enter), name="remiss_enter"),
        ]
        return [*own, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        context: dict[str, Any] = dict(extra_context or {})
        response = self.get_object(request, object_id)
        if response:
            rows = response.versions.order_by("-number")
            context["versions"] = rows.prefetch_related(
                "sections__section", "attachments", "maskings__by"
            )
            context["counting"] = response.counting_version
            context["response"] = response
            context["may_decide"] = self.has_change_permission(request, response)
        return super().change_view(request, object_id, form_url, context)

    def publish(self, request: HttpRequest, pk: int) -> HttpResponse:
        response = self._to_decide(request, pk)
        if request.method != "POST":
            raise PermissionDenied
        try:
            changed = publication.publish(
                response=response,
                by=request.user,  # type: ignore[arg-type]
                version=_number(request),
            )
        except publication.NewerVersion:
            return self._tell_newer(request, pk)
        if changed:
            messages.success(request, _("Svaret %(ref)s är publicerat.") % {"ref": response})
        return redirect(self._next(response))

    def withhold(self, request: HttpRequest, pk: int) -> HttpResponse:
        response = self._to_decide(request, pk)
        sent = request.POST if request.method == "POST" else None
        form = WithholdForm(sent)
        if sent is not None and form.is_valid():
            publication.withhold(response=response, by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
            messages.success(request, _("Svaret %(ref)s publiceras inte.") % {"ref": response})
            return redirect(self._next(response))
        context = {"referral": response.referral, "form": form}
        title = gettext("Publicera inte %(ref)s") % {"ref": response}
        return page(request, self, "form", title, context, 200 if sent is None else 422)

    def mask(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Hide words of the newest version, or one of its attachments."""
        response = self._to_decide(request, pk)
        version = response.counting_version
        places = Places(version)
        sent = request.POST if request.method == "POST" else None
        form = MaskForm(sent)
        form.fields["part"].choices = places.choices()  # type: ignore[attr-defined]
        if sent is not None and form.is_valid():
            extents = places.find(form.cleaned_data["part"], form.cleaned_data["words"])
            if extents:
                self._mask(request, form, version, extents)
                return redirect(self._page_of(response))
            form.add_error("words", _("De orden står inte där. Kopiera texten som den står."))
        context = {"referral": response.referral, "form": form}
        title = gettext("Maskera i %(ref)s") % {"ref": response}
        return page(request, self, "form", title, context, 200 if sent is None else 422)

    def _mask(
        self, request: HttpRequest, form: MaskForm, version: ResponseVersion, extents: list[Any]
    ) -> None:
        for extent in extents:
            publication.mask(
                version=version,
                reason=form.cleaned_data["reason"],
                note=form.cleaned_data["note"],
                by=request.user,  # type: ignore[arg-type]
                **extent,
            )
        told = ngettext("%(n)s ställe är maskerat.", "%(n)s ställen är maskerade.", len(extents))
        messages.success(request, told % {"n": len(extents)})

    def unmask(self, request: HttpRequest, pk: int) -> HttpResponse:
        masking = get_object_or_404(Masking.objects.select_related("version__response"), pk=pk)
        if request.method != "POST" or not self.has_change_permission(request):
            raise PermissionDenied
        publication.unmask(masking=masking)
        messages.success(request, _("Maskeringen är borttagen."))
        return redirect(self._page_of(masking.version.response))

    def attachment(self, request: HttpRequest, pk: int) -> HttpResponse:
        found = get_object_or_404(ResponseAttachment, pk=pk)
        if not self.has_view_permission(request):
            raise PermissionDenied
        return download(found.stored_name, found.file_name)

    def enter(self, request: HttpRequest, pk: int) -> HttpResponse:
        return entering.enter(request, self, pk)

    def _to_decide(self, request: HttpRequest, pk: int) -> ReferralResponse:
        response = get_object_or_404(ReferralResponse.objects.select_related("referral"), pk=pk)
        if not self.has_change_permission(request, response):
            raise PermissionDenied
        return response

    def _page_of(self, response: ReferralResponse) -> str:
        return reverse("admin:remiss_referralresponse_change", args=[response.pk])

    def _next(self, response: ReferralResponse) -> str:
        """The next one of the same referral that waits; when none does, the first page."""
        waiting = ReferralResponse.objects.waiting().filter(referral=response.referral_id)
        following = waiting.order_by("updated_at", "pk").first()
        return self._page_of(following) if following else reverse("admin:index")

    def _tell_newer(self, request: HttpRequest, pk: int) -> HttpResponse:
        messages.warning(request, _("Svaret har rättats sedan du öppnade det. Läs det igen."))
        return redirect(reverse("admin:remiss_referralresponse_change", args=[pk]))


def _number(request: HttpRequest) -> int | None:
    typed = request.POST.get("version", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 6 else None
