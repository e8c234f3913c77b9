"""The list of organisations, as a page and as files, and the page of each."""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from malmoandan.organisations.models import Organisation
from malmoandan.publishing import exports
from mapping.organisations import columns, keyset
from mapping.organisations.filters import OrganisationFilter
from mapping.organisations.profile import profile
from mapping.organisations.public import cooperation_counts, public_organisations
from signatures.register.columns import web_address

FORMATS = ["csv", "xlsx", "json"]
LIST = "mapping/organisations/list.html"


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    form = OrganisationFilter(request.GET)
    if not form.is_valid():
        return TemplateResponse(request, LIST, {"form": form}, status=400)
    found = form.found()
    page = keyset.page(found, after=_slug(request, "efter"), before=_slug(request, "fore"))
    counts = cooperation_counts(row.pk for row in page.rows)
    context = {
        "form": form,
        "page": page,
        "rows": [(row, counts.get(row.pk, 0)) for row in page.rows],
        "count": keyset.count(found),
        "most": keyset.MOST_COUNTED,
        "previous": form.query(fore=page.before) if page.before else "",
        "next": form.query(efter=page.after) if page.after else "",
        "columns": columns.COLUMNS,
        "downloads": [(name, _address(name) + form.query()) for name in FORMATS],
    }
    return TemplateResponse(request, LIST, context)


@require_safe
def show(request: HttpRequest, slug: str) -> HttpResponse:
    """All that is public of it; one that was merged leads on to what it became."""
    found = get_object_or_404(
        Organisation.objects.select_related("merged_into", "parent", "successor"), slug=slug
    )
    if found.merged_into:
        return redirect("mapping:organisation", found.merged_into.slug, permanent=True)
    if not public_organisations().filter(pk=found.pk).exists():
        raise Http404
    website = web_address({"website": found.website})
    context = {"profile": profile(found), "organisation": found, "website": website}
    return TemplateResponse(request, "mapping/organisations/show.html", context)


def _export(view: Callable[[OrganisationFilter], HttpResponse]) -> Callable[..., HttpResponse]:
    """A file of the list, refused in plain words when the filter is not understood."""

    @require_safe
    @wraps(view)
    def inner(request: HttpRequest) -> HttpResponse:
        form = OrganisationFilter(request.GET)
        if form.is_valid():
            return view(form)
        wrong = "\n".join(
            f"{name}: {message}" for name in form.errors for message in form[name].errors
        )
        return HttpResponseBadRequest(wrong, content_type="text/plain; charset=utf-8")

    return inner


@_export
def as_csv(form: OrganisationFilter) -> HttpResponse:
    metadata = settings.BASE_URL + _address("metadata") + form.query()
    return exports.csv_response(_table(form), metadata=metadata)


@_export
def csv_metadata(form: OrganisationFilter) -> HttpResponse:
    address = settings.BASE_URL + _address("csv") + form.query()
    return exports.csv_metadata_response(_table(form), address=address)


@_export
def as_xlsx(form: OrganisationFilter) -> HttpResponse:
    return exports.xlsx_response(_table(form))


@_export
def as_json(form: OrganisationFilter) -> HttpResponse:
    return exports.json_response(_table(form))


def _table(form: OrganisationFilter) -> exports.Table:
    return exports.Table(
        name="organisationer",
        title=_("Organisationer"),
        source=settings.BASE_URL + reverse("mapping:organisations") + form.query(),
        columns=columns.COLUMNS,
        rows=columns.rows(form.found()),
        selection=form.in_words,
    )


def _address(name: str) -> str:
    return reverse(f"mapping:organisations_{name}")


def _slug(request: HttpRequest, name: str) -> str:
    return request.GET.get(name, "")[:80].replace("\0", "")
