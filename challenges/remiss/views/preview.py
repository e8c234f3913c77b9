"""A draft as it will be read, for colleagues who have its link."""

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from challenges.remiss.access import previewed_referral_or_404
from malmoandan.publishing.files import download


@require_safe
def preview(request: HttpRequest, token: str) -> HttpResponse:
    referral = previewed_referral_or_404(token)
    context = {
        "referral": referral,
        "sections": referral.sections.select_related("area"),
        "documents": referral.documents.all(),
        "recipients": referral.recipients.in_swedish_order(),
        "token": token,
    }
    response = TemplateResponse(request, "remiss/preview.html", context)
    patch_cache_control(response, private=True, no_store=True)
    return response


@require_safe
def preview_document(request: HttpRequest, token: str, pk: int) -> HttpResponse:
    document = previewed_referral_or_404(token).documents.filter(pk=pk).first()
    if document is None:
        raise Http404
    response = download(document.stored_name, document.file_name)
    patch_cache_control(response, private=True, no_store=True)
    return response
