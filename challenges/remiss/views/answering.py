"""Answering in steps: who, what, files, check, code, receipt. Each step is kept as it is typed."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from challenges.remiss import drafts
from challenges.remiss.access import recipient_or_404, referral_or_404
from challenges.remiss.actions import drafts as actions
from challenges.remiss.actions.sending import AnotherAddress, NotComplete, send
from challenges.remiss.forms.answering import AnswerForm, AttachmentForm, RespondentForm
from challenges.remiss.mails import INVITED
from challenges.remiss.models import Position, Referral, ReferralRecipient, ResponseDraft
from challenges.remiss.receipts import whole_answer
from challenges.remiss.views.draft_pages import (
    BACK_TO_CHECK,
    CHANGED,
    NOT_NOW,
    SHOW_ERRORS,
    draft_or_404,
    show_changed,
    show_page,
    show_step,
    shown_form,
    to,
    with_draft,
)
from malmoandan.accounts.codes import CodeNotSent, CodeView, send_code
from malmoandan.publishing.files import download
from malmoandan.running import attempts


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest, slug: str) -> HttpResponse:
    """Step one, before anything is kept; what is sent becomes a draft, right or wrong."""
    referral = referral_or_404(slug)
    if not referral.takes_answers:
        return TemplateResponse(request, "remiss/answer/closed.html", {"referral": referral})
    recipient = _invited(request, referral)
    if request.method != "POST":
        known = drafts.known_of(recipient) if recipient else _known_of_visitor(request)
        form = RespondentForm(initial=known)
        return show_page(
            request, "respondent", form, referral=referral, recipient=recipient, draft_id=uuid4()
        )
    if not attempts.allowed(request, "remiss_draft"):
        return attempts.refused(request)
    try:
        draft = actions.begin(
            referral=referral,
            draft_id=_draft_id(request),
            recipient=recipient,
            respondent=drafts.typed(request.POST, RespondentForm.base_fields),
            language=get_language() or "sv",
        )
    except actions.AlreadySent as late:  # sent from the other tab, whose page this was once too
        return redirect("remiss:draft_receipt", slug, late.draft.token)
    return _after_respondent(request, draft)


@with_draft()
def respondent(request: HttpRequest, draft: ResponseDraft) -> HttpResponse:
    """Step one again: who answers, and by what decision."""
    if request.method != "POST":
        form = shown_form(request, draft, drafts.RESPONDENT, RespondentForm)
        return show_step(request, "respondent", form, draft, drafts.RESPONDENT)
    data = drafts.typed(request.POST, RespondentForm.base_fields)
    try:
        draft = actions.save_step(
            draft=draft, step=drafts.RESPONDENT, data=data, seen=request.POST.get("seen")
        )
    except actions.ChangedMeanwhile:
        return show_changed(request, "respondent", RespondentForm(data), draft, drafts.RESPONDENT)
    return _after_respondent(request, draft)


def _after_respondent(request: HttpRequest, draft: ResponseDraft) -> HttpResponse:
    if "save" in request.POST:
        return to("draft_readers", draft)
    form = drafts.respondent_form(draft)
    if not form.is_valid():
        return show_step(request, "respondent", form, draft, drafts.RESPONDENT)
    if "abstain" in request.POST:
        said = {"position": Position.ABSTAINS.value}
        actions.save_step(draft=draft, step=drafts.ANSWER, data=said)
        return to("draft_check", draft)
    return to("draft_check" if BACK_TO_CHECK in request.GET else "draft_answer", draft)


@with_draft()
def answer(request: HttpRequest, draft: ResponseDraft) -> HttpResponse:
    """Step two: the position, the summary, and what is said of each section."""
    if request.method != "POST":
        form = shown_form(request, draft, drafts.ANSWER, AnswerForm, referral=draft.referral)
        return show_step(request, "answer", form, draft, drafts.ANSWER)
    data = drafts.typed(request.POST, AnswerForm(referral=draft.referral).fields)
    try:
        draft = actions.save_step(
            draft=draft, step=drafts.ANSWER, data=data, seen=request.POST.get("seen")
        )
    except actions.ChangedMeanwhile:
        form = AnswerForm(data, referral=draft.referral)
        return show_changed(request, "answer", form, draft, drafts.ANSWER)
    if "save" in request.POST:
        return to("draft_readers", draft)
    form = drafts.answer_form(draft)
    if not form.is_valid():
        return show_step(request, "answer", form, draft, drafts.ANSWER)
    return to("draft_check" if BACK_TO_CHECK in request.GET else "draft_attachments", draft)


@with_draft()
def attachments(request: HttpRequest, draft: ResponseDraft) -> HttpResponse:
    """Step three: files. One at a time, so that a refused one costs no other."""
    if request.method != "POST":
        return _attachments_page(request, draft, AttachmentForm())
    if "remove" in request.POST:
        number = request.POST["remove"]
        if number.isdecimal() and len(number) < 19:
            actions.detach(draft=draft, attachment_id=int(number))
        return to("draft_attachments", draft)
    if "file" in request.FILES or "attach" in request.POST:
        if not attempts.allowed(request, "remiss_attach"):
            return attempts.refused(request)
        form = AttachmentForm(request.POST, request.FILES)
        if form.is_valid():
            _attach(draft, form)
        if form.errors:
            return _attachments_page(request, draft, form)
        if "attach" in request.POST:
            return to("draft_attachments", draft)
    if "save" in request.POST:
        return to("draft_readers", draft)
    return to("draft_check", draft)


def _attach(draft: ResponseDraft, form: AttachmentForm) -> None:
    """Keep the file, or put the reason why not beside its field."""
    try:
        actions.attach(draft=draft, file=form.cleaned_data["file"])
    except actions.TooMuch:
        form.add_error("file", _("Ett svar får ha högst 10 filer, tillsammans högst 30 MB."))
    except OSError:  # the disk is full
        text = _("Vi kan inte ta emot filen just nu. Allt annat är sparat. Försök senare.")
        form.add_error("file", ValidationError(text, code=NOT_NOW))


def _attachments_page(request: HttpRequest, draft: ResponseDraft, form: Form) -> HttpResponse:
    files = list(draft.attachments.all())
    return show_page(request, "attachments", form, draft=draft, attachments=files)


@with_draft("GET", "HEAD")
def attachment(request: HttpRequest, draft: ResponseDraft, pk: int) -> HttpResponse:
    """A file of the draft, for who has its link."""
    file = draft.attachments.filter(pk=pk).first()
    if file is None:
        raise Http404
    return download(file.stored_name, file.file_name)


@with_draft()
def check(request: HttpRequest, draft: ResponseDraft) -> HttpResponse:
    """Step four: check your answer; then a code goes to the address in it."""
    content = drafts.content_of(draft)
    if content is None:
        return _to_what_is_missing(request, draft)
    if request.method != "POST":
        return _check_page(request, draft, content)
    try:
        actions.mark_checked(draft=draft, seen=request.POST.get("seen", ""))
    except actions.ChangedMeanwhile:
        draft.refresh_from_db()
        return _check_page(request, draft, content, status=CHANGED, changed=True)
    try:
        send_code(request, content.respondent["email"])
    except CodeNotSent:
        response = _check_page(request, draft, content, status=503, unsent=True)
        response.headers["Retry-After"] = "60"
        return response
    return to("draft_code", draft)


def _check_page(
    request: HttpRequest,
    draft: ResponseDraft,
    content: drafts.Content,
    *,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    seen = drafts.digest(draft)
    context |= {
        "draft": draft,
        "referral": draft.referral,
        "content": content,
        "seen": seen,
        "late": drafts.is_late(draft),
        "last_day": draft.referral.due_day(draft.recipient),
        "readers": [(one, one.approved_digest == seen) for one in draft.readers.all()],
        "step": "check",
    }
    return TemplateResponse(request, "remiss/answer/check.html", context, status=status)


def _to_what_is_missing(request: HttpRequest, draft: ResponseDraft) -> HttpResponse:
    if not drafts.respondent_form(draft).is_valid():
        name = "draft"
    else:
        name = "draft_answer"
        if drafts.answer_form(draft).is_valid():
            messages.warning(
                request, _("Svaret är tomt. Välj ett ställningstagande eller skriv något.")
            )
    address = reverse(f"remiss:{name}", args=[draft.referral.slug, draft.token])
    return redirect(f"{address}?{SHOW_ERRORS}=1&{BACK_TO_CHECK}=1")


class AnswerCodeView(CodeView):
    """Step five: the code. The POST that proves the address sends the answer."""

    template_name = "remiss/answer/code.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        draft_or_404(**kwargs)
        return super().dispatch(request, *args, **kwargs)

    @property
    def restart_url(self) -> str:
        return reverse("remiss:draft_check", kwargs=self.kwargs)

    @property
    def resume_url(self) -> str:
        return reverse("remiss:draft_finish", kwargs=self.kwargs)

    def verified(self) -> HttpResponse:
        response: HttpResponse = finish(self.request, **self.kwargs)
        return response


@with_draft()
def finish(request: HttpRequest, draft: ResponseDraft) -> HttpResponse:
    """Send with a proven address. The page itself is seen only after a second factor."""
    if not request.user.is_authenticated:
        return to("draft_check", draft)
    if request.method != "POST":
        context = {"draft": draft, "referral": draft.referral}
        return TemplateResponse(request, "remiss/answer/finish.html", context)
    try:
        send(draft=draft, by=request.user)
    except (NotComplete, AnotherAddress, actions.ChangedMeanwhile):
        messages.warning(
            request, _("Svaret har ändrats sedan du kontrollerade det. Kontrollera det igen.")
        )
        return to("draft_check", draft)
    return to("draft_receipt", draft)


@never_cache
@require_safe
def receipt(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    """What has been sent, its reference, and what happens next."""
    draft = draft_or_404(slug, token)
    if not draft.sent_version:
        return to("draft", draft)
    version = draft.sent_version
    response = version.response
    context = whole_answer(version) | {
        "is_mine": response.account_id is not None and response.account_id == request.user.pk,
        "can_correct": response.referral.is_open_for(response.recipient),
        "begun_in_time": version.late
        and not response.referral.is_late(response.recipient, draft.begun_at),
    }
    return TemplateResponse(request, "remiss/answer/receipt.html", context)


@with_draft()
def throw_away(request: HttpRequest, draft: ResponseDraft) -> HttpResponse:
    """Ask, and delete the draft on POST."""
    if request.method != "POST":
        context = {"draft": draft, "referral": draft.referral}
        return TemplateResponse(request, "remiss/answer/throw_away.html", context)
    actions.throw_away(draft=draft)
    messages.success(request, _("Utkastet är borttaget."))
    return redirect("remiss:answer", draft.referral.slug)


def _invited(request: HttpRequest, referral: Referral) -> ReferralRecipient | None:
    """The body whose own link it is. A link that is none is told by a 404."""
    token = request.POST.get(INVITED) or request.GET.get(INVITED)
    return recipient_or_404(referral, token) if token else None


def _known_of_visitor(request: HttpRequest) -> dict[str, str]:
    return {"email": request.user.email} if request.user.is_authenticated else {}


def _draft_id(request: HttpRequest) -> UUID:
    """The id that the form brought, so that a double click makes one draft."""
    try:
        return UUID(request.POST.get("draft_id", ""))
    except ValueError:
        return uuid4()
