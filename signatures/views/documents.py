"""Files to download that are made by the worker."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from signatures.documents import agreement_pdf_response
from signatures.models import Agreement, AgreementVersion
from signatures.paper import form_response


@require_safe
def agreement_pdf(request: HttpRequest, number: int | None = None) -> HttpResponse:
    """The declaration with all who have signed it: the newest text, or the version asked for."""
    versions = AgreementVersion.objects.published().filter(agreement__kind=Agreement.Kind.INTENT)
    if number is not None:
        versions = versions.filter(number=number)
    version = versions.select_related("agreement").order_by("-number").first()
    if version is None:
        raise Http404
    return agreement_pdf_response(request, version)


@require_safe
def paper_form(request: HttpRequest) -> HttpResponse:
    """The form to sign on paper, for the text that is signed today."""
    try:
        version = AgreementVersion.objects.to_sign(timezone.localdate())
    except AgreementVersion.DoesNotExist as missing:
        raise Http404 from missing
    return form_response(request, version)
