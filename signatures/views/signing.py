"""Signing in steps: organisation, signatories, check your answers, code, receipt."""

from datetime import datetime
from functools import wraps
from typing import Any, Protocol

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from malmoandan.accounts import eid
from malmoandan.accounts.codes import CodeNotSent, CodeView
from malmoandan.accounts.views import NOT_PROVEN, eid_failed
from malmoandan.organisations.models import CityPart, Kind, Organisation
from signatures import actions
from signatures.access import receipt_or_404, remember
from signatures.drafts import Draft
from signatures.forms import (
    ConsentForm,
    CoSignatoryFormSet,
    OrganisationForm,
    SignatoryForm,
)
from signatures.models import AgreementVersion, DecidingBody, Way
from signatures.versions import INVITATION, invited_organisation

NOT_NOW = "not_now"  # the code of an error that is ours: the disk takes no file
INVALID = 422  # what was sent was understood and refused; the page says why beside each field


class DraftView(Protocol):
    def __call__(self, request: HttpRequest, draft: Draft) -> HttpResponse: ...


def with_draft(view: DraftView) -> Any:
    """Guard of the later steps: without a complete draft there is nothing to go on with."""

    @wraps(view)
    @never_cache
    def guarded(request: HttpRequest) -> HttpResponse:
        draft = Draft.of(request)
        if draft and (late := _too_late(request, draft)):
            return late
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
    try:
        newest = AgreementVersion.objects.to_sign(timezone.localdate())
    except AgreementVersion.DoesNotExist as nothing_to_sign:
        raise Http404 from nothing_to_sign
    draft, known = _begin_or_go_on(request, newest)
    version = _text_of(draft)
    if not draft.can_be_finished(version):
        return _closed(request, version)
    data, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = OrganisationForm(data, files, initial=draft.organisation or known)
    if request.method == "POST":
        form.is_valid()
        _keep_minutes(form, draft)
        valid = form.is_valid()
        if valid:
            draft.set_organisation(form.cleaned_data)
        draft.keep(request)
        if valid:
            return redirect("signatures:check" if draft.is_complete else "signatures:signatories")
    return _page(
        request, "organisation", form, version=version, draft=draft, newest=newest, known=known
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def signatories(request: HttpRequest) -> HttpResponse:
    """Step two: who signs. Another empty row is a button, so it works without JavaScript."""
    draft = Draft.of(request)
    if not draft or not draft.organisation:
        messages.info(request, _LOST)
        return redirect("signatures:sign")
    if late := _too_late(request, draft):
        return late
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
    """Step three: check your answers; then a code goes to the signer's address.

    Who chooses an eID is sent to its broker, and comes back to the step with the code.
    """
    errand = _errand(draft)
    proven = eid.is_proven(request, errand)
    initial = {"way": Way.EID if proven else Way.CODE}
    form = ConsentForm(request.POST if request.method == "POST" else None, initial=initial)
    unsent = False
    if request.method == "POST" and form.is_valid():
        try:
            return eid.prove(request, errand, with_eid=form.with_eid)
        except CodeNotSent:
            unsent = True
        except eid.Unavailable as failure:
            return eid_failed(request, failure)
    version = _text_of(draft)
    stated = draft.organisation
    response = _page(
        request,
        "check",
        form,
        draft=draft,
        version=version,
        unsent=unsent,
        proven=proven,
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
        proof = eid.proof(request, _errand(draft))
    except eid.NotProven:
        messages.warning(request, NOT_PROVEN)
        return redirect("signatures:check")
    try:
        signature = actions.sign(
            version=_text_of(draft),
            draft_id=draft.id,
            begun_at=datetime.fromisoformat(draft.begun_at),
            organisation=draft.organisation,
            signatories=draft.signatories,
            by=request.user,
            proof=proof,
            minutes=draft.minutes,
            minutes_name=draft.minutes_name,
            language=get_language() or "sv",
        )
    except actions.NotOpen:  # the grace ended since the guard looked
        return _closed(request, _text_of(draft))
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


def _errand(draft: Draft) -> eid.Errand:
    """What an eID proves here: one person counts once among the signatories of this draft."""
    return eid.Errand(
        occasion=draft.id,
        name=draft.signer["name"],
        email=draft.signer["email"],
        next_url=reverse("signatures:code"),
        back_url=reverse("signatures:check"),
    )


def _text_of(draft: Draft) -> AgreementVersion:
    return draft.version


def _begin_or_go_on(request: HttpRequest, newest: AgreementVersion) -> tuple[Draft, dict[str, Any]]:
    """The draft, and what is known of the organisation before anything is filled in.

    What is begun in time goes on, also when a newer text has opened; `?version=` asks for that
    one instead. Then what was stated of the organisation comes along, but not its decision.
    """
    invited = invited_organisation(request.GET.get(INVITATION, ""))
    known = _stated_of(invited) if invited else {}
    draft = Draft.of(request)
    if draft is None:
        return Draft(version_id=newest.pk), known
    asked = request.GET.get("version") == str(newest.number)
    if draft.version_id == newest.pk or not (asked or not draft.can_be_finished(_text_of(draft))):
        return draft, known
    stated = {name: draft.organisation.get(name, "") for name in actions.ORGANISATION_FIELDS}
    return Draft(version_id=newest.pk, signatories=draft.signatories), known or stated


def _stated_of(organisation: Organisation) -> dict[str, Any]:
    """What is known of the organisation, as the first step asks for it."""
    stated = {name: getattr(organisation, name) or "" for name in actions.ORGANISATION_FIELDS}
    return stated | {"organisation_number": organisation.shown_number}


def _too_late(request: HttpRequest, draft: Draft) -> HttpResponse | None:
    version = _text_of(draft)
    return None if draft.can_be_finished(version) else _closed(request, version)


def _closed(request: HttpRequest, version: AgreementVersion) -> HttpResponse:
    """The text cannot be signed now; another one may, and what was filled in stays for it."""
    today = timezone.localdate()
    newest = AgreementVersion.objects.to_sign(today)
    context = {
        "version": version,
        "is_past": version.last_day is not None and version.last_day < today,
        "other": newest if newest.is_open(today) and newest != version else None,
    }
    return TemplateResponse(request, "signatures/sign/closed.html", context)


def _keep_minutes(form: OrganisationForm, draft: Draft) -> None:
    """Keep a good file also when another field is wrong: nobody should upload it twice."""
    if form.cleaned_data.get("remove_minutes"):
        draft.remove_minutes()
    if form.cleaned_data.get("minutes"):
        try:
            draft.attach_minutes(form.cleaned_data["minutes"])
        except OSError:  # the disk is full
            text = _("Vi kan inte ta emot filen just nu. Försök igen om en stund, eller utan fil.")
            form.add_error("minutes", ValidationError(text, code=NOT_NOW))


def _with_another_row(request: HttpRequest, count: int) -> Any:
    """The co-signatories as typed, and one empty row more; nothing is judged yet."""
    rows = [
        {name: request.POST.get(f"fler-{row}-{name}", "") for name in ("name", "title", "email")}
        for row in range(count)
    ]
    return CoSignatoryFormSet(prefix="fler", initial=rows)


def _page(request: HttpRequest, step: str, form: Form, **context: Any) -> TemplateResponse:
    status = INVALID if form.is_bound and not _all_valid(form, context.get("formset")) else 200
    if form.is_bound and "minutes" in form.fields and form.has_error("minutes", NOT_NOW):
        status = 503
    context |= {"form": form, "step": step}
    response = TemplateResponse(request, f"signatures/sign/{step}.html", context, status=status)
    if status == 503:
        response.headers["Retry-After"] = "60"
    return response


def _all_valid(form: Form, formset: Any) -> bool:
    return form.is_valid() and (formset is None or formset.is_valid())


_LOST = _(
    "Vi hittar inget påbörjat undertecknande här. Har du redan skrivit in koden har du fått "
    "ett kvitto med e-post. Annars får du börja om."
)
