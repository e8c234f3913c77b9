"""The declaration: its text, its principles, who stands behind it, how to sign."""

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import get_language

from signatures.models import AgreementVersion
from signatures.register import figures


def agreement(request: HttpRequest, number: int | None = None) -> HttpResponse:
    """Show the newest text, or the version asked for."""
    try:
        newest = AgreementVersion.objects.declaration()
    except AgreementVersion.DoesNotExist as missing:
        raise Http404 from missing
    version = newest if number is None else _version(newest, number)
    translation = version.translations.filter(language=get_language()).first()
    context = {
        "version": version,
        "newest": newest,
        "translation": translation,
        "principles": translation.principles if translation else version.principles,
        "figures": figures(version),
        "is_open": version.is_open(timezone.localdate()),
    }
    return TemplateResponse(request, "signatures/agreement.html", context)


def _version(newest: AgreementVersion, number: int) -> AgreementVersion:
    found = newest.agreement.versions.published().filter(number=number).first()
    if found is None:
        raise Http404
    return found
