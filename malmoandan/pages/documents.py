"""Documents: the list, a page for each, and its file."""

from django import forms
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from malmoandan.pages.lists import ListFilter, page_of
from malmoandan.pages.models import Document, DocumentVersion
from malmoandan.pages.news import may_read
from malmoandan.publishing.files import CONTENT_TYPES
from signatures.models import Agreement, AgreementVersion

PAGE_SIZE = 20
# Browsers show these by themselves; anything else is a file to save.
SHOWN_INLINE = {".pdf", ".png", ".jpg"}
# What the address says: Swedish words that stay, whatever the code calls the kinds.
KIND_WORDS = {
    "overenskommelse": Document.Kind.AGREEMENT,
    "plan": Document.Kind.PLAN,
    "beslut": Document.Kind.DECISION,
    "anteckningar": Document.Kind.MINUTES,
    "rapport": Document.Kind.REPORT,
    "blankett": Document.Kind.FORM,
    "annat": Document.Kind.OTHER,
}


class DocumentFilter(ListFilter):
    slag = forms.ChoiceField(
        label=_("Slag"),
        required=False,
        choices=[("", _("Alla")), *((word, kind.label) for word, kind in KIND_WORDS.items())],
        error_messages={"invalid_choice": _("Välj ett av alternativen i listan.")},
    )


@require_safe
def document_list(request: HttpRequest) -> HttpResponse:
    form = DocumentFilter(request.GET)
    if not form.is_valid():
        return TemplateResponse(request, "pages/documents/list.html", {"form": form}, status=400)
    found = Document.objects.published().order_by("-day", "-pk")
    if form.cleaned_data["omrade"]:
        found = found.filter(areas=form.cleaned_data["omrade"])
    if form.cleaned_data["slag"]:
        found = found.filter(kind=KIND_WORDS[form.cleaned_data["slag"]])
    context = {
        "form": form,
        "declarations": [] if form.is_used else _declarations(),
        **page_of(request, found.prefetch_related("versions", "areas"), PAGE_SIZE),
    }
    return TemplateResponse(request, "pages/documents/list.html", context)


def _declarations() -> list[AgreementVersion]:
    """The texts that the portal itself publishes, as pages and PDF; the newest first."""
    return list(
        AgreementVersion.objects.published()
        .filter(agreement__kind=Agreement.Kind.INTENT)
        .defer("text")
        .order_by("-number")
    )


@require_safe
def document(request: HttpRequest, slug: str) -> HttpResponse:
    found = _readable(request, slug)
    response = TemplateResponse(request, "pages/documents/item.html", {"document": found})
    return _private_unless_public(response, found)


@require_safe
def document_file(request: HttpRequest, slug: str, ending: str) -> HttpResponse:
    """The newest file. A former one's address leads on to it when the kind of file changed."""
    found = _readable(request, slug)
    current = found.current
    endings = {version.ending for version in found.versions.all()}
    if current is None or f".{ending}" not in endings:
        raise Http404
    if current.ending != f".{ending}":
        return redirect(current)
    return _private_unless_public(file_response(request, current), found)


def file_response(request: HttpRequest, version: DocumentVersion) -> HttpResponse:
    """The file itself, or 304 for who has it; never taken for another kind than it is."""
    etag = f'"{version.sha256}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        with default_storage.open(version.stored_name) as file:
            response = HttpResponse(file.read(), content_type=CONTENT_TYPES[version.ending])
        to_save = version.ending not in SHOWN_INLINE
        disposition = content_disposition_header(to_save, version.file_name)
        response["Content-Disposition"] = disposition or "inline"
    response["ETag"] = etag
    patch_cache_control(response, no_cache=True)
    return response


def _readable(request: HttpRequest, slug: str) -> Document:
    """The document, for those who may read it. Raises Http404 for others."""
    found = get_object_or_404(Document.objects.prefetch_related("versions", "areas"), slug=slug)
    if not may_read(request, found):
        raise Http404
    return found


def _private_unless_public(response: HttpResponse, found: Document) -> HttpResponse:
    if not found.is_published:
        response["Cache-Control"] = "private, no-store"
    return response
