"""The map of the site for search engines (sitemaps.org), from the same index as the search."""

from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from malmoandan.pages import search
from malmoandan.pages.fixed_pages import PAGES
from malmoandan.pages.models import SearchEntry

MOST_ADDRESSES = 40_000  # the format's limit is 50,000 to a file
_NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """All addresses; when they are too many for one file, where each part of them is."""
    search.catch_up()
    part = request.GET.get("del")
    # An address with a query shows a selection of another page.
    found = SearchEntry.objects.public().exclude(url__contains="?").order_by("kind", "key")
    if part is None:
        count = found.count()
        if count > MOST_ADDRESSES:
            return _index(-(-count // MOST_ADDRESSES))
        # Several things can be found on one page.
        return _urls(
            dict.fromkeys([*(page.url for page in PAGES), *found.values_list("url", flat=True)])
        )
    if not (part.isascii() and part.isdigit() and 0 < len(part) < 6 and int(part)):
        raise Http404
    start = (int(part) - 1) * MOST_ADDRESSES
    urls = list(found.values_list("url", flat=True)[start : start + MOST_ADDRESSES])
    if not urls:
        raise Http404
    return _urls([*(page.url for page in PAGES), *urls] if part == "1" else urls)


def _index(parts: int) -> HttpResponse:
    page = settings.BASE_URL + reverse("pages:site_map")
    addresses = [f"{page}?del={number}" for number in range(1, parts + 1)]
    return _xml("sitemapindex", (f"<sitemap><loc>{a}</loc></sitemap>" for a in addresses))


def _urls(paths: Iterable[str]) -> HttpResponse:
    addresses = (escape(settings.BASE_URL + path) for path in paths)
    return _xml("urlset", (f"<url><loc>{address}</loc></url>" for address in addresses))


def _xml(root: str, lines: Iterator[str]) -> HttpResponse:
    body = '<?xml version="1.0" encoding="UTF-8"?>\n' + f"<{root} {_NAMESPACE}>\n"
    body += "\n".join(lines) + f"\n</{root}>\n"
    return HttpResponse(body, content_type="application/xml; charset=utf-8")
