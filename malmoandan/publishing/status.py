"""What the page about how the portal is doing says of the seal."""

from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from malmoandan.running.status import Figure, Finding, Level

# A certificate from an issuer takes weeks to order.
SOON = timedelta(days=60)


def seal() -> Finding:
    from malmoandan.publishing.seal import valid_until  # loads much, and is asked for seldom

    label = _("Sigill på PDF:er")
    advice = _("Den som driver portalen ser till att SEAL_KEY och SEAL_CERTIFICATE är rätt.")
    try:
        until = valid_until()
    except ImproperlyConfigured:
        text = _("Nyckeln eller certifikatet går inte att läsa. Inga bevis kan göras.")
        return Finding("seal", label, text, Level.BAD, advice)
    figures = [Figure("seal_expiry_timestamp_seconds", "When the seal expires.", until.timestamp())]
    day = date_format(timezone.localdate(until), "j F Y")
    if until < timezone.now():
        text = _("Certifikatet gick ut %(day)s.") % {"day": day}
        return Finding("seal", label, text, Level.BAD, advice, figures)
    text = _("Certifikatet gäller till %(day)s.") % {"day": day}
    if until < timezone.now() + SOON:
        advice = _("Den som driver portalen skaffar ett nytt certifikat i tid.")
        return Finding("seal", label, text, Level.NOTE, advice, figures)
    if settings.SEAL_KEY == settings.LOCAL_SEAL:
        text = f"{text} {_('Portalen har gjort det själv.')}"
    return Finding("seal", label, text, figures=figures)
