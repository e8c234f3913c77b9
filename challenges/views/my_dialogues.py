"""Mina sidor: hosts plan and keep the dialogues of their own areas, coordinators those of all."""

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from challenges.dialogues import actions, participants
from challenges.dialogues.access import (
    Keeper,
    keeper_required,
    own_dialogue,
    sectors_to_approve,
)
from challenges.dialogues.forms import (
    CancelForm,
    DialogueForm,
    FollowUpForm,
    InviteForm,
    NotesForm,
    OutcomeForm,
)
from challenges.models import Dialogue
from malmoandan.organisations.models import Sector
from malmoandan.publishing import exports

INVALID = 422
FORM = ["GET", "HEAD", "POST"]


@require_safe
@keeper_required
def index(request: HttpRequest, keeper: Keeper) -> HttpResponse:
    now = timezone.now()
    dialogues = keeper.dialogues.prefetch_related("areas")
    context = {
        "keeper": keeper,
        "upcoming": dialogues.upcoming(now),
        "past": dialogues.filter(ends_at__lte=now).order_by("-starts_at")[:50],
    }
    return _render(request, "mine", context)


@require_http_methods(FORM)
@keeper_required
def plan(request: HttpRequest, keeper: Keeper) -> HttpResponse:
    form = DialogueForm(request.POST if request.method == "POST" else None, keeper=keeper)
    if request.method == "POST" and form.is_valid():
        dialogue = actions.plan(by=keeper.user, **form.fields_of_dialogue)
        messages.success(request, _("Dialogen är sparad. Bara värdar och samordnare ser den."))
        return _to(dialogue)
    return _form(request, "plan", form)


@require_safe
@keeper_required
def show(request: HttpRequest, keeper: Keeper, slug: str) -> HttpResponse:
    """All there is about one dialogue, and what can be done with it."""
    dialogue = own_dialogue(keeper, slug)
    context = {
        "dialogue": dialogue,
        "seated": dialogue.participants.seated().count(),
        "waiting": dialogue.participants.waiting().count(),
        "invited": dialogue.invitations.count(),
        "outcomes": dialogue.outcomes.to_follow(),
        "approvals": _approvals(dialogue),
    }
    return _render(request, "my_dialogue", context)


@require_http_methods(FORM)
@keeper_required
def change(request: HttpRequest, keeper: Keeper, slug: str) -> HttpResponse:
    dialogue = own_dialogue(keeper, slug)
    if dialogue.is_cancelled:
        return _too_late(request, dialogue)
    data = request.POST if request.method == "POST" else None
    form = DialogueForm(data, keeper=keeper, dialogue=dialogue)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change(dialogue=dialogue, **form.fields_of_dialogue)
        except actions.SeatsTaken as taken:
            form.add_error("seats", _taken(taken.taken))
        except actions.TooLate:
            return _too_late(request, dialogue)
        else:
            messages.success(request, _("Ändringarna är sparade."))
            return _to(dialogue)
    return _form(request, "plan", form, dialogue=dialogue)


def _taken(number: int) -> str:
    return ngettext(
        "%(number)s person har redan en plats.",
        "%(number)s personer har redan en plats.",
        number,
    ) % {"number": number}


@require_POST
@keeper_required
def open_for_sign_up(request: HttpRequest, keeper: Keeper, slug: str) -> HttpResponse:
    dialogue = own_dialogue(keeper, slug)
    try:
        actions.open_for_sign_up(dialogue=dialogue)
    except actions.TooLate:
        return _too_late(request, dialogue)
    messages.success(request, _("Dialogen är öppen för anmälan och syns för alla."))
    return _to(dialogue)


@require_http_methods(FORM)
@keeper_required
def invite(request: HttpRequest, keeper: Keeper, slug: str) -> HttpResponse:
    """Choose, look at what would be sent, send. Each step is the same form, sent anew."""
    dialogue = own_dialogue(keeper, slug)
    if dialogue.has_begun or dialogue.is_cancelled or dialogue.is_held:
        return _too_late(request, dialogue)
    if request.method != "POST":
        return _form(request, "invite", InviteForm(), dialogue=dialogue)
    form = InviteForm(request.POST)
    if "search" in request.POST or "change" in request.POST:
        again = InviteForm(request.POST)
        chosen = request.POST.getlist("organisations")
        again.is_bound, again.initial = False, {**request.POST.dict(), "organisations": chosen}
        return _form(request, "invite", again, dialogue=dialogue, searched=request.POST.get("q"))
    if not form.is_valid():
        return _form(request, "invite", form, dialogue=dialogue)
    rows = form.rows(dialogue)
    to_send = [(email, row.organisation) for row in rows for email in row.addresses]
    if "send" not in request.POST or not to_send:
        context = {"dialogue": dialogue, "rows": rows, "number": len(to_send)}
        context["wrong"] = sum(1 for row in rows if row.error)
        context["organisations"] = request.POST.getlist("organisations")
        context["addresses"] = request.POST.get("addresses", "")
        return _render(request, "invite_preview", context)
    try:
        sent = actions.invite(dialogue=dialogue, addresses=to_send)
    except actions.TooLate:
        return _too_late(request, dialogue)
    number = len(sent)
    text = ngettext("%(n)s inbjudan skickas.", "%(n)s inbjudningar skickas.", number)
    messages.success(request, text % {"n": number})
    return _to(dialogue)


@require_http_methods(FORM)
@keeper_required
def cancel(request: HttpRequest, keeper: Keeper, slug: str) -> HttpResponse:
    dialogue = own_dialogue(keeper, slug)
    form = CancelForm(request.POST if request.method == "POST" else None)
    if dialogue.is_held or dialogue.is_cancelled:
        return _too_late(request, dialogue)
    if request.method == "POST" and form.is_valid():
        try:
            actions.cancel(dialogue=dialogue, reason=form.cleaned_data["reason"])
        except actions.TooLate:
            return _too_late(request, dialogue)
        messages.success(request, _("Dialogen är inställd. Alla anmälda får ett mejl."))
        return _to(dialogue)
    number = dialogue.participants.coming().count()
    return _form(request, "cancel", form, dialogue=dialogue, number=number)


@require_POST
@keeper_required
def mark_held(request: HttpRequest, keeper: Keeper, slug: str) -> HttpResponse:
    dialogue = own_dialogue(keeper, slug)
    try:
        actions.mark_held(dialogue=dialogue)
    except actions.TooEarly:
        messages.warning(request, _("Dialogen har inte börjat ännu."))
        return _to(dialogue)
    except actions.TooLate:
        return _too_late(request, dialogue)
    messages.success(request, _("Dialogen är markerad som hållen."))
    return _to(dialogue)


@require_safe
@keeper_required
def show_participants(request: HttpRequest, keeper: Keeper, slug: str) -> HttpResponse:
    dialogue = own_dialogue(keeper, slug)
    context = {"dialogue": dialogue, **participants.lists(dialogue)}
    return _render(request, "participants", context)


@require_safe
@keeper_required
def participants_csv(request: HttpRequest, keeper: Keeper, slug: str) -> HttpResponse:
    dialogue = own_dialogue(keeper, slug)
    metadata = request.build_absolute_uri(
        reverse("challenges:dialogue_participants", args=[dialogue.slug])
    )
    return exports.csv_response(participants.table(dialogue, source=metadata), metadata=metadata)


@require_http_methods(FORM)
@keeper_required
def notes(request: HttpRequest, keeper: Keeper, slug: str) -> HttpResponse:
    """Write the notes; approve them and the outcomes together."""
    dialogue = own_dialogue(keeper, slug)
    if not dialogue.is_held:
        messages.warning(request, _("Markera först att dialogen är hållen."))
        return _to(dialogue)
    data = request.POST if request.method == "POST" else None
    form = NotesForm(data, initial={"notes": dialogue.notes})
    if request.method == "POST" and form.is_valid():
        actions.write_notes(dialogue=dialogue, by=keeper.user, **form.cleaned_data)
        messages.success(request, _("Anteckningarna är sparade."))
        return redirect("challenges:dialogue_notes", slug=slug)
    mine = sectors_to_approve(keeper, dialogue)
    approvals = _approvals(dialogue)
    left = [sector for sector, approval in approvals if not approval and sector.value in mine]
    names = get_text_list([str(sector.label) for sector in left], _("och"))
    context = {"dialogue": dialogue, "approvals": approvals, "to_approve": names}
    context["new_outcomes"] = dialogue.outcomes.filter(published_at=None)
    return _form(request, "notes", form, **context)


@require_POST
@keeper_required
def approve(request: HttpRequest, keeper: Keeper, slug: str) -> HttpResponse:
    dialogue = own_dialogue(keeper, slug)
    sectors = sectors_to_approve(keeper, dialogue)
    digest = request.POST.get("digest", "")
    try:
        published = actions.approve(
            dialogue=dialogue, sectors=sectors, by=keeper.user, digest=digest
        )
    except actions.ChangedSinceRead:
        messages.warning(request, _("Texten har ändrats sedan du läste den. Läs den igen."))
        return redirect("challenges:dialogue_notes", slug=slug)
    if published:
        messages.success(request, _("Båda har godkänt. Anteckningarna är publicerade."))
    elif sectors:
        messages.success(request, _("Du har godkänt. De publiceras när båda har godkänt."))
    else:
        messages.warning(request, _("Du kan inte godkänna för någon av sektorerna."))
    return redirect("challenges:dialogue_notes", slug=slug)


@require_http_methods(FORM)
@keeper_required
def add_outcome(request: HttpRequest, keeper: Keeper, slug: str) -> HttpResponse:
    dialogue = own_dialogue(keeper, slug)
    if not dialogue.is_held:
        messages.warning(request, _("Markera först att dialogen är hållen."))
        return _to(dialogue)
    form = OutcomeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        actions.add_outcome(dialogue=dialogue, by=keeper.user, **form.cleaned_data)
        messages.success(
            request, _("Resultatet är sparat. Det blir offentligt när båda värdarna har godkänt.")
        )
        return _to(dialogue)
    return _form(request, "outcome", form, dialogue=dialogue)


@require_http_methods(FORM)
@keeper_required
def follow_up(request: HttpRequest, keeper: Keeper, slug: str, pk: int) -> HttpResponse:
    dialogue = own_dialogue(keeper, slug)
    outcome = get_object_or_404(dialogue.outcomes, pk=pk)
    now = {"status": outcome.status, "note": outcome.note, "until": outcome.until}
    form = FollowUpForm(request.POST if request.method == "POST" else None, initial=now)
    if request.method == "POST" and form.is_valid():
        actions.follow_up(outcome=outcome, **form.cleaned_data)
        messages.success(request, _("Uppföljningen är sparad."))
        return _to(dialogue)
    return _form(request, "follow_up", form, dialogue=dialogue, outcome=outcome)


@require_POST
@keeper_required
def remove_outcome(request: HttpRequest, keeper: Keeper, slug: str, pk: int) -> HttpResponse:
    dialogue = own_dialogue(keeper, slug)
    outcome = get_object_or_404(dialogue.outcomes, pk=pk)
    try:
        actions.remove_outcome(outcome=outcome, by=keeper.user)
    except actions.TooLate:
        messages.warning(request, _("Resultatet är publicerat och går inte att ta bort."))
    else:
        messages.success(request, _("Resultatet är borttaget."))
    return _to(dialogue)


def _approvals(dialogue: Dialogue) -> list[tuple[Sector, Any]]:
    given = {row.sector: row for row in dialogue.approvals.select_related("by")}
    return [(sector, given.get(sector.value)) for sector in Sector]


def _to(dialogue: Dialogue) -> HttpResponse:
    return redirect("challenges:my_dialogue", slug=dialogue.slug)


def _too_late(request: HttpRequest, dialogue: Dialogue) -> HttpResponse:
    messages.warning(
        request, _("Det går inte längre: dialogen har börjat, är hållen eller är inställd.")
    )
    return _to(dialogue)


def _form(request: HttpRequest, template: str, form: Form, **context: Any) -> HttpResponse:
    status = INVALID if form.is_bound and form.errors else 200
    return _render(request, template, {"form": form, **context}, status=status)


def _render(
    request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    name = f"challenges/dialogues/{template}.html"
    return TemplateResponse(request, name, context, status=status)
