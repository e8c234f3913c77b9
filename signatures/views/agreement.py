"""The declaration: its text, its principles, who stands behind it, how to sign."""

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from signatures.models import AgreementVersion
from signatures.register import figures
from signatures.versions import signed_per_version


@require_safe
def agreement(request: HttpRequest, number: int | None = None) -> HttpResponse:
    """Show the newest text, or the version asked for."""
    return text_page(request, published_or_404(number))


def text_page(
    request: HttpRequest, version: AgreementVersion, *, preview: bool = False
) -> TemplateResponse:
    """The page of a text; with `preview` that of one which is not published, for staff."""
    today = timezone.localdate()
    translation = version.in_language(get_language())
    context = {
        "version": version,
        "preview": preview,
        "newest": version if preview else AgreementVersion.objects.declaration(),
        "to_sign": AgreementVersion.objects.to_sign(today),
        "translation": translation,
        "plain": version.plain,
        "former": version.former(),
        "principles": translation.principles if translation else version.principles,
        "figures": figures(version),
        "is_open": version.is_open(today),
        "texts": signed_per_version(version.agreement),
    }
    return TemplateResponse(request, "signatures/agreement.html", context)


@require_safe
def plain(request: HttpRequest, number: int | None = None) -> HttpResponse:
    """The twin in plain words of the newest text, or of the version asked for."""
    return plain_page(request, published_or_404(number))


def plain_page(
    request: HttpRequest, version: AgreementVersion, *, preview: bool = False
) -> TemplateResponse:
    if version.plain is None:
        raise Http404
    context = {"version": version, "plain": version.plain, "preview": preview}
    return TemplateResponse(request, "signatures/versions/plain.html", context)


def published_or_404(number: int | None = None) -> AgreementVersion:
    """The declaration's newest published text, or the one of that number."""
    try:
        newest = AgreementVersion.objects.declaration()
    except AgreementVersion.DoesNotExist as missing:
        raise Http404 from missing
    if number is None or number == newest.number:
        return newest
    texts = newest.agreement.versions.published().select_related("agreement")
    found = texts.filter(number=number).first()
    if found is None:
        raise Http404
    return found
