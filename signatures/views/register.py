"""The public register, as a page and as files that hold the same rows."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.paginator import Page
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from malmoandan.publishing import exports, feeds
from signatures import register
from signatures.register import RegisterFilter

FORMATS = ["csv", "xlsx", "json", "atom"]


@require_safe
@vary_on_headers("HX-Request")
def show(request: HttpRequest) -> HttpResponse:
    """The page; for htmx only the part below the form, which changes while one types."""
    versions = register.declaration_versions()
    form = RegisterFilter(request.GET, versions)
    address = reverse("signatures:register")
    if not form.is_valid():
        return TemplateResponse(request, "signatures/register.html", {"form": form}, status=400)
    page = register.page(form.found(), request.GET.get("sida"))
    context = {
        "form": form,
        "page": page,
        "pages": _page_links(form, page),
        "several_versions": len(versions) > 1,
        "suggestions": [] if page.paginator.count else form.suggestions(),
        "downloads": [(name, _address(name, form)) for name in FORMATS],
    }
    if request.htmx:  # type: ignore[attr-defined]
        response = TemplateResponse(request, "signatures/register_result.html", context)
        response["HX-Replace-Url"] = address + form.query()
        return response
    # The picture shows all days; beside the list of one day it would say something else.
    picture = None if form.day else register.picture(versions)
    context |= {"columns": register.COLUMNS, "picture": picture}
    return TemplateResponse(request, "signatures/register.html", context)


def _export(view: Callable[[RegisterFilter], HttpResponse]) -> Callable[..., HttpResponse]:
    """A file of the register, refused in plain words when the filter is not understood."""

    @require_safe
    @wraps(view)
    def inner(request: HttpRequest) -> HttpResponse:
        form = RegisterFilter(request.GET, register.declaration_versions())
        if form.is_valid():
            return view(form)
        wrong = "\n".join(
            f"{name}: {message}" for name, messages in form.errors.items() for message in messages
        )
        return HttpResponseBadRequest(wrong, content_type="text/plain; charset=utf-8")

    return inner


@_export
def as_csv(form: RegisterFilter) -> HttpResponse:
    return exports.csv_response(_table(form), metadata=_absolute("metadata", form))


@_export
def csv_metadata(form: RegisterFilter) -> HttpResponse:
    return exports.csv_metadata_response(_table(form), address=_absolute("csv", form))


@_export
def as_xlsx(form: RegisterFilter) -> HttpResponse:
    return exports.xlsx_response(_table(form))


@_export
def as_json(form: RegisterFilter) -> HttpResponse:
    return exports.json_response(_table(form))


@_export
def as_atom(form: RegisterFilter) -> HttpResponse:
    """The organisations published last."""
    page = settings.BASE_URL + reverse("signatures:register")
    found = register.latest(form.found(), feeds.MOST_ENTRIES)
    return feeds.atom_response(
        key=f"register{form.query()}",
        title=_title(form),
        subtitle="; ".join(f"{label}: {value}" for label, value in form.in_words.items()),
        link=page + form.query(),
        feed_url=_absolute("atom", form),
        entries=[
            feeds.Entry(
                key=f"signature/{row['key']}",
                title=row["name"],
                summary=register.entries_in_words(row),
                link=f"{page}?{urlencode({'q': row['name']})}",
                updated=row["published"],
            )
            for row in found
        ],
    )


def _table(form: RegisterFilter) -> exports.Table:
    return exports.Table(
        name=f"undertecknare-per-{form.day}" if form.day else "undertecknare",
        title=_title(form),
        source=settings.BASE_URL + reverse("signatures:register") + form.query(),
        columns=register.COLUMNS,
        rows=register.rows(form.found()),
        selection=form.in_words,
    )


def _title(form: RegisterFilter) -> str:
    if not form.day:
        return _("Undertecknare av avsiktsförklaringen")
    day = formats.date_format(form.day)
    return _("Undertecknare av avsiktsförklaringen, som listan såg ut %(day)s") % {"day": day}


def _address(ending: str, form: RegisterFilter) -> str:
    return reverse(f"signatures:register_{ending}") + form.query()


def _absolute(ending: str, form: RegisterFilter) -> str:
    return settings.BASE_URL + _address(ending, form)


def _page_links(form: RegisterFilter, page: Page) -> dict[str, Any]:
    """Where previous, next and each page number lead; a gap among the numbers leads nowhere."""

    def query(number: object) -> str | None:
        # The first page has the address without a number: one page, one address.
        return form.query(sida=number if number != 1 else "") if isinstance(number, int) else None

    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return {
        "numbers": [(number, query(number)) for number in numbers],
        "previous": query(page.number - 1),
        "next": query(page.number + 1),
    }
