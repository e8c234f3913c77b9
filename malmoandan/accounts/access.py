"""Who may see what only staff may see: is_staff, and a second factor used in this session."""

from urllib.parse import urlencode

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from malmoandan.accounts.models import User

SECOND_FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


def is_coordinator(user: User | AnonymousUser) -> bool:
    """Whether the person decides about signatures."""
    return user.is_authenticated and User.objects.coordinators().filter(pk=user.pk).exists()


def used_second_factor(request: HttpRequest) -> bool:
    """Whether a passkey, an app or a recovery code was used since the person signed in."""
    user = request.user
    return user.is_authenticated and any(
        record.get("method") == "mfa" for record in get_authentication_records(request, user)
    )


def record_enrolment(request: HttpRequest) -> None:
    """Count a factor that was just added as used: adding it has proven it."""
    record_authentication(request, request.user, method="mfa", reauthenticated=True)


def may_enter(request: HttpRequest) -> bool:
    """Whether the person is staff and used a second factor in this session."""
    user = request.user
    return user.is_active and user.is_staff and used_second_factor(request)


def turn_away(request: HttpRequest, *, to: str | None = None) -> HttpResponse:
    """What someone who may not enter yet is answered: the step that is missing, then `to`.

    Raises PermissionDenied for a signed-in person who is not staff.
    """
    user = request.user
    if not user.is_authenticated:
        missing = "account_login"
    elif not user.is_staff:
        raise PermissionDenied
    elif is_mfa_enabled(user, SECOND_FACTORS):
        missing = "mfa_reauthenticate"
    else:
        missing = "mfa_index"
    query = urlencode({"next": to or request.get_full_path()})
    return redirect(f"{reverse(missing)}?{query}")
