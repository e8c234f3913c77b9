"""Small helpers for the base template."""

from functools import cache

from django import template
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString

from malmoandan.pages.language import PARAMETER

# What header and footer lead to. The start page is in no menu: every address begins like it.
MENUS = [
    *["signatures:agreement", "signatures:register", "signatures:sign"],
    *["challenges:areas", "challenges:dialogues", "challenges:coordinators"],
    "remiss:referrals",
    *["mapping:index", "mapping:organisations", "mapping:open_data"],
    *["pages:news", "pages:about", "pages:documents", "pages:search"],
    *["pages:accessibility", "pages:privacy", "pages:mine"],
]

register = template.Library()


@cache
def _addresses() -> tuple[str, ...]:
    return tuple(reverse(name) for name in MENUS)


@register.simple_tag(takes_context=True)
def menu_place(context: template.Context) -> dict[str, str]:
    """Where in the menus the page stands: "page" for its own address, "true" for one above it.

    Few values for all the pages there are, so that header and footer can be remembered.
    """
    request: HttpRequest | None = context.get("request")
    if request is None:
        return {}
    path = request.path
    if path == reverse("pages:start"):
        return {path: "page"}
    return {
        address: "page" if path == address else "true"
        for address in _addresses()
        if path.startswith(address)
    }


@register.simple_tag(takes_context=True)
def current_if(context: template.Context, address: str) -> SafeString:
    """The attribute aria-current for a link, when `menu_place` stands there."""
    current = context["menu_place"].get(address)
    return SafeString(f' aria-current="{current}"' if current else "")


@register.simple_tag(takes_context=True)
def in_language(context: template.Context, language: str) -> str:
    """The query that shows the same page, with the same search and filters, in that language."""
    request: HttpRequest | None = context.get("request")
    query = request.GET.copy() if request and request.method == "GET" else None
    if query is None:
        return f"?{PARAMETER}={language}"
    query[PARAMETER] = language
    return f"?{query.urlencode()}"
