"""The part of allauth that the portal uses, at Swedish addresses, under allauth's own names.

Left out, so that they answer 404: passwords, sign-up, changes of address, other providers.
"""

from collections.abc import Callable
from functools import wraps

from allauth.account import views as account
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.generic import RedirectView

from malmoandan.accounts import views
from malmoandan.accounts.codes import CodeView
from malmoandan.accounts.fresh_code import confirm_identity

View = Callable[..., HttpResponse]


def form(view: View) -> View:
    """A form that was sent and is shown again was refused: say so to machines too."""

    @wraps(view)
    def answered(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if request.method == "POST" and response.status_code == 200:
            response.status_code = 422
        return response

    return answered


sign_in = form(views.SignInView.as_view())

urlpatterns = [
    path("logga-in/", sign_in, name="account_login"),
    path("logga-in/", sign_in, name="account_request_login_code"),
    path("logga-in/kod/", CodeView.as_view(), name="account_confirm_login_code"),
    path("bekrafta/", confirm_identity, name="confirm_identity"),
    path("logga-ut/", account.logout, name="account_logout"),
    path("e-legitimation/svar/", views.eid_answer, name="eid_callback"),
    path("avstangt/", account.account_inactive, name="account_inactive"),
    # An account comes with the first signature. allauth wants the name for its mail and menus.
    path("nytt/", RedirectView.as_view(url="/"), name="account_signup"),
    path("andra-steget/", views.SecondFactorsView.as_view(), name="mfa_index"),
    path("andra-steget/kod/", form(views.SecondFactorView.as_view()), name="mfa_authenticate"),
    path(
        "andra-steget/bekrafta/",
        form(views.ConfirmSecondFactorView.as_view()),
        name="mfa_reauthenticate",
    ),
    path("andra-steget/app/", form(views.EnrolView.as_view()), name="mfa_activate_totp"),
    path("andra-steget/app/ta-bort/", form(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("andra-steget/nycklar/", webauthn.list_webauthn, name="mfa_list_webauthn"),
    path("andra-steget/nycklar/ny/", form(views.EnrolKeyView.as_view()), name="mfa_add_webauthn"),
    path(
        "andra-steget/nycklar/bekrafta/",
        form(webauthn.reauthenticate_webauthn),
        name="mfa_reauthenticate_webauthn",
    ),
    path(
        "andra-steget/nycklar/<int:pk>/",
        form(views.RenameKeyView.as_view()),
        name="mfa_edit_webauthn",
    ),
    path(
        "andra-steget/nycklar/<int:pk>/ta-bort/",
        form(views.RemoveKeyView.as_view()),
        name="mfa_remove_webauthn",
    ),
    path(
        "andra-steget/reservkoder/",
        views.RecoveryCodesView.as_view(),
        name="mfa_view_recovery_codes",
    ),
    path(
        "andra-steget/reservkoder/nya/",
        form(recovery.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "andra-steget/reservkoder/fil/",
        recovery.download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
]
