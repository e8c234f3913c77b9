"""A co-signatory comes from the mail: reads, gets a code, confirms."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from malmoandan.accounts import eid
from malmoandan.accounts.codes import CodeNotSent, CodeView
from malmoandan.accounts.views import NOT_PROVEN, eid_failed
from signatures import actions
from signatures.access import remember
from signatures.forms import WayForm
from signatures.models import Signatory, Way


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The page that the link in the mail leads to. Only its button sends a code."""
    signatory = _signatory(token)
    if settled := _settled(request, signatory):
        return settled
    errand = _errand(signatory)
    context: dict[str, Any] = {"proven": eid.is_proven(request, errand)}
    initial = {"way": Way.EID if context["proven"] else Way.CODE}
    form = WayForm(request.POST if request.method == "POST" else None, initial=initial)
    context["form"] = form
    if request.method != "POST":
        return _page(request, "confirm", signatory, **context)
    if not form.is_valid():
        return _page(request, "confirm", signatory, status=422, **context)
    try:
        return eid.prove(request, errand, with_eid=form.with_eid)
    except eid.Unavailable as failure:
        return eid_failed(request, failure)
    except CodeNotSent:
        response = _page(request, "confirm", signatory, status=503, unsent=True, **context)
        response.headers["Retry-After"] = "60"
        return response


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
        proof = eid.proof(request, _errand(signatory))
        signature = actions.confirm(signatory=signatory, by=request.user, proof=proof)
    except eid.NotProven:
        messages.warning(request, NOT_PROVEN)
        return redirect("signatures:confirm", token)
    except actions.SamePerson:
        return _page(request, "same_person", signatory, status=403)
    except (actions.AlreadyDecided, actions.NotOpen):
        return redirect("signatures:confirm", token)
    remember(request, signature)
    return redirect("signatures:receipt", signature.reference)


def _errand(signatory: Signatory) -> eid.Errand:
    return eid.Errand(
        occasion=str(signatory.signature.draft_id),
        name=signatory.name,
        email=signatory.email,
        next_url=reverse("signatures:confirm_code", args=[signatory.token]),
        back_url=reverse("signatures:confirm", args=[signatory.token]),
    )


def _settled(request: HttpRequest, signatory: Signatory) -> TemplateResponse | None:
    """The page for a signature that no longer waits for this person."""
    signature = signatory.signature
    if signatory.confirmed_at or not signature.is_waiting:
        return _page(request, "settled", signatory)
    if signature.version.grace_is_over(timezone.now()):
        return _page(request, "too_late", signatory)
    return None


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
