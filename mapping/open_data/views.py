"""The page of open data, the catalogue, the API's description, and files without a page's own."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from malmoandan.publishing import exports
from malmoandan.publishing.open_data import DataSet
from mapping.open_data import api, catalogue
from mapping.open_data.registry import address_of, data_sets, path_of, registered

SHOWN = {"csv": "CSV", "xlsx": "XLSX", "json": "JSON"}


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    sections = [
        {
            "data_set": data_set,
            "page": reverse(data_set.page),
            "changed": data_set.changed(),
            "files": [(label, path_of(data_set, ending)) for ending, label in SHOWN.items()],
            "schema": path_of(data_set, "csv-metadata.json"),
        }
        for data_set in data_sets()
    ]
    return TemplateResponse(request, "mapping/open_data/show.html", {"sections": sections})


@require_safe
def as_rdf(request: HttpRequest) -> HttpResponse:
    found = catalogue.described()
    context = {
        "uri": catalogue.catalogue_address(),
        "home": settings.BASE_URL + "/",
        "page": settings.BASE_URL + reverse("mapping:open_data"),
        "contact": settings.CONTACT_EMAIL,
        "api": catalogue.api_address(),
        "title": catalogue.said(_("Malmöandans öppna data")),
        "description": catalogue.said(
            _("Data om samverkan mellan Malmö stad och den idéburna sektorn.")
        ),
        "service": catalogue.said(_("JSON utan nyckel")),
        "changed": max((row.changed for row in found if row.changed), default=None),
        "data_sets": found,
    }
    template = "mapping/open_data/catalogue.rdf"
    return render(request, template, context, content_type="application/rdf+xml; charset=utf-8")


@require_safe
def open_api(request: HttpRequest) -> HttpResponse:
    return JsonResponse(api.description(), json_dumps_params={"ensure_ascii": False})


@require_safe
def data_file(request: HttpRequest, key: str, ending: str) -> HttpResponse:
    """A file of a data set whose page has none of its own."""
    data_set = registered().get(key)
    if data_set is None or data_set.table is None:
        raise Http404
    return _response(data_set, data_set.table(), ending)


def _response(data_set: DataSet, table: exports.Table, ending: str) -> HttpResponse:
    if ending == "csv":
        return exports.csv_response(table, metadata=address_of(data_set, "csv-metadata.json"))
    if ending == "csv-metadata.json":
        return exports.csv_metadata_response(table, address=address_of(data_set, "csv"))
    return exports.xlsx_response(table) if ending == "xlsx" else exports.json_response(table)
