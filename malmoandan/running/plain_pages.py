"""Pages for when little works: rendered without the database, a session or a static file."""

from base64 import b64encode
from hashlib import sha256

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _


def too_large(max_bytes: int) -> HttpResponse:
    size = max_bytes // (1024 * 1024)
    return _page(
        413,
        _("Det du skickar är för stort"),
        _("Sidan kan ta emot högst %(size)s MB åt gången. Välj en mindre fil och försök igen.")
        % {"size": size},
    )


def too_slow() -> HttpResponse:
    return _page(
        408,
        _("Det tog för lång tid att ta emot det du skickade"),
        _("Inget har sparats. Kontrollera din uppkoppling och försök igen."),
    )


def unavailable() -> HttpResponse:
    response = _page(
        503,
        _("Sidan går inte att visa just nu"),
        _("Det är ett tillfälligt fel hos oss. Vänta en minut och ladda sedan om sidan."),
    )
    response.headers["Retry-After"] = "60"
    return response


def _page(status: int, heading: str, text: str) -> HttpResponse:
    style = render_to_string("running/plain_page.css")
    html = render_to_string(
        "running/plain_page.html", {"heading": heading, "text": text, "style": style}
    )
    response = HttpResponse(html, status=status)
    # The style lies in the page, so that it needs no second request: its hash allows it.
    digest = b64encode(sha256(style.encode()).digest()).decode()
    response.headers["Content-Security-Policy"] = f"default-src 'none'; style-src 'sha256-{digest}'"
    response.headers["Cache-Control"] = "no-store"
    return response
