"""Dialogues as anyone sees them: lists, calendar files, sign-up without an account."""

import hashlib
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from challenges.dialogues import actions
from challenges.dialogues.calendars import CONTENT_TYPE, public_calendar
from challenges.dialogues.forms import DialogueFilter, ParticipantForm, SignUpForm
from challenges.dialogues.listing import listed, public_dialogues
from challenges.models import Dialogue, Participant
from malmoandan.publishing import feeds
from malmoandan.running import attempts
from malmoandan.running.even_time import even_time

INVALID = 422
GONE = 410
PER_PAGE = 20


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Dialogues to come, all of them, and past ones by pages."""
    form = DialogueFilter(request.GET, auto_id="dialogues-%s")
    if not form.is_valid():
        return TemplateResponse(
            request, "challenges/dialogues/index.html", {"form": form}, status=400
        )
    now = timezone.now()
    dialogues = public_dialogues(form.area)
    page = Paginator(dialogues.past(now), PER_PAGE).get_page(request.GET.get("sida"))
    query = f"?{urlencode({'omrade': form.area.slug})}" if form.area else ""
    context = {
        "form": form,
        "upcoming": listed(dialogues.upcoming(now)) if page.number == 1 else [],
        "past": listed(page.object_list),
        "page": page,
        "pages": _page_links(page, query),
        "area": form.area,
        "ics": reverse("challenges:dialogues_ics") + query,
        "atom": reverse("challenges:dialogues_atom") + query,
    }
    return TemplateResponse(request, "challenges/dialogues/index.html", context)


def _page_links(page: Any, query: str) -> dict[str, Any]:
    def link(number: object) -> str | None:
        if not isinstance(number, int):
            return None
        mark = "&" if query else "?"
        return f"{query}{mark}sida={number}" if number != 1 else query or "?"

    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return {
        "numbers": [(number, link(number)) for number in numbers],
        "previous": link(page.number - 1),
        "next": link(page.number + 1),
    }


@require_safe
def as_ics(request: HttpRequest) -> HttpResponse:
    """All dialogues for a calendar program that subscribes, the cancelled ones as cancelled."""
    form = DialogueFilter(request.GET)
    if not form.is_valid():
        return _not_understood(form)
    return _calendar(request, public_calendar(public_dialogues(form.area)), "dialoger")


@require_safe
def as_atom(request: HttpRequest) -> HttpResponse:
    """The dialogues announced last."""
    form = DialogueFilter(request.GET)
    if not form.is_valid():
        return _not_understood(form)
    query = f"?{urlencode({'omrade': form.area.slug})}" if form.area else ""
    found = public_dialogues(form.area).order_by("-invited_at")[: feeds.MOST_ENTRIES]
    return feeds.atom_response(
        key=f"dialogues{query}",
        title=_("Dialoger"),
        subtitle=str(form.area) if form.area else "",
        link=settings.BASE_URL + reverse("challenges:dialogues") + query,
        feed_url=settings.BASE_URL + reverse("challenges:dialogues_atom") + query,
        entries=[_entry(dialogue) for dialogue in found],
    )


def _entry(dialogue: Dialogue) -> feeds.Entry:
    parts = [dialogue.when, dialogue.get_form_display(), dialogue.place]
    if dialogue.is_cancelled:
        parts.insert(0, _("Inställd: %(reason)s") % {"reason": dialogue.cancel_reason})
    return feeds.Entry(
        key=f"dialogue/{dialogue.uid}",
        title=dialogue.title,
        summary=". ".join(str(part) for part in parts if part),
        link=settings.BASE_URL + dialogue.get_absolute_url(),
        updated=dialogue.updated_at,
    )


def _not_understood(form: DialogueFilter) -> HttpResponse:
    wrong = "\n".join(str(message) for errors in form.errors.values() for message in errors)
    return HttpResponseBadRequest(wrong, content_type="text/plain; charset=utf-8")


def _calendar(request: HttpRequest, body: bytes, name: str) -> HttpResponse:
    response = HttpResponse(body, content_type=CONTENT_TYPE)
    response["ETag"] = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    response["Content-Disposition"] = f'inline; filename="{name}.ics"'
    response["Cache-Control"] = "public, max-age=300"
    answer = get_conditional_response(request, etag=response["ETag"], response=response)
    return answer or response


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, slug: str) -> HttpResponse:
    """One dialogue, and its sign-up form while it takes sign-ups."""
    dialogue: Dialogue = get_object_or_404(public_dialogues(), slug=slug)
    if request.method == "POST":
        return sign_up(request, dialogue)
    return _page(request, dialogue, SignUpForm())


def sign_up(request: HttpRequest, dialogue: Dialogue) -> HttpResponse:
    """Sign up. The page says the same to all: what became of it is told by mail alone."""
    address = request.POST.get("email", "").strip().lower()
    if not attempts.allowed(request, "dialogue_sign_up", address):
        return attempts.refused(request)
    form = SignUpForm(request.POST)
    if dialogue.takes_sign_ups and not form.is_valid():
        return _page(request, dialogue, form, status=INVALID)
    try:
        if not dialogue.takes_sign_ups:
            raise actions.NotOpen
        with even_time():
            actions.sign_up(dialogue=dialogue, language=get_language() or "sv", **form.cleaned_data)
    except actions.NotOpen:
        dialogue.refresh_from_db()
        return _page(request, dialogue, SignUpForm(), status=GONE)
    return redirect("challenges:dialogue_signed_up", slug=dialogue.slug)


@require_safe
def signed_up(request: HttpRequest, slug: str) -> HttpResponse:
    dialogue = get_object_or_404(public_dialogues(), slug=slug)
    return TemplateResponse(request, "challenges/dialogues/signed_up.html", {"dialogue": dialogue})


def _page(
    request: HttpRequest, dialogue: Dialogue, form: SignUpForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "dialogue": dialogue,
        "form": form,
        "free_seats": dialogue.free_seats if dialogue.takes_sign_ups else None,
        "outcomes": [
            (outcome, outcome.is_late(timezone.localdate()))
            for outcome in dialogue.outcomes.published().to_follow()
        ],
        "kept_days": settings.PARTICIPANTS_KEPT_DAYS,
        "ics": reverse("challenges:dialogue_ics", args=[dialogue.slug]),
    }
    return TemplateResponse(request, "challenges/dialogues/show.html", context, status=status)


@require_safe
def one_as_ics(request: HttpRequest, slug: str) -> HttpResponse:
    dialogue = get_object_or_404(public_dialogues(), slug=slug)
    return _calendar(request, public_calendar([dialogue]), dialogue.slug)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def participant(request: HttpRequest, token: str) -> HttpResponse:
    """A participant's own page, by the link in the mail: see, change and cancel."""
    row = get_object_or_404(Participant.objects.select_related("dialogue"), token=token)
    kept = {"name": row.name, "organisation": row.organisation, "needs": row.needs}
    form = ParticipantForm(request.POST if request.method == "POST" else None, initial=kept)
    if request.method == "POST":
        if not form.is_valid():
            return _own_page(request, row, form, status=INVALID)
        try:
            actions.change_sign_up(participant=row, **form.cleaned_data)
        except actions.TooLate:
            return _own_page(request, row, ParticipantForm(initial=kept), status=GONE)
        messages.success(request, _("Dina uppgifter är ändrade."))
        return redirect("challenges:dialogue_participant", token=token)
    return _own_page(request, row, form)


@never_cache
@require_http_methods(["POST"])
def leave(request: HttpRequest, token: str) -> HttpResponse:
    row = get_object_or_404(Participant.objects.select_related("dialogue"), token=token)
    try:
        actions.leave(participant=row)
    except actions.TooLate:
        return _own_page(request, row, ParticipantForm(), status=GONE)
    messages.success(request, _("Din anmälan är avbokad. Du får ett mejl som bekräftar det."))
    return redirect("challenges:dialogue_participant", token=token)


def _own_page(
    request: HttpRequest, row: Participant, form: ParticipantForm, *, status: int = 200
) -> HttpResponse:
    row.refresh_from_db()
    context = {
        "participant": row,
        "dialogue": row.dialogue,
        "form": form,
        "can_change": row.dialogue.takes_sign_ups and row.state != Participant.State.CANCELLED,
        "kept_days": settings.PARTICIPANTS_KEPT_DAYS,
    }
    return TemplateResponse(
        request, "challenges/dialogues/participant.html", context, status=status
    )
