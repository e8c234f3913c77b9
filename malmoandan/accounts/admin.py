"""People in the admin. Nobody has a password; a coordinator invites the next one."""

from typing import Any

from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from malmoandan.accounts import actions, coordinators, security_log
from malmoandan.accounts.access import SECOND_FACTORS
from malmoandan.accounts.history_admin import HistoryAdmin
from malmoandan.accounts.models import User, UserGroup


class InvitationForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["email", "name"]
        help_texts = {"email": _("Personen blir samordnare och får en inbjudan till adressen.")}

    def clean_email(self) -> str:
        return User.objects.normalize_email(self.cleaned_data["email"])


class ResetForm(forms.Form):
    reason = forms.CharField(
        label=_("Skäl"),
        max_length=300,
        help_text=_("Till exempel ”Ny telefon, jag har pratat med personen”. Det står i loggen."),
    )


@admin.register(User)
class UserAdmin(HistoryAdmin):
    list_display = ["email", "name", "is_staff", "is_active", "has_second_factor", "last_login"]
    list_filter = ["is_staff", "is_active", "groups"]
    search_fields = ["email", "name"]
    ordering = ["email"]
    history_links = (UserGroup,)
    fields = [
        *["email", "name", "is_active", "is_staff", "groups"],
        *["has_second_factor", "second_factor_reset_at", "date_joined", "last_login"],
    ]
    readonly_fields = ["has_second_factor", "second_factor_reset_at", "date_joined", "last_login"]
    filter_horizontal = ["groups"]
    change_form_template = "admin/accounts/user/change_form.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        factors = Authenticator.objects.filter(user=OuterRef("pk"), type__in=SECOND_FACTORS)
        return super().get_queryset(request).annotate(second_factor=Exists(factors))

    @admin.display(description=_("andra steg"), boolean=True, ordering="second_factor")
    def has_second_factor(self, user: Any) -> bool:
        return user.second_factor

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The form to add a person is an invitation."""
        title = {"title": _("Bjud in en samordnare"), **(extra_context or {})}
        return super().add_view(request, form_url, title)

    def get_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        return super().get_fields(request, obj) if obj else InvitationForm.Meta.fields

    def get_form(
        self, request: HttpRequest, obj: User | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        if not obj:
            kwargs["form"] = InvitationForm
        return super().get_form(request, obj, change, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        """The address is who the person is. Nobody takes away their own rights by mistake."""
        if not obj:
            return []
        own = ["is_active", "is_staff", "groups"] if obj == request.user else []
        return ["email", *own, *self.readonly_fields]

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
            if {"is_active", "is_staff", "groups"} & set(form.changed_data):
                security_log.note("rights_changed", person=obj, by=request.user.pk)
            return
        invited, _changed = coordinators.invite(email=obj.email, name=obj.name)
        obj.pk = invited.pk

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """An account is closed (is_active), so that history keeps its names."""
        return False

    def get_urls(self) -> list[URLPattern]:
        reset = path(
            "<int:pk>/aterstall/",
            self.admin_site.admin_view(self.reset_second_factor),
            name="accounts_user_reset_second_factor",
        )
        end = path(
            "<int:pk>/logga-ut/",
            self.admin_site.admin_view(self.end_sessions),
            name="accounts_user_end_sessions",
        )
        return [reset, end, *super().get_urls()]

    @method_decorator(require_POST)
    def end_sessions(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Sign a person out everywhere, such as one whose computer was stolen."""
        user = get_object_or_404(User, pk=pk)
        if not self.has_change_permission(request, user):
            raise PermissionDenied
        actions.end_sessions(user=user)
        messages.success(request, _("Personen är utloggad överallt."))
        return redirect(reverse("admin:accounts_user_change", args=[pk]))

    def reset_second_factor(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take away a lost second factor, for a stated reason."""
        user = get_object_or_404(User, pk=pk)
        if not self.has_change_permission(request, user) or user == request.user:
            raise PermissionDenied
        form = ResetForm(request.POST or None)
        if form.is_valid():
            actions.reset_second_factor(user=user, reason=form.cleaned_data["reason"])
            messages.success(request, _("Det andra steget är borttaget. Personen får ett mejl."))
            return redirect(reverse("admin:accounts_user_change", args=[pk]))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Återställ andra steget för %(person)s") % {"person": user},
            "form": form,
            "object": user,
            "opts": self.opts,
        }
        status = 422 if form.is_bound else 200
        return TemplateResponse(
            request, "admin/accounts/user/reset_second_factor.html", context, status=status
        )
