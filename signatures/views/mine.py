"""Mina sidor: what an organisation has signed, and what its representative can do about it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from malmoandan.accounts.fresh_code import fresh_code_required
from malmoandan.accounts.models import User
from malmoandan.organisations.access import membership_or_404
from malmoandan.organisations.models import Handover, Membership, ProposedChange
from signatures import actions, corrections
from signatures.access import own_signature_or_404, own_signatures
from signatures.forms import ChangeForm
from signatures.models import AgreementVersion

TEMPLATE = "signatures/mine/section.html"


def section(user: User) -> dict[str, Any]:
    """What the page `/mina-sidor/` shows of signatures to the person, for TEMPLATE."""
    signatures = list(own_signatures(user).order_by("-created_at"))
    memberships = Membership.objects.active().filter(person=user).select_related("organisation")
    memberships = memberships.order_by("organisation__sort_key")
    waiting = Handover.objects.waiting().filter(by=user)
    proposed = ProposedChange.objects.waiting().select_related("organisation")
    proposed = proposed.filter(organisation__in=[m.organisation_id for m in memberships])
    handovers = {handover.organisation_id: handover for handover in waiting}
    changes = {change.organisation_id: change for change in proposed}
    newest = AgreementVersion.objects.published().order_by("number").last()
    represented = [
        {
            "organisation": membership.organisation,
            "handover": handovers.get(membership.organisation_id),
            "change": changes.get(membership.organisation_id),
            "signatures": [
                s for s in signatures if s.organisation_id == membership.organisation_id
            ],
            "may_sign": newest and not _stands(signatures, membership, newest),
        }
        for membership in memberships
    ]
    known = {membership.organisation_id for membership in memberships}
    return {
        "represented": represented,
        "begun": [s for s in signatures if s.organisation_id not in known],
    }


def _stands(signatures: list[Any], membership: Membership, version: AgreementVersion) -> bool:
    return any(
        s.is_live and s.version_id == version.pk and s.organisation_id == membership.organisation_id
        for s in signatures
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@fresh_code_required
def withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    """Say what happens, and take the signature back on POST."""
    signature = own_signature_or_404(request.user, reference)
    if not signature.is_live:
        return _page(request, "withdrawn", signature=signature)
    if request.method != "POST":
        return _page(request, "withdraw", signature=signature)
    try:
        actions.withdraw(signature=signature, by=request.user)  # type: ignore[arg-type]
    except actions.AlreadyDecided as late:
        return _page(request, "withdrawn", signature=late.signature)
    messages.success(request, _("Underskriften är återtagen."))
    return redirect("pages:mine")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def correct(request: HttpRequest, slug: str) -> HttpResponse:
    """The organisation's public data as a form; what is changed waits for a coordinator."""
    membership = membership_or_404(request.user, slug)
    organisation = membership.organisation
    data = request.POST if request.method == "POST" else None
    form = ChangeForm(data, organisation=organisation)
    if form.is_valid():
        corrections.propose(
            organisation=organisation,
            fields=form.changed(),
            by=membership.person,
            language=get_language() or "sv",
        )
        messages.success(request, _("Tack. En samordnare läser förslaget, och du får ett mejl."))
        return redirect("pages:mine")
    waiting = organisation.changes.waiting().first()
    status = 422 if form.is_bound else 200
    return _page(
        request, "correct", status=status, form=form, organisation=organisation, waiting=waiting
    )


def _page(
    request: HttpRequest, name: str, *, status: int = 200, **context: Any
) -> TemplateResponse:
    return TemplateResponse(request, f"signatures/mine/{name}.html", context, status=status)
