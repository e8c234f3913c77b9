"""The invited bodies at the coordinators' desk: the list, pasted or chosen, and each by itself."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from challenges.remiss import mails, recipient_list
from challenges.remiss.actions import recipients as actions
from challenges.remiss.admin.forms import ChooseForm, PasteForm, RecipientForm
from challenges.remiss.admin.pages import overview_of, page
from challenges.remiss.models import (
    RecipientStatus,
    Referral,
    ReferralRecipient,
    ReferralReminder,
)
from malmoandan.accounts.admin_site import WaitingAdmin
from malmoandan.organisations.models import Membership, Organisation

MOST_CHOSEN = 200


class StatusFilter(admin.SimpleListFilter):
    title = _("svar")
    parameter_name = "svar"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(RecipientStatus.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(status=self.value()) if self.value() else queryset


class BouncedFilter(admin.SimpleListFilter):
    title = _("e-post")
    parameter_name = "studsade"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("ja", _("adressen tar inte emot mejl"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(bounced_at__isnull=False) if self.value() else queryset


class ReminderInline(admin.TabularInline):
    model = ReferralReminder
    fields = readonly_fields = ("days_before", "due_date", "sent_at")
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(ReferralRecipient)
class RecipientAdmin(WaitingAdmin):
    """Rows come by choosing or pasting; here each is put right, mailed again or taken away."""

    form = RecipientForm
    list_display = ["name", "kind", "status", "last_day", "invited_at", "bounced_at", "referral"]
    list_filter = [StatusFilter, BouncedFilter, "kind", "referral"]
    search_fields = ["name", "email"]
    list_select_related = ["referral"]
    inlines = [ReminderInline]
    history_parts = ("reminders",)
    change_form_template = "admin/remiss/recipient_form.html"
    fields = ["name", "kind", "email", "due_date", "own_link", "organisation", "invited_at"]
    readonly_fields = ["own_link", "organisation", "invited_at"]
    waiting_label = _("Remissinstanser som mejlen inte når")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ReferralRecipient]:
        return super().get_queryset(request).with_status()  # type: ignore[attr-defined]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """One that was invited stays on the list, which is public."""
        return bool(obj and not obj.invited_at) and super().has_delete_permission(request, obj)

    @admin.display(description=_("svar"))
    def status(self, recipient: Any) -> str:
        return str(RecipientStatus(recipient.status).label)

    @admin.display(description=_("sista svarsdag"))
    def last_day(self, recipient: ReferralRecipient) -> str:
        return str(recipient.due_day)

    @admin.display(description=_("egen länk"))
    def own_link(self, recipient: ReferralRecipient) -> str:
        return mails.own_path(recipient)

    def waiting(self, request: HttpRequest) -> QuerySet[ReferralRecipient]:
        open_now = Referral.objects.open(timezone.now()).values("pk")
        rows = ReferralRecipient.objects.bounced().silent().filter(referral__in=open_now)
        return rows.order_by("bounced_at", "pk")

    def waiting_since(self, row: ReferralRecipient) -> Any:
        return row.bounced_at

    def waiting_query(self) -> str:
        return "studsade=ja"

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """The address and the day go through the actions, which mail and forget what is old."""
        cleaned = form.cleaned_data
        ReferralRecipient.objects.filter(pk=obj.pk).update(
            name=cleaned["name"], kind=cleaned["kind"]
        )
        if "email" in form.changed_data:
            actions.change_address(recipient=obj, email=cleaned["email"])
        if "due_date" in form.changed_data:
            try:
                actions.grant_day(recipient=obj, due_date=cleaned["due_date"])
            except actions.NoSuchDay:
                messages.error(request, _("Dagen har redan varit. Den är inte ändrad."))

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own = [
            path("remiss/<int:pk>/klistra-in/", view(self.paste), name="remiss_paste"),
            path("remiss/<int:pk>/valj/", view(self.choose), name="remiss_choose"),
            path("<int:pk>/bjud-in-igen/", view(self.invite_again), name="remiss_invite_again"),
            path("<int:pk>/studsade/", view(self.bounced), name="remiss_bounced"),
        ]
        return [*own, *super().get_urls()]

    def _referral(self, request: HttpRequest, pk: int) -> Referral:
        referral = get_object_or_404(Referral, pk=pk)
        may_add = request.user.has_perm("remiss.add_referralrecipient")
        if not may_add or referral.is_reported:
            raise PermissionDenied
        return referral

    def paste(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Paste, see what was read with what is wrong in each row, and then add all or none."""
        referral = self._referral(request, pk)
        sent = request.POST if request.method == "POST" else None
        form = PasteForm(sent)
        rows: list[recipient_list.Row] = []
        if sent is not None and form.is_valid():
            rows = recipient_list.read(form.cleaned_data["rows"], referral)
            wrong = sum(bool(row.errors) for row in rows)
            if rows and not wrong and "add" in sent:
                if self._add(request, referral, [row.body for row in rows]):
                    return redirect(overview_of(referral))
                rows = recipient_list.read(form.cleaned_data["rows"], referral)
        wrong = sum(bool(row.errors) for row in rows)
        failed = bool(wrong or form.errors or (sent is not None and not rows))
        context = {"referral": referral, "form": form, "rows": rows, "wrong": wrong}
        title = gettext("Klistra in remissinstanser")
        return page(request, self, "paste", title, context, 422 if failed else 200)

    def _add(self, request: HttpRequest, referral: Referral, bodies: list[actions.Body]) -> bool:
        try:
            added = actions.add(referral=referral, bodies=bodies)
        except (actions.AlreadyListed, IntegrityError):
            messages.error(request, _("Listan har ändrats. Ingen är tillagd: se raderna nedan."))
            return False
        told = ngettext(
            "%(count)s remissinstans är tillagd. Inget mejl är skickat än.",
            "%(count)s remissinstanser är tillagda. Inga mejl är skickade än.",
            len(added),
        )
        messages.success(request, told % {"count": len(added)})
        return True

    def choose(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Choose by filter among organisations; each chosen one needs an address."""
        referral = self._referral(request, pk)
        form = ChooseForm(request.GET)
        found = _matching(form, referral) if form.is_valid() else Organisation.objects.none()
        organisations = list(found[: MOST_CHOSEN + 1])
        lines = _lines(request, organisations[:MOST_CHOSEN])
        wrong = any(line["error"] for line in lines)
        nobody = request.method == "POST" and not any(line["chosen"] for line in lines)
        if request.method == "POST" and not wrong and not nobody:
            if self._add(request, referral, _bodies(lines)):
                return redirect(overview_of(referral))
            wrong = True
        context = {
            "referral": referral,
            "form": form,
            "lines": lines,
            "more": len(organisations) > MOST_CHOSEN,
            "most": MOST_CHOSEN,
            "wrong": wrong,
            "nobody": nobody,
        }
        title = gettext("Välj remissinstanser")
        return page(request, self, "choose", title, context, 422 if wrong or nobody else 200)

    def invite_again(self, request: HttpRequest, pk: int) -> HttpResponse:
        recipient = self._to_change(request, pk)
        try:
            actions.invite_again(recipient=recipient)
            messages.success(request, _("Inbjudan skickas igen."))
        except actions.NotOpen:
            messages.error(request, _("Remissen är inte öppen för svar."))
        return redirect(reverse("admin:remiss_referralrecipient_change", args=[pk]))

    def bounced(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A coordinator got the message back: the address takes no mail."""
        self._to_change(request, pk).mark_bounced(gettext("Angivet av en samordnare"))
        messages.success(request, _("Adressen är märkt. Inga påminnelser skickas till den."))
        return redirect(reverse("admin:remiss_referralrecipient_change", args=[pk]))

    def _to_change(self, request: HttpRequest, pk: int) -> ReferralRecipient:
        recipient = get_object_or_404(ReferralRecipient.objects.select_related("referral"), pk=pk)
        if request.method != "POST" or not self.has_change_permission(request, recipient):
            raise PermissionDenied
        return recipient


def _matching(form: ChooseForm, referral: Referral) -> QuerySet[Organisation]:
    """Those the filter finds, without those on the list already."""
    cleaned = form.cleaned_data
    standing = Organisation.objects.standing().existing(timezone.localdate())
    found = standing.exclude(referral_invitations__referral=referral)
    found = found.search(cleaned["q"])
    for name in ("sector", "kind", "city_part"):
        if cleaned[name]:
            found = found.filter(**{name: cleaned[name]})
    if cleaned["umbrella"]:
        found = found.filter(is_umbrella=True)
    return found.in_swedish_order()


def _lines(request: HttpRequest, organisations: list[Organisation]) -> list[dict[str, Any]]:
    """Each organisation with whether it is chosen, its address as typed or known, and what is
    wrong with that."""
    known = _known_addresses(organisations)
    lines = []
    for organisation in organisations:
        key = str(organisation.pk)
        typed = request.POST.get(f"email-{key}")
        email = known.get(organisation.pk, "") if typed is None else typed.strip()
        chosen = key in request.POST.getlist("chosen")
        error = _wrong_address(email) if chosen else ""
        line = {"organisation": organisation, "email": email, "chosen": chosen, "error": error}
        lines.append(line)
    _refuse_same_address(lines)
    return lines


def _refuse_same_address(lines: list[dict[str, Any]]) -> None:
    """Two bodies of one address would share one answer."""
    seen: set[str] = set()
    for line in lines:
        if line["chosen"] and not line["error"]:
            if line["email"].lower() in seen:
                line["error"] = gettext("En annan vald organisation har samma adress.")
            seen.add(line["email"].lower())


def _known_addresses(organisations: list[Organisation]) -> dict[int, str]:
    """Where each was reached in an earlier referral, else the address of a representative."""
    keys = [organisation.pk for organisation in organisations]
    members = Membership.objects.active().filter(organisation__in=keys).order_by("-since")
    earlier = ReferralRecipient.objects.filter(organisation__in=keys, bounced_at__isnull=True)
    known = dict(members.values_list("organisation", "person__email"))
    return known | dict(earlier.order_by("added_at").values_list("organisation", "email"))


def _wrong_address(email: str) -> str:
    if not email:
        return gettext("Skriv en e-postadress, eller ta bort krysset.")
    try:
        validate_email(email)
    except ValidationError:
        return gettext("E-postadressen är inte giltig.")
    return ""


def _bodies(lines: list[dict[str, Any]]) -> list[actions.Body]:
    return [
        actions.Body(
            line["organisation"].name,
            line["email"],
            recipient_list.kind_for(line["organisation"]),
            line["organisation"],
        )
        for line in lines
        if line["chosen"]
    ]
