"""Mina sidor: a person's drafts, and the answers that the person has sent."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from challenges.remiss import receipts
from challenges.remiss.access import own_responses
from challenges.remiss.actions import drafts as actions
from challenges.remiss.models import ReferralResponse, ResponseAttachment, ResponseDraft
from malmoandan.accounts.models import User
from malmoandan.publishing.files import download

TEMPLATE = "remiss/mine/section.html"
MOST_SHOWN = 50


def section(user: User) -> dict[str, Any]:
    """What the page `/mina-sidor/` shows of answers to the person, for TEMPLATE."""
    begun = ResponseDraft.objects.unsent().filter(owner_email=user.email)
    begun = begun.exclude(referral__state="draft").select_related("referral", "recipient")
    return {
        "drafts": begun[:MOST_SHOWN],
        "responses": own_responses(user).with_counting_version()[:MOST_SHOWN],  # type: ignore
    }


@never_cache
@login_required
@require_safe
def show(request: HttpRequest, reference: str) -> HttpResponse:
    """One's own answer as it counts now, with its earlier versions as PDF."""
    response = _own_or_404(request, reference)
    versions = list(response.versions.order_by("-number"))
    context = receipts.whole_answer(response.counting_version) | {
        "response": response,
        "versions": versions,
        "can_correct": response.referral.is_open_for(response.recipient),
        "last_day": response.referral.due_day(response.recipient),
    }
    return TemplateResponse(request, "remiss/mine/response.html", context)


@never_cache
@login_required
@require_safe
def pdf(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    response = _own_or_404(request, reference)
    version = response.versions.filter(number=number).first()
    if version is None:
        raise Http404
    version.response = response
    return receipts.receipt_response(request, version)


@never_cache
@login_required
@require_safe
def attachment(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    response = _own_or_404(request, reference)
    file = ResponseAttachment.objects.filter(version__response=response, pk=pk).first()
    if file is None:
        raise Http404
    return download(file.stored_name, file.file_name)


@never_cache
@require_POST
@login_required
def correct(request: HttpRequest, reference: str) -> HttpResponse:
    """Begin to correct the answer, while its last day is not over."""
    response = _own_or_404(request, reference)
    if not response.referral.is_open_for(response.recipient):
        messages.warning(request, _("Svarstiden är slut, så svaret går inte att ändra här."))
        return redirect("remiss:my_response", reference)
    draft = actions.correct(response=response, language=get_language() or "sv")
    return redirect("remiss:draft", response.referral.slug, draft.token)


@never_cache
@require_POST
@login_required
def name(request: HttpRequest, reference: str) -> HttpResponse:
    """Let a private person's name be shown, or take that back; at once."""
    response = _own_or_404(request, reference)
    if not response.is_private:
        raise Http404
    response.name_public = "show" in request.POST
    response.save(update_fields=["name_public", "updated_at"])
    messages.success(
        request, _("Ditt namn visas.") if response.name_public else _("Ditt namn visas inte.")
    )
    return redirect("remiss:my_response", reference)


def _own_or_404(request: HttpRequest, reference: str) -> ReferralResponse:
    response = own_responses(request.user).select_related("recipient").filter(reference=reference)
    found: ReferralResponse | None = response.first()
    if found is None:
        raise Http404
    return found
