"""Pages for when little works: rendered without the database, a session or a static file."""

from base64 import b64encode
from hashlib import sha256
from typing import Any

from django.http import HttpRequest, HttpResponse
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


def unavailable(request: HttpRequest | None = None) -> HttpResponse:
    """The page for an outage; it holds what a form had sent, and a button that sends it again.

    `request` has read its form already, or there is none to hold.
    """
    context = sent(request) if request else {}
    if request:
        # A sign-in that failed half-way has made a new token already. The form holds the one that
        # came, and the browser must keep the cookie that belongs to it.
        request.META["CSRF_COOKIE_NEEDS_UPDATE"] = False
    response = _page(
        503,
        _("Vi kunde inte ta emot det du skickade")
        if context
        else _("Sidan går inte att visa just nu"),
        _("Det är ett tillfälligt fel hos oss. Vänta en minut och ladda sedan om sidan."),
        **context,
    )
    response.headers["Retry-After"] = "60"
    return response


def sent(request: HttpRequest) -> dict[str, Any]:
    """What a form sent, for templates/running/resend.html; nothing for any other request.

    Nothing is added: whoever had no valid CSRF token has none in this form either.
    """
    if request.method != "POST":
        return {}
    if not hasattr(request, "_post"):  # it could not be read: the browser's way back holds it
        return {"resend": None, "is_form": True}
    fields = [(name, value) for name, values in request.POST.lists() for value in values]
    files = [(name, file.name) for name in request.FILES for file in request.FILES.getlist(name)]
    return {"resend": request.get_full_path(), "fields": fields, "files": files, "is_form": True}


def _page(status: int, heading: str, text: str, **context: Any) -> HttpResponse:
    style = render_to_string("running/plain_page.css")
    html = render_to_string(
        "running/plain_page.html",
        {"heading": heading, "text": text, "style": style, "status": status, **context},
    )
    response = HttpResponse(html, status=status)
    # The style lies in the page, so that it needs no second request: its hash allows it.
    digest = b64encode(sha256(style.encode()).digest()).decode()
    response.headers["Content-Security-Policy"] = f"default-src 'none'; style-src 'sha256-{digest}'"
    response.headers["Cache-Control"] = "no-store"
    return response
