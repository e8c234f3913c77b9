"""Forms of the sign-in and the second factor, in words of our own."""

import unicodedata
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import RequestLoginCodeForm
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm as BaseAuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as BaseReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm as BaseActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm as BaseAddWebAuthnForm
from allauth.mfa.webauthn.forms import EditWebAuthnForm as BaseEditWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _

from malmoandan.accounts.codes import CodeField
from malmoandan.running import attempts


class SignInForm(RequestLoginCodeForm):
    email = forms.EmailField(
        label=_("E-postadress"),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
        error_messages={
            "required": _("Skriv din e-postadress."),
            "invalid": _("Skriv en e-postadress, till exempel namn@exempel.se."),
        },
    )

    def clean_email(self) -> str:
        email = self.cleaned_data["email"]
        if not attempts.allowed(context.request, "request_login_code", email.lower()):
            raise get_adapter().validation_error("too_many_login_attempts")
        found: str = super().clean_email()
        return found


class FactorField(forms.CharField):
    """A code from an app, or a recovery code, as people type or paste them."""

    def __init__(self, **kwargs: Any) -> None:
        attributes = {"autocomplete": "one-time-code", "class": "code-input", "spellcheck": "false"}
        super().__init__(widget=forms.TextInput(attrs=attributes), max_length=100, **kwargs)
        self.error_messages["required"] = _("Skriv koden.")

    def to_python(self, value: Any) -> str:
        return "".join(unicodedata.normalize("NFKC", super().to_python(value) or "").split())


class AuthenticateForm(BaseAuthenticateForm):
    code = FactorField(
        label=_("Kod från appen"),
        help_text=_("Sex siffror. Har du inte appen kan du skriva en av dina reservkoder."),
    )


class ReauthenticateForm(BaseReauthenticateForm):
    code = FactorField(
        label=_("Kod från appen"),
        help_text=_("Sex siffror. Har du inte appen kan du skriva en av dina reservkoder."),
    )


class ActivateTOTPForm(BaseActivateTOTPForm):
    code = CodeField(
        label=_("Kod från appen"), help_text=_("De sex siffror som appen visar just nu.")
    )


class KeyNameField(forms.CharField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("Nyckelns namn"),
            help_text=_("Till exempel ”Min telefon”, så att du känner igen nyckeln."),
            max_length=60,
            **kwargs,
        )


class AddWebAuthnForm(BaseAddWebAuthnForm):
    name = KeyNameField(required=False)


class EditWebAuthnForm(BaseEditWebAuthnForm):
    name = KeyNameField()
