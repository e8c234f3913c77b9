"""A draft that is saved: the way back to it, and colleagues who read, comment and approve."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from challenges.remiss import drafts
from challenges.remiss.actions import drafts as actions
from challenges.remiss.forms.answering import ApprovalForm, LinkForm, ReaderForm
from challenges.remiss.models import DraftReader, ResponseDraft
from challenges.remiss.views.draft_pages import CHANGED, INVALID, with_draft
from malmoandan.publishing.files import download
from malmoandan.running import attempts


@with_draft()
def readers(request: HttpRequest, draft: ResponseDraft) -> HttpResponse:
    """The page after saving: mail the link to oneself, ask colleagues, go on."""
    link = LinkForm(initial={"email": draft.owner_email}, prefix="lank")
    reader = ReaderForm(prefix="kollega")
    if request.method == "POST":
        if "ask" in request.POST:
            form: Any = ReaderForm(request.POST, prefix="kollega")
            reader = form
        else:
            form = LinkForm(request.POST, prefix="lank")
            link = form
        if form.is_valid() and _mailed(request, draft, form):
            return redirect("remiss:draft_readers", draft.referral.slug, draft.token)
    seen = drafts.digest(draft)
    context = {
        "draft": draft,
        "referral": draft.referral,
        "link_form": link,
        "reader_form": reader,
        "form": next((one for one in (link, reader) if one.is_bound), link),
        "readers": [(one, one.approved_digest == seen) for one in draft.readers.all()],
        "last_day": draft.referral.due_day(draft.recipient),
        "address": settings.BASE_URL
        + reverse("remiss:draft", args=[draft.referral.slug, draft.token]),
    }
    status = INVALID if link.errors or reader.errors else 200
    return TemplateResponse(request, "remiss/answer/saved.html", context, status=status)


def _mailed(request: HttpRequest, draft: ResponseDraft, form: Any) -> bool:
    """Mail what was asked for; False, with the reason in the form, when it may not."""
    email = form.cleaned_data["email"]
    if not attempts.allowed(request, "remiss_mail", email):
        form.add_error("email", _("Dit har vi nyss skickat flera mejl. Vänta en stund."))
        return False
    if isinstance(form, LinkForm):
        actions.mail_link(draft=draft, email=email)
        messages.success(request, _("Länken är skickad till %(email)s.") % {"email": email})
        return True
    try:
        actions.ask_reader(draft=draft, email=email)
    except actions.TooMuch:
        form.add_error("email", _("Högst 20 kollegor kan läsa ett utkast."))
        return False
    messages.success(request, _("Vi har mejlat en länk till %(email)s.") % {"email": email})
    return True


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reader(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    """A colleague's own page: the draft as it reads now, a comment, an approval."""
    row = _reader_or_404(slug, token)
    if row.draft.is_sent:
        return _reader_page(request, row)
    if request.method != "POST":
        return _reader_page(request, row, form=ApprovalForm(initial={"comment": row.comment}))
    form = ApprovalForm(request.POST)
    if not form.is_valid():
        return _reader_page(request, row, form=form, status=INVALID)
    try:
        actions.hear_reader(
            reader=row,
            comment=form.cleaned_data["comment"],
            approves="approve" in request.POST,
            seen=request.POST.get("seen", ""),
        )
    except actions.ChangedMeanwhile:
        row = _reader_or_404(slug, token)
        return _reader_page(request, row, form=form, status=CHANGED, changed=True)
    except actions.AlreadySent:
        return _reader_page(request, _reader_or_404(slug, token))
    messages.success(request, _("Tack. Den som skriver svaret ser vad du har sagt."))
    return redirect("remiss:reader", slug, token)


@never_cache
@require_safe
def reader_attachment(request: HttpRequest, slug: str, token: str, pk: int) -> HttpResponse:
    row = _reader_or_404(slug, token)
    file = None if row.draft.is_sent else row.draft.attachments.filter(pk=pk).first()
    if file is None:
        raise Http404
    return download(file.stored_name, file.file_name)


def _reader_or_404(slug: str, token: str) -> DraftReader:
    rows = DraftReader.objects.select_related("draft__referral", "draft__recipient")
    found: DraftReader | None = rows.filter(token=token, draft__referral__slug=slug).first()
    if found is None or found.draft.referral.is_draft:
        raise Http404
    return found


def _reader_page(
    request: HttpRequest, row: DraftReader, *, status: int = 200, **context: Any
) -> HttpResponse:
    draft = row.draft
    seen = drafts.digest(draft)
    context |= {
        "reader": row,
        "draft": draft,
        "referral": draft.referral,
        "content": drafts.as_typed(draft),
        "seen": seen,
        "approves_this": row.approved_digest == seen,
    }
    return TemplateResponse(request, "remiss/answer/reader.html", context, status=status)
