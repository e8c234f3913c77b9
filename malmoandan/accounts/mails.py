"""The mails about accounts, a function each; the codes' own mails are sent by the adapter."""

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from malmoandan.accounts.models import User
from malmoandan.publishing import mail

# By allauth's names for what happened.
CHANGES = {
    "totp_activated": _("En app för engångskoder lades till."),
    "totp_deactivated": _("Appen för engångskoder togs bort."),
    "webauthn_added": _("En nyckel (passkey) lades till."),
    "webauthn_removed": _("En nyckel (passkey) togs bort."),
    "recovery_codes_generated": _("Nya reservkoder skapades. De gamla gäller inte längre."),
    "reset": _("En samordnare tog bort ditt andra steg. Du väljer ett nytt när du loggar in."),
}


def invitation(user: User) -> None:
    """Tell a new coordinator what the work is and how to sign in."""
    _send("invitation", user, {})


def second_factor_changed(user: User, change: str) -> None:
    """Tell the person what happened to the second factor, in case somebody else did it."""
    with translation.override(user.mail_language):
        _send("second_factor_changed", user, {"change": str(CHANGES[change])})


def erased(user: User) -> None:
    """The last mail to a person whose data is erased. Sent at once: no job may know of it."""
    _send("erased", user, {})


def _send(name: str, user: User, context: dict[str, str]) -> None:
    mail.send(
        f"account/email/{name}",
        to=user.email,
        context={"person": user, **context},
        language=user.mail_language,
    )
