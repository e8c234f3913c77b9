"""Small helpers for the base template."""

from django import template
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from malmoandan.pages.language import PARAMETER

register = template.Library()


@register.simple_tag(takes_context=True)
def current_if(context: template.Context, address: str) -> SafeString:
    """The attribute aria-current for a link: "page" on its own page, "true" on one below it."""
    request: HttpRequest | None = context.get("request")
    if request is None or not request.path.startswith(address):
        return SafeString("")
    return format_html(' aria-current="{}"', "page" if request.path == address else "true")


@register.simple_tag(takes_context=True)
def in_language(context: template.Context, language: str) -> str:
    """The query that shows the same page, with the same search and filters, in that language."""
    request: HttpRequest | None = context.get("request")
    query = request.GET.copy() if request and request.method == "GET" else None
    if query is None:
        return f"?{PARAMETER}={language}"
    query[PARAMETER] = language
    return f"?{query.urlencode()}"
