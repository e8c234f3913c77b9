"""The mapping as a page, and as files that hold the same rows or their aggregates."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from malmoandan.publishing import exports
from mapping.browse import COLUMNS, TABLES, BrowseFilter, rows
from mapping.index import current_index
from mapping.models import CooperationEdition, SurveyRound

PAGE_SIZE = 25
DOWNLOADS = ["csv", "xlsx", "json"]
# Files are made while somebody waits: a larger selection is asked for in parts.
MOST_ROWS = 20_000


@require_safe
@vary_on_headers("HX-Request")
def show(request: HttpRequest) -> HttpResponse:
    """The page; for htmx only the part with the form's counts and the list."""
    form = filter_of(request)
    if form is None:
        return TemplateResponse(request, "mapping/nothing.html")
    context: dict[str, Any] = {"form": form, "round": form.survey_round, "rounds": form.rounds}
    if not form.is_valid():
        return TemplateResponse(request, "mapping/index.html", context, status=400)
    form.with_counts()
    context |= _page(request, form)
    context["downloads"] = [(name, _address(name, form)) for name in DOWNLOADS]
    context["tables"] = [
        (table.title, [(ending, _address(ending, form, name)) for ending in DOWNLOADS])
        for name, table in TABLES.items()
    ]
    template = "result" if request.htmx else "index"  # type: ignore[attr-defined]
    response = TemplateResponse(request, f"mapping/{template}.html", context)
    if request.htmx:  # type: ignore[attr-defined]
        response["HX-Replace-Url"] = reverse("mapping:index") + form.query()
    return response


def _file(view: Callable[..., exports.Table]) -> Callable[..., HttpResponse]:
    """A file of what the filter finds, refused in plain words when it is not understood."""

    @require_safe
    @wraps(view)
    def inner(request: HttpRequest, ending: str, name: str = "") -> HttpResponse:
        form = filter_of(request)
        if form is None:
            raise Http404
        if not form.is_valid():
            wrong = [f"{field}: {m}" for field, messages in form.errors.items() for m in messages]
            return _refused("\n".join(wrong))
        has_rows = name in {"", "belopp"} and ending != "csv-metadata.json"
        if has_rows and form.found.bit_count() > MOST_ROWS:
            return _refused(_("Urvalet är för stort för en fil. Välj mindre, till exempel ett år."))
        return _response(ending, view(form, name), form, name)

    return inner


@_file
def rows_as_file(form: BrowseFilter, name: str) -> exports.Table:
    index = form.index
    keys = index.page(form.found, order=form.order, start=0, size=index.size)
    title = _("Samverkan mellan Malmö stad och den idéburna sektorn")
    return _table("kartlaggning", title, COLUMNS, rows(index, keys), form)


@_file
def table_as_file(form: BrowseFilter, name: str) -> exports.Table:
    table = TABLES.get(name)
    if table is None:
        raise Http404
    return _table(f"kartlaggning-{name}", table.title, table.columns, table.rows(form), form)


def _response(ending: str, table: exports.Table, form: BrowseFilter, name: str) -> HttpResponse:
    if ending == "csv":
        metadata = _absolute("csv-metadata.json", form, name)
        return exports.csv_response(table, metadata=metadata)
    if ending == "csv-metadata.json":
        return exports.csv_metadata_response(table, address=_absolute("csv", form, name))
    return exports.xlsx_response(table) if ending == "xlsx" else exports.json_response(table)


def _table(name: str, title: Any, columns: Any, found: Any, form: BrowseFilter) -> exports.Table:
    if form.survey_round.invented:
        title = _("%(title)s (påhittade uppgifter)") % {"title": title}
    return exports.Table(
        name=name,
        title=title,
        source=settings.BASE_URL + reverse("mapping:index") + form.query(),
        columns=columns,
        rows=found,
        selection=form.in_words,
    )


def filter_of(request: HttpRequest) -> BrowseFilter | None:
    """The filter over the round that is asked for; over the newest one when it is unknown."""
    rounds = list(SurveyRound.objects.published())
    if not rounds:
        return None
    slug = request.GET.get("omgang")
    chosen = next((r for r in rounds if r.slug == slug), rounds[0])
    return BrowseFilter(request.GET, current_index(chosen), rounds)


def _page(request: HttpRequest, form: BrowseFilter) -> dict[str, Any]:
    paginator = Paginator(range(form.found.bit_count()), PAGE_SIZE)
    page = paginator.get_page(request.GET.get("sida"))
    start = (page.number - 1) * PAGE_SIZE
    keys = form.index.page(form.found, order=form.order, start=start, size=PAGE_SIZE)
    editions = CooperationEdition.objects.listed().in_bulk(keys)

    def query(number: object) -> str | None:
        return form.query(sida=number if number != 1 else "") if isinstance(number, int) else None

    numbers = paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return {
        "page": page,
        "rows": [_shown(editions[key], form) for key in keys if key in editions],
        "numbers": [(number, query(number)) for number in numbers],
        "previous": query(page.number - 1),
        "next": query(page.number + 1),
    }


def _shown(edition: CooperationEdition, form: BrowseFilter) -> dict[str, Any]:
    """What the list shows of one, as values that its HTML can be remembered by."""
    address = edition.get_absolute_url()
    if form.survey_round != form.rounds[0]:
        address += f"?omgang={form.survey_round.slug}"
    return {
        "url": address,
        "title": edition.title,
        "form": edition.get_form_display(),
        "period": edition.period,
        "areas": [area.name for area in edition.areas.all()],
        "parties": [party.organisation.name for party in edition.ordered_parties],
    }


def _refused(text: str) -> HttpResponse:
    return HttpResponseBadRequest(text, content_type="text/plain; charset=utf-8")


def _address(ending: str, form: BrowseFilter, name: str = "") -> str:
    if name:
        return reverse("mapping:table", args=[name, ending]) + form.query()
    return reverse("mapping:file", args=[ending]) + form.query()


def _absolute(ending: str, form: BrowseFilter, name: str = "") -> str:
    return settings.BASE_URL + _address(ending, form, name)
