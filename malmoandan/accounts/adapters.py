"""What differs from allauth's defaults."""

from typing import Any, cast

import qrcode
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from qrcode.image.svg import SvgPathFillImage

from malmoandan.accounts import actions, security_log, tasks
from malmoandan.accounts.models import User
from malmoandan.publishing import mail
from malmoandan.publishing.languages import PARAMETER
from malmoandan.running import database


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "incorrect_code": _("Koden stämmer inte."),
        "too_many_login_attempts": _("Det blev för många försök. Vänta några minuter."),
        "rate_limited": _("Det blev för många försök. Vänta några minuter."),
    }

    def post_login(
        self, request: HttpRequest, user: AbstractBaseUser, **kwargs: Any
    ) -> HttpResponseBase:
        """The language chosen before the sign-in is the person's; else the person's is chosen."""
        person = cast(User, user)
        chosen = request.session.get(PARAMETER)
        if chosen or not person.language:
            actions.remember_language(
                user=person, language=chosen or get_language() or settings.LANGUAGE_CODE
            )
        else:
            request.session[PARAMETER] = person.language
        return super().post_login(request, user, **kwargs)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a code at once: somebody waits for it in front of a page.

        Raises SMTPException or OSError when the mail server does not take it.
        """
        database.let_go()
        mail.send(
            template_prefix,
            to=email,
            context=context | {"minutes": settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT // 60},
            language=get_language() or settings.LANGUAGE_CODE,
        )

    def send_notification_mail(
        self,
        template_prefix: str,
        user: AbstractBaseUser,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Queue the mail about a change of the second factor: nobody waits for it."""
        change = template_prefix.rsplit("/", 1)[-1]
        security_log.note("second_factor", person=cast(User, user), change=change)
        tasks.mail_second_factor_changed.defer(user_id=user.pk, change=change)


class MFAAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("Koden stämmer inte. Kontrollera att telefonens klocka går rätt."),
        "cannot_delete_authenticator": _("Du behöver minst ett andra steg. Lägg till ett nytt."),
    }

    def build_totp_svg(self, url: str) -> str:
        """The QR code on white: scanners cannot read it on a dark page."""
        return qrcode.make(url, image_factory=SvgPathFillImage).to_string(encoding="unicode")

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return may_remove(authenticator)

    def generate_authenticator_name(self, user: AbstractBaseUser, type: str) -> str:
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return str(_("Nyckel %(number)d") % {"number": number})

    def _get_site_name(self) -> str:
        return "Malmöandan"


def may_remove(authenticator: Authenticator) -> bool:
    """Staff keep at least one passkey or app; others may do as they like."""
    others = Authenticator.objects.filter(user_id=authenticator.user_id).exclude(
        pk=authenticator.pk
    )
    return (
        not authenticator.user.is_staff
        or others.exclude(type=Authenticator.Type.RECOVERY_CODES).exists()
    )
