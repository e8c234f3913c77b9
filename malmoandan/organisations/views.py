"""The right to act for an organisation goes over to somebody else; both confirm by a code."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from malmoandan.accounts.codes import CodeNotSent, CodeView, send_code
from malmoandan.accounts.fresh_code import fresh_code_required
from malmoandan.organisations import actions
from malmoandan.organisations.access import membership_or_404
from malmoandan.organisations.forms import HandoverForm
from malmoandan.organisations.models import HANDOVER_DAYS, Handover, Membership

SESSION_KEY = "handover"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def hand_over(request: HttpRequest, slug: str) -> HttpResponse:
    """Step one: to whom. It is kept in the session while a code is asked for."""
    membership = membership_or_404(request.user, slug)
    data = request.POST if request.method == "POST" else None
    form = HandoverForm(data, initial=_kept(request, slug), present=membership.person)
    if form.is_valid():
        request.session[SESSION_KEY] = {"slug": slug, **form.cleaned_data}
        return redirect("organisations:hand_over_check", slug)
    status = 422 if form.is_bound else 200
    return _page(request, "form", membership, status=status, form=form)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@fresh_code_required
def hand_over_check(request: HttpRequest, slug: str) -> HttpResponse:
    """Step two: check, and confirm with a code that is not old."""
    membership = membership_or_404(request.user, slug)
    new = _kept(request, slug)
    if not new:
        return redirect("organisations:hand_over", slug)
    if request.method != "POST":
        return _page(request, "check", membership, new=new)
    actions.begin_handover(membership=membership, language=get_language() or "sv", **new)
    del request.session[SESSION_KEY]
    messages.success(request, _("Vi har mejlat en länk till den nya företrädaren."))
    return redirect("pages:mine")


@require_POST
@login_required
def cancel(request: HttpRequest, slug: str) -> HttpResponse:
    membership = membership_or_404(request.user, slug)
    waiting = Handover.objects.waiting().filter(
        organisation=membership.organisation, by=membership.person
    )
    for handover in waiting:
        actions.cancel_handover(handover=handover)
    messages.success(request, _("Överlämningen är avbruten."))
    return redirect("pages:mine")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def take_over(request: HttpRequest, token: str) -> HttpResponse:
    """The page that the link in the mail leads to. Only its button sends a code."""
    handover = _handover(token)
    if not handover.is_waiting:
        return _asked(request, "settled", handover)
    if request.method != "POST":
        return _asked(request, "take_over", handover)
    try:
        send_code(request, handover.email)
    except CodeNotSent:
        response = _asked(request, "take_over", handover, status=503, unsent=True)
        response.headers["Retry-After"] = "60"
        return response
    return redirect("organisations:take_over_code", token)


class TakeOverCodeView(CodeView):
    """The code. The POST that proves the address takes over."""

    @property
    def restart_url(self) -> str:
        return reverse("organisations:take_over", args=[self.kwargs["token"]])

    @property
    def resume_url(self) -> str:
        return reverse("organisations:take_over_finish", args=[self.kwargs["token"]])

    def verified(self) -> HttpResponse:
        return take_over_finish(self.request, self.kwargs["token"])


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def take_over_finish(request: HttpRequest, token: str) -> HttpResponse:
    """Take over with a proven address. The page itself is seen only after a second factor."""
    handover = _handover(token)
    if not request.user.is_authenticated or request.user.email != handover.email:
        return redirect("organisations:take_over", token)
    if request.method != "POST":
        return _asked(request, "finish", handover)
    try:
        actions.accept_handover(handover=handover, by=request.user)
    except actions.NotWaiting:
        return redirect("organisations:take_over", token)
    messages.success(
        request, _("Nu företräder du %(name)s.") % {"name": handover.organisation.name}
    )
    return redirect("pages:mine")


def _kept(request: HttpRequest, slug: str) -> dict[str, str]:
    """The name and the address typed in step one for this organisation; empty when none is."""
    kept = dict(request.session.get(SESSION_KEY, {}))
    return kept if kept.pop("slug", None) == slug else {}


def _handover(token: str) -> Handover:
    return get_object_or_404(Handover.objects.select_related("organisation", "by"), token=token)


def _page(
    request: HttpRequest, name: str, membership: Membership, *, status: int = 200, **context: Any
) -> TemplateResponse:
    context |= {"organisation": membership.organisation, "days": HANDOVER_DAYS}
    template = f"organisations/handover/{name}.html"
    return TemplateResponse(request, template, context, status=status)


def _asked(
    request: HttpRequest, name: str, handover: Handover, *, status: int = 200, **context: Any
) -> TemplateResponse:
    context |= {"handover": handover, "organisation": handover.organisation}
    template = f"organisations/handover/{name}.html"
    return TemplateResponse(request, template, context, status=status)
