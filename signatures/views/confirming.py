"""A co-signatory comes from the mail: reads, gets a code, confirms."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from malmoandan.accounts.codes import CodeNotSent, CodeView, send_code
from signatures import actions
from signatures.access import remember
from signatures.models import Signatory


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The page that the link in the mail leads to. Only its button sends a code."""
    signatory = _signatory(token)
    if signatory.confirmed_at or not signatory.signature.is_waiting:
        return _page(request, "settled", signatory)
    if request.method != "POST":
        return _page(request, "confirm", signatory)
    try:
        send_code(request, signatory.email)
    except CodeNotSent:
        response = _page(request, "confirm", signatory, status=503, unsent=True)
        response.headers["Retry-After"] = "60"
        return response
    return redirect("signatures:confirm_code", token)


class ConfirmingCodeView(CodeView):
    """The code. The POST that proves the address confirms."""

    template_name = "signatures/confirm/code.html"

    @property
    def restart_url(self) -> str:
        return reverse("signatures:confirm", args=[self.kwargs["token"]])

    @property
    def resume_url(self) -> str:
        return reverse("signatures:confirm_finish", args=[self.kwargs["token"]])

    def verified(self) -> HttpResponse:
        return finish(self.request, self.kwargs["token"])


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def finish(request: HttpRequest, token: str) -> HttpResponse:
    """Confirm with a proven address. The page itself is seen only after a second factor."""
    signatory = _signatory(token)
    if not request.user.is_authenticated or request.user.email != signatory.email:
        return redirect("signatures:confirm", token)
    if request.method != "POST":
        return _page(request, "finish", signatory)
    try:
        signature = actions.confirm(signatory=signatory, by=request.user)
    except actions.AlreadyDecided:
        return redirect("signatures:confirm", token)
    remember(request, signature)
    return redirect("signatures:receipt", signature.reference)


def _signatory(token: str) -> Signatory:
    people = Signatory.objects.exclude(email="").select_related(
        "signature__organisation", "signature__version"
    )
    return get_object_or_404(people, token=token)


def _page(
    request: HttpRequest, name: str, signatory: Signatory, *, status: int = 200, **context: Any
) -> TemplateResponse:
    signature = signatory.signature
    context |= {
        "signatory": signatory,
        "signature": signature,
        "version": signature.version,
        "first": signature.signatories.first(),
    }
    return TemplateResponse(request, f"signatures/confirm/{name}.html", context, status=status)
