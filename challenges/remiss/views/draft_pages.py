"""What the steps of answering share: the draft whose link it is, and how a step is shown."""

from functools import wraps
from typing import Any, Protocol

from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from challenges.remiss import drafts
from challenges.remiss.actions import drafts as actions
from challenges.remiss.mails import INVITED
from challenges.remiss.models import Referral, ReferralRecipient, ResponseDraft

INVALID = 422  # what was sent was understood and refused; the page says why beside each field
CHANGED = 409
NOT_NOW = "not_now"  # the code of an error that is ours: the disk takes no file
# What a link's query asks of a step: go back to the check, judge what is kept at once.
BACK_TO_CHECK, SHOW_ERRORS = "andra", "fel"


class DraftView(Protocol):
    def __call__(self, request: HttpRequest, draft: ResponseDraft, **kwargs: Any) -> Any: ...


def draft_or_404(slug: str, token: str) -> ResponseDraft:
    rows = ResponseDraft.objects.select_related("referral", "recipient", "response")
    found: ResponseDraft | None = rows.filter(token=token, referral__slug=slug).first()
    if found is None or found.referral.is_draft:
        raise Http404
    return found


def with_draft(*methods: str) -> Any:
    """Decorator: the view gets the unsent draft whose link it is; who has sent sees the receipt."""

    def decorate(view: DraftView) -> Any:
        @wraps(view)
        @never_cache
        @require_http_methods(["GET", "HEAD", "POST"] if not methods else list(methods))
        def guarded(request: HttpRequest, slug: str, token: str, **kwargs: Any) -> Any:
            draft = draft_or_404(slug, token)
            if draft.is_sent:
                return redirect("remiss:draft_receipt", slug, token)
            try:
                return view(request, draft, **kwargs)
            except actions.AlreadySent:
                return redirect("remiss:draft_receipt", slug, token)
            except ResponseDraft.DoesNotExist as thrown_away:
                raise Http404 from thrown_away

        return guarded

    return decorate


def shown_form(
    request: HttpRequest, draft: ResponseDraft, step: str, form: type[Form], **options: Any
) -> Form:
    """What was typed in a step; judged at once for who is led here to mend it."""
    data = draft.data.get(step, {})
    if SHOW_ERRORS in request.GET:
        return form(data, **options)
    return form(initial=data, **options)


def to(name: str, draft: ResponseDraft) -> HttpResponse:
    return redirect(f"remiss:{name}", draft.referral.slug, draft.token)


def show_step(
    request: HttpRequest, name: str, form: Form, draft: ResponseDraft, step: str
) -> HttpResponse:
    return show_page(request, name, form, draft=draft, seen=drafts.step_digest(draft, step))


def show_changed(
    request: HttpRequest, name: str, form: Form, draft: ResponseDraft, step: str
) -> HttpResponse:
    """What was typed, beside a warning that something else is kept; saved again it replaces it."""
    draft.refresh_from_db()
    seen = drafts.step_digest(draft, step)
    return show_page(request, name, form, draft=draft, seen=seen, status=CHANGED, changed=True)


def show_page(
    request: HttpRequest, name: str, form: Form, *, status: int = 200, **context: Any
) -> TemplateResponse:
    draft: ResponseDraft | None = context.get("draft")
    if draft:
        context |= {"referral": draft.referral, "recipient": draft.recipient}
    referral: Referral = context["referral"]
    recipient: ReferralRecipient | None = context["recipient"]
    context |= {
        "form": form,
        "step": name,
        "invited_name": INVITED,
        "last_day": referral.due_day(recipient),
        "late": referral.is_late(recipient, timezone.now()),
        "can_abstain": not (draft and draft.data.get(drafts.ANSWER)),
    }
    if status == 200 and form.is_bound and form.errors:
        not_now = form.has_error("file", "scanner_down") or form.has_error("file", NOT_NOW)
        status = 503 if not_now else INVALID
    response = TemplateResponse(request, f"remiss/answer/{name}.html", context, status=status)
    if status == 503:
        response.headers["Retry-After"] = "60"
    return response
