"""Sign-in by code, and the second factor: allauth's views with our forms, words and answers."""

import ipaddress
from textwrap import wrap
from typing import Any

from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.account.stages import LoginStage
from allauth.account.utils import get_next_redirect_url
from allauth.account.views import RequestLoginCodeView
from allauth.mfa.base.views import AuthenticateView, IndexView, ReauthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView, EditWebAuthnView, RemoveWebAuthnView
from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from malmoandan.accounts import access, eid, forms, security_log
from malmoandan.accounts.adapters import may_remove
from malmoandan.accounts.codes import MAIL_ERRORS, code_not_sent
from malmoandan.accounts.eid_proof import Level
from malmoandan.running.even_time import even_time

NEXT_KEY = "after_enrolment"
# Said by the views that ask for a proof, to who came past the broker.
NOT_PROVEN = _("Legitimera dig först, eller välj att bekräfta bara med en kod i mejlen.")


class SignInView(RequestLoginCodeView):
    """Ask for the address. A known and an unknown one are told apart by the mail alone."""

    form_class = forms.SignInForm
    template_name = "account/login.html"

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        with even_time():
            response: HttpResponse = super().post(*args, **kwargs)
            return response

    def _redirect_to_pending_stage(self, request: HttpRequest, stage: LoginStage) -> None:
        """Who waits for a code may come back, to change the address."""

    def form_invalid(self, form: forms.SignInForm) -> HttpResponse:
        codes = {error.code for errors in form.errors.as_data().values() for error in errors}
        if codes & {"rate_limited", "too_many_login_attempts"}:
            security_log.note("too_many_codes")
        return super().form_invalid(form)

    def form_valid(self, form: forms.SignInForm) -> HttpResponse:
        try:
            LoginCodeVerificationProcess.initiate(
                request=self.request, user=form._user, email=form.cleaned_data["email"]
            )
        except MAIL_ERRORS:
            return code_not_sent(self.request)
        return redirect(self.get_success_url())


class SecondFactorView(AuthenticateView):
    form_class = forms.AuthenticateForm

    def form_invalid(self, form: Form) -> HttpResponse:
        security_log.note("wrong_second_factor", person=self.stage.login.user)
        return super().form_invalid(form)


class ConfirmSecondFactorView(ReauthenticateView):
    form_class = forms.ReauthenticateForm

    def form_invalid(self, form: Form) -> HttpResponse:
        security_log.note("wrong_second_factor", person=self.request.user)
        return super().form_invalid(form)


class SecondFactorsView(IndexView):
    """The person's second factors; for staff without one, the page that explains and begins."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if next_url := get_next_redirect_url(request):
            request.session[NEXT_KEY] = next_url
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["keys_work"] = keys_work_at(self.request.get_host())
        return context


class EnrolView(ActivateTOTPView):
    form_class = forms.ActivateTOTPForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["secret_in_groups"] = " ".join(wrap(context["form"].secret, 4))
        return context

    def form_valid(self, form: Form) -> HttpResponse:
        response = super().form_valid(form)
        access.record_enrolment(self.request)
        return response


class EnrolKeyView(AddWebAuthnView):
    form_class = forms.AddWebAuthnForm

    def form_valid(self, form: Form) -> HttpResponse:
        response = super().form_valid(form)
        access.record_enrolment(self.request)
        return response


class RenameKeyView(EditWebAuthnView):
    form_class = forms.EditWebAuthnForm


class RemoveKeyView(RemoveWebAuthnView):
    """As allauth's, and staff keep at least one second factor."""

    def form_valid(self, form: Form) -> HttpResponse:
        authenticator: Authenticator = self.get_object()
        if not may_remove(authenticator):
            messages.error(self.request, _("Du behöver minst ett andra steg. Lägg till ett nytt."))
            return redirect("mfa_index")
        return super().form_valid(form)


class RecoveryCodesView(ViewRecoveryCodesView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        default = reverse("admin:index") if self.request.user.is_staff else "/"
        next_url = self.request.session.get(NEXT_KEY, default)
        return super().get_context_data(**kwargs) | {"next_url": next_url}


@never_cache
@require_GET
def eid_answer(request: HttpRequest) -> HttpResponse:
    """Where the eID broker sends people back to; from here they go on with their errand."""
    if not eid.is_on():
        raise Http404
    try:
        next_url = eid.receive(request)
    except eid.Failed as failure:
        return eid_failed(request, failure)
    messages.success(request, _("Du har legitimerat dig. Nu återstår koden i mejlet."))
    return redirect(next_url)


def eid_failed(request: HttpRequest, failure: eid.Failed) -> HttpResponse:
    """The page that says why nobody was proven, and leads back to where the person was."""
    level = Level(eid.broker().level).label
    context = {"failure": failure, "name": eid.broker().name, "level": level}
    response = TemplateResponse(request, "account/eid/failed.html", context, status=failure.status)
    if isinstance(failure, eid.Unavailable):
        response.headers["Retry-After"] = "60"
    return response


def keys_work_at(host: str) -> bool:
    """Whether browsers let a page at this host make passkeys: a name, never a bare IP address."""
    name = host.rsplit(":", 1)[0].strip("[]")
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return True
    return False
