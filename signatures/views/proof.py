"""Proof of one signature, and the check of documents that carry our seal."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from signatures.certificates import certificate_response, proof_of, provable
from signatures.models import Signature
from signatures.proof_forms import ReferenceForm, SealedFileForm
from signatures.verification import judge


@require_safe
def proof(request: HttpRequest, code: str) -> HttpResponse:
    """What was signed, by which organisation, when and how, and whether it stands today."""
    context = {"proof": proof_of(_signature_or_404(code))}
    return TemplateResponse(request, "signatures/proof.html", context)


@require_safe
def certificate(request: HttpRequest, code: str) -> HttpResponse:
    return certificate_response(request, _signature_or_404(code))


@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Take a PDF and say what its seal is worth; or a reference, and lead to its proof."""
    if "referens" in request.GET:
        return _find(request)
    if request.method != "POST":
        return _page(request, SealedFileForm(), ReferenceForm())
    form = SealedFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, ReferenceForm(), status=422)
    context = {"verdict": judge(form.cleaned_data["document"].read())}
    return TemplateResponse(request, "signatures/proof_verdict.html", context)


def _find(request: HttpRequest) -> HttpResponse:
    form = ReferenceForm(request.GET)
    if form.is_valid():
        code = form.cleaned_data["referens"]
        if provable().filter(reference=code).exists():
            return redirect("signatures:proof", code=code)
        form.add_error("referens", _("Det finns inget bevis med den referensen. Läs den igen."))
    return _page(request, SealedFileForm(), form, status=422)


def _page(
    request: HttpRequest, form: SealedFileForm, by_reference: ReferenceForm, *, status: int = 200
) -> HttpResponse:
    context = {"form": form, "by_reference": by_reference}
    return TemplateResponse(request, "signatures/proof_check.html", context, status=status)


def _signature_or_404(code: str) -> Signature:
    # The database knows no text with a NUL in it.
    signature = provable().filter(reference=code.replace("\0", " ")).first()
    if signature is None:
        raise Http404
    return signature
