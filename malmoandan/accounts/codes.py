"""Six-digit codes by e-mail: the one way to prove an address, and to sign in.

`send_code` starts, a subclass of `CodeView` receives what the person types. A code works until
its time is out in the browser that asked for it, so a double click and a lost reply end like the
first try. No link in the mail confirms anything: mail scanners follow links.
"""

import time
import unicodedata
from contextlib import suppress
from smtplib import SMTPException
from typing import Any

from allauth.account.forms import ConfirmLoginCodeForm
from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.account.internal.stagekit import clear_authentication_records
from allauth.account.stages import LoginByCodeStage, LoginStageController
from allauth.account.views import ConfirmLoginCodeView
from django import forms
from django.contrib import messages
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import CreateError
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.generic.edit import FormView

from malmoandan.accounts import security_log
from malmoandan.accounts.models import User
from malmoandan.running import attempts
from malmoandan.running.even_time import even_time

MAIL_ERRORS = (SMTPException, OSError)


class CodeNotSent(Exception):
    """The mail server did not take the mail. Nothing has changed; try again in a while."""


class TooManyCodes(CodeNotSent):
    """The address, or the place the request comes from, has asked too often this minute."""


def send_code(request: HttpRequest, email: str) -> None:
    """Mail a code to the address, and wait for it in this session.

    Makes the account when there is none. Who was signed in is signed out, while the session
    keeps its other data. Raises CodeNotSent; then who was signed in still is.
    """
    if not attempts.allowed(request, "request_login_code", email.lower()):
        security_log.note("too_many_codes")
        raise TooManyCodes
    with even_time():
        person, _made = User.objects.get_or_create_person(email)
        try:
            LoginCodeVerificationProcess.initiate(request=request, user=person, email=person.email)
        except MAIL_ERRORS as error:
            # Else who tries again during an outage of the mail has asked too often in the end.
            attempts.take_back(request, "request_login_code", email.lower())
            raise CodeNotSent from error
    sign_out(request)


def code_not_sent(request: HttpRequest) -> HttpResponse:
    """The page for a failed `send_code` in a POST: its button sends the same POST again."""
    fields = [(k, v) for k, values in request.POST.lists() for v in values]
    context = {"fields": [(k, v) for k, v in fields if k != "csrfmiddlewaretoken"]}
    return TemplateResponse(
        request, "account/code_not_sent.html", context, status=503, headers={"Retry-After": "60"}
    )


def sign_out(request: HttpRequest) -> None:
    """Sign out, while the session keeps its other data, such as a form under way."""
    if not request.user.is_authenticated:
        return
    for key in (SESSION_KEY, BACKEND_SESSION_KEY, HASH_SESSION_KEY):
        request.session.pop(key, None)
    clear_authentication_records(request)
    request.session.cycle_key()
    request.user = AnonymousUser()


class CodeField(forms.CharField):
    """Six digits as people type or paste them: spaces, hyphens, digits of other scripts."""

    def __init__(self, **kwargs: Any) -> None:
        attributes = {
            "autocomplete": "one-time-code",
            "inputmode": "numeric",
            "class": "code-input",
            "spellcheck": "false",
        }
        super().__init__(widget=forms.TextInput(attrs=attributes), max_length=200, **kwargs)
        self.error_messages["required"] = _("Skriv koden med sex siffror.")

    def to_python(self, value: Any) -> str:
        typed = super().to_python(value) or ""
        kept = [c for c in typed if unicodedata.category(c)[0] not in "ZCP"]
        digits = [unicodedata.digit(character, None) for character in kept]
        if not digits:
            return ""
        if None in digits or len(digits) != 6:
            raise ValidationError(_("Koden är sex siffror. Kontrollera vad du skrev."))
        return "".join(str(digit) for digit in digits)


class CodeForm(ConfirmLoginCodeForm):
    code = CodeField(label=_("Kod"))


@method_decorator(never_cache, name="dispatch")
class CodeView(ConfirmLoginCodeView):
    """The page where the code is typed. Subclasses say what happens before and after.

    - `restart_url`: where a new code is asked for, when this one is too old or used up;
    - `resume_url`: where the person goes on when a second factor is asked for in between, or
      when the form is sent again after the sign-in;
    - `verified()`: the answer to the POST that signed the person in. The user's address is
      proven then. It may run twice for one code, so it does its work once.
    """

    form_class = CodeForm
    template_name = "account/confirm_login_code.html"
    restart_url: Any = reverse_lazy("account_login")
    resume_url: Any = None

    def verified(self) -> HttpResponse:
        return self._signed_in

    def restart(self, reason: Any) -> HttpResponse:
        messages.warning(self.request, reason)
        return redirect(str(self.restart_url))

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            return redirect(self.get_next_url() or str(self.resume_url or "/"))
        stage = LoginStageController.enter(request, LoginByCodeStage.key)
        if not stage:
            return self.restart(_("Här finns ingen kod att vänta på. Be om en ny."))
        self._process = LoginCodeVerificationProcess.resume(stage)
        if not self._process:
            return self.restart(_("Koden har gått ut. Be om en ny."))
        if self._guesses_too_often():
            self._process.abort()
            return self.restart(_("Koden skrevs fel för många gånger. Be om en ny."))
        # Past the parent's own dispatch, which would answer these cases in its own way.
        return FormView.dispatch(self, request, *args, **kwargs)

    def _guesses_too_often(self) -> bool:
        """The session counts slips one after the other; guesses sent at once are counted here."""
        if self.request.method != "POST" or self.request.POST.get("action") == "resend":
            return False
        return not attempts.allowed(self.request, "code", self._counted_key)

    @property
    def _counted_key(self) -> str:
        return f"{self._process.state.get('email')} {self._process.code}"

    def form_invalid(self, form: forms.Form) -> HttpResponse:
        if form.has_error("code", "incorrect_code"):  # a slip of the fingers does not count
            security_log.note("wrong_code", person=self._process.user)
            if not self._process.record_invalid_attempt():
                return self.restart(_("Koden skrevs fel för många gånger. Be om en ny."))
            left = self._process.max_attempts - self._process.state["failed_attempts"]
            words = ngettext(
                "Koden stämmer inte. Du kan försöka %(left)d gång till.",
                "Koden stämmer inte. Du kan försöka %(left)d gånger till.",
                left,
            )
            form.errors["code"] = form.error_class([words % {"left": left}])
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def _verify_form_valid(self, form: forms.Form) -> HttpResponse:
        # The right code is no guess, however often it is sent again during an outage.
        attempts.take_back(self.request, "code", self._counted_key)
        session = self.request.session
        before = dict(session.items()), session.session_key
        # Together, or a database that restarts in between takes with the old session all that
        # the person has filled in.
        with transaction.atomic():
            self._signed_in = self._process.finish(self.get_next_url() or self.resume_url)
            if self.request.user.is_authenticated:
                self._keep_for_a_repeated_post(*before)
        if not self.request.user.is_authenticated:
            return self._signed_in  # on to the second factor, or the account is closed
        return self.verified()

    def _keep_for_a_repeated_post(self, data: dict[str, Any], key: str) -> None:
        """Signing in gives the session a new key, which a lost reply never tells the browser."""
        kept = type(self.request.session)()
        kept.update(data)
        kept._session_key = key
        kept.set_expiry(int(self._process.state["at"] + self._process.timeout - time.time()) + 1)
        with suppress(CreateError):  # the other POST of a double click was first
            kept.save(must_create=True)

    def _resend_form_valid(self, form: forms.Form) -> HttpResponse:
        self._process.state["at"] = time.time()  # the mail promises the whole time anew
        try:
            self._process.resend()
        except MAIL_ERRORS:
            return code_not_sent(self.request)
        messages.success(self.request, _("En ny kod är skickad."))
        return redirect(self.passthrough_next_url(self.request.path))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["restart_url"] = self.passthrough_next_url(str(self.restart_url))
        context["minutes"] = self._process.timeout // 60
        return context
