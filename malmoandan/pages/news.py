"""News, as a list, one by one, and as a feed."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from malmoandan.accounts import access
from malmoandan.pages.lists import ListFilter, page_of
from malmoandan.pages.models import News, Publication, PublicationQuerySet
from malmoandan.publishing import feeds

PAGE_SIZE = 10


def may_read(request: HttpRequest, row: Publication) -> bool:
    """Whether the row is public, or the visitor a coordinator who previews it."""
    model = row._meta.model_name
    return row.is_published or (
        access.may_enter(request) and request.user.has_perm(f"pages.view_{model}")
    )


@require_safe
def news_list(request: HttpRequest) -> HttpResponse:
    form = ListFilter(request.GET)
    if not form.is_valid():
        return TemplateResponse(request, "pages/news/list.html", {"form": form}, status=400)
    context = {
        "form": form,
        "feed": reverse("pages:news_atom") + _query(form),
        **page_of(request, _asked_for(form), PAGE_SIZE),
    }
    return TemplateResponse(request, "pages/news/list.html", context)


@require_safe
def news_item(request: HttpRequest, slug: str) -> HttpResponse:
    item = get_object_or_404(News.objects.prefetch_related("areas"), slug=slug)
    if not may_read(request, item):
        raise Http404
    response = TemplateResponse(request, "pages/news/item.html", {"item": item})
    if not item.is_published:
        response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def news_atom(request: HttpRequest) -> HttpResponse:
    form = ListFilter(request.GET)
    if not form.is_valid():
        wrong = "\n".join(str(message) for messages in form.errors.values() for message in messages)
        return HttpResponseBadRequest(wrong, content_type="text/plain; charset=utf-8")
    area = form.cleaned_data["omrade"]
    return feeds.atom_response(
        key=f"news{_query(form)}",
        title=_("Nyheter från Malmöandan"),
        subtitle=str(area) if area else "",
        link=settings.BASE_URL + reverse("pages:news") + _query(form),
        feed_url=settings.BASE_URL + reverse("pages:news_atom") + _query(form),
        entries=[
            feeds.Entry(
                key=f"news/{item.pk}",
                title=item.shown_title,
                summary=item.shown_lead,
                link=settings.BASE_URL + item.get_absolute_url(),
                updated=item.changed_after_publishing or item.published_from,  # type: ignore[arg-type]
            )
            for item in _asked_for(form)[: feeds.MOST_ENTRIES]
        ],
    )


def _asked_for(form: ListFilter) -> PublicationQuerySet[News]:
    found = News.objects.published().order_by("-published_from", "-pk").prefetch_related("areas")
    area = form.cleaned_data["omrade"]
    return found.filter(areas=area) if area else found


def _query(form: ListFilter) -> str:
    area = form.cleaned_data["omrade"]
    return f"?{urlencode({'omrade': area.slug})}" if area else ""
