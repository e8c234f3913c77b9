"""News and documents on the pages of apps below this one, which cannot import it."""

from typing import Any

from django import template

from challenges.models import ChallengeArea
from malmoandan.pages.models import Document, News

SHOWN = 5

register = template.Library()


@register.inclusion_tag("pages/news/of_area.html", takes_context=True)
def news_of(context: template.Context, area: ChallengeArea) -> dict[str, Any]:
    """The newest public news about the area, under a heading of the second level, if any."""
    found = News.objects.published().filter(areas=area).order_by("-published_from", "-pk")
    language = context.get("LANGUAGE_CODE")
    return {"area": area, "news": found[:SHOWN], "LANGUAGE_CODE": language}


@register.inclusion_tag("pages/documents/of_area.html")
def documents_of(area: ChallengeArea) -> dict[str, Any]:
    """The newest public documents about the area, likewise."""
    found = Document.objects.published().filter(areas=area).order_by("-day", "-pk")
    return {"area": area, "documents": found.prefetch_related("versions")[:SHOWN]}
