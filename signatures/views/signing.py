"""Signing in steps: organisation, signatories, check your answers, code, receipt."""

from functools import wraps
from typing import Any, Protocol

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from malmoandan.accounts.codes import CodeNotSent, CodeView, send_code
from malmoandan.organisations.models import CityPart, Kind
from signatures import actions
from signatures.access import receipt_or_404, remember
from signatures.drafts import Draft
from signatures.forms import (
    ConsentForm,
    CoSignatoryFormSet,
    OrganisationForm,
    SignatoryForm,
)
from signatures.models import AgreementVersion, DecidingBody

INVALID = 422  # what was sent was understood and refused; the page says why beside each field


class DraftView(Protocol):
    def __call__(self, request: HttpRequest, draft: Draft) -> HttpResponse: ...


def with_draft(view: DraftView) -> Any:
    """Guard of the later steps: without a complete draft there is nothing to go on with."""

    @wraps(view)
    @never_cache
    def guarded(request: HttpRequest) -> HttpResponse:
        draft = Draft.of(request)
        if draft and draft.is_complete:
            return view(request, draft)
        if draft and draft.organisation:
            return redirect("signatures:signatories")
        messages.info(request, _LOST)
        return redirect("signatures:sign")

    return guarded


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def organisation(request: HttpRequest) -> HttpResponse:
    """Step one, and the page that says what signing means."""
    version = AgreementVersion.objects.declaration()
    if not version.is_open(timezone.localdate()):
        return TemplateResponse(request, "signatures/sign/closed.html", {"version": version})
    draft = Draft.begun(request, version)
    data, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = OrganisationForm(data, files, initial=draft.organisation)
    if request.method == "POST":
        valid = form.is_valid()
        _keep_minutes(form, draft)
        if valid:
            draft.set_organisation(form.cleaned_data)
        draft.keep(request)
        if valid:
            return redirect("signatures:check" if draft.is_complete else "signatures:signatories")
    return _page(request, "organisation", form, version=version, draft=draft)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def signatories(request: HttpRequest) -> HttpResponse:
    """Step two: who signs. Another empty row is a button, so it works without JavaScript."""
    draft = Draft.of(request)
    if not draft or not draft.organisation:
        messages.info(request, _LOST)
        return redirect("signatures:sign")
    data = request.POST if request.method == "POST" else None
    form = SignatoryForm(data, initial=draft.signatories[0] if draft.signatories else None)
    others = CoSignatoryFormSet(
        data,
        prefix="fler",
        initial=draft.signatories[1:],
        first_email=(request.POST.get("email") or "").strip().lower(),
    )
    if request.method == "POST" and "add" in request.POST:
        others = _with_another_row(request, others.total_form_count())
        form = SignatoryForm(initial=request.POST.dict())
    elif request.method == "POST" and all([form.is_valid(), others.is_valid()]):
        draft.signatories = [form.cleaned_data, *others.filled()]
        draft.keep(request)
        return redirect("signatures:check")
    return _page(request, "signatories", form, formset=others, draft=draft)


@require_http_methods(["GET", "HEAD", "POST"])
@with_draft
def check(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Step three: check your answers; then a code goes to the signer's address."""
    form = ConsentForm(request.POST if request.method == "POST" else None)
    unsent = False
    if request.method == "POST" and form.is_valid():
        try:
            send_code(request, draft.signer["email"])
            return redirect("signatures:code")
        except CodeNotSent:
            unsent = True
    version = AgreementVersion.objects.get(pk=draft.version_id)
    stated = draft.organisation
    response = _page(
        request,
        "check",
        form,
        draft=draft,
        version=version,
        unsent=unsent,
        kind=Kind(stated["kind"]).label,
        city_part=CityPart(stated["city_part"]).label,
        decided_by=DecidingBody(stated["decided_by"]).label,
    )
    if unsent:
        response.status_code = 503
        response.headers["Retry-After"] = "60"
    return response


class SigningCodeView(CodeView):
    """Step four: the code. The POST that proves the address signs."""

    template_name = "signatures/sign/code.html"

    @property
    def restart_url(self) -> str:
        return reverse("signatures:check")

    @property
    def resume_url(self) -> str:
        return reverse("signatures:finish")

    def verified(self) -> HttpResponse:
        return finish(self.request)


@require_http_methods(["GET", "HEAD", "POST"])
@with_draft
def finish(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Sign with a proven address. The page itself is seen only after a second factor."""
    if not request.user.is_authenticated or request.user.email != draft.signer["email"]:
        return redirect("signatures:check")
    if request.method != "POST":
        return TemplateResponse(request, "signatures/sign/finish.html", {"draft": draft})
    try:
        signature = actions.sign(
            version=AgreementVersion.objects.get(pk=draft.version_id),
            draft_id=draft.id,
            organisation=draft.organisation,
            signatories=draft.signatories,
            by=request.user,
            minutes=draft.minutes,
            minutes_name=draft.minutes_name,
            language=get_language() or "sv",
        )
    except actions.NotOpen:
        return redirect("signatures:sign")
    draft.drop(request)
    remember(request, signature)
    return redirect("signatures:receipt", signature.reference)


@never_cache
def receipt(request: HttpRequest, reference: str) -> HttpResponse:
    """What has been signed, its reference, and what happens next."""
    signature = receipt_or_404(request, reference)
    people = list(signature.signatories.all())
    context = {
        "signature": signature,
        "signatories": people,
        "is_signatory": any(person.person_id == request.user.pk for person in people),
        "missing": [person for person in people if not person.confirmed_at],
    }
    return TemplateResponse(request, "signatures/sign/receipt.html", context)


def _keep_minutes(form: OrganisationForm, draft: Draft) -> None:
    """Keep a good file also when another field is wrong: nobody should upload it twice."""
    if form.cleaned_data.get("remove_minutes"):
        draft.remove_minutes()
    if form.cleaned_data.get("minutes"):
        draft.attach_minutes(form.cleaned_data["minutes"])


def _with_another_row(request: HttpRequest, count: int) -> Any:
    """The co-signatories as typed, and one empty row more; nothing is judged yet."""
    rows = [
        {name: request.POST.get(f"fler-{row}-{name}", "") for name in ("name", "title", "email")}
        for row in range(count)
    ]
    return CoSignatoryFormSet(prefix="fler", initial=rows)


def _page(request: HttpRequest, step: str, form: Form, **context: Any) -> TemplateResponse:
    status = INVALID if form.is_bound and not _all_valid(form, context.get("formset")) else 200
    context |= {"form": form, "step": step}
    return TemplateResponse(request, f"signatures/sign/{step}.html", context, status=status)


def _all_valid(form: Form, formset: Any) -> bool:
    return form.is_valid() and (formset is None or formset.is_valid())


_LOST = _(
    "Vi hittar inget påbörjat undertecknande här. Har du redan skrivit in koden har du fått "
    "ett kvitto med e-post. Annars får du börja om."
)
