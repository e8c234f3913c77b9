"""Mina sidor: hosts plan and keep the dialogues of their own areas, coordinators those of all."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from challenges.dialogues import actions, participants
from challenges.dialogues.access import Keeper, keeper_required, own_dialogue
from challenges.dialogues.forms import CancelForm, DialogueForm, InviteForm
from challenges.views.keeping import (
    FORM,
    approvals_of,
    show_form,
    show_page,
    to_dialogue,
    too_late,
)
from malmoandan.publishing import exports


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
    return show_page(request, "mine", context)


@require_http_methods(FORM)
@keeper_required
def plan(request: HttpRequest, keeper: Keeper) -> HttpResponse:
    form = DialogueForm(request.POST if request.method == "POST" else None, keeper=keeper)
    if request.method == "POST" and form.is_valid():
        dialogue = actions.plan(by=keeper.user, **form.fields_of_dialogue)
        messages.success(request, _("Dialogen är sparad. Bara värdar och samordnare ser den."))
        return to_dialogue(dialogue)
    return show_form(request, "plan", form)


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
        "approvals": approvals_of(dialogue),
    }
    return show_page(request, "my_dialogue", context)


@require_http_methods(FORM)
@keeper_required
def change(request: HttpRequest, keeper: Keeper, slug: str) -> HttpResponse:
    dialogue = own_dialogue(keeper, slug)
    if dialogue.is_cancelled:
        return too_late(request, dialogue)
    data = request.POST if request.method == "POST" else None
    form = DialogueForm(data, keeper=keeper, dialogue=dialogue)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change(dialogue=dialogue, **form.fields_of_dialogue)
        except actions.SeatsTaken as taken:
            form.add_error("seats", _taken(taken.taken))
        except actions.TooLate:
            return too_late(request, dialogue)
        else:
            messages.success(request, _("Ändringarna är sparade."))
            return to_dialogue(dialogue)
    return show_form(request, "plan", form, dialogue=dialogue)


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
        return too_late(request, dialogue)
    messages.success(request, _("Dialogen är öppen för anmälan och syns för alla."))
    return to_dialogue(dialogue)


@require_http_methods(FORM)
@keeper_required
def invite(request: HttpRequest, keeper: Keeper, slug: str) -> HttpResponse:
    """Choose, look at what would be sent, send. Each step is the same form, sent anew."""
    dialogue = own_dialogue(keeper, slug)
    if dialogue.has_begun or dialogue.is_cancelled or dialogue.is_held:
        return too_late(request, dialogue)
    if request.method != "POST":
        return show_form(request, "invite", InviteForm(), dialogue=dialogue)
    form = InviteForm(request.POST)
    if "search" in request.POST or "change" in request.POST:
        again = InviteForm(request.POST)
        chosen = request.POST.getlist("organisations")
        again.is_bound, again.initial = False, {**request.POST.dict(), "organisations": chosen}
        return show_form(
            request, "invite", again, dialogue=dialogue, searched=request.POST.get("q")
        )
    if not form.is_valid():
        return show_form(request, "invite", form, dialogue=dialogue)
    rows = form.rows(dialogue)
    to_send = [(email, row.organisation) for row in rows for email in row.addresses]
    if "send" not in request.POST or not to_send:
        context = {"dialogue": dialogue, "rows": rows, "number": len(to_send)}
        context["wrong"] = sum(1 for row in rows if row.error)
        context["organisations"] = request.POST.getlist("organisations")
        context["addresses"] = request.POST.get("addresses", "")
        return show_page(request, "invite_preview", context)
    try:
        sent = actions.invite(dialogue=dialogue, addresses=to_send)
    except actions.TooLate:
        return too_late(request, dialogue)
    number = len(sent)
    text = ngettext("%(n)s inbjudan skickas.", "%(n)s inbjudningar skickas.", number)
    messages.success(request, text % {"n": number})
    return to_dialogue(dialogue)


@require_http_methods(FORM)
@keeper_required
def cancel(request: HttpRequest, keeper: Keeper, slug: str) -> HttpResponse:
    dialogue = own_dialogue(keeper, slug)
    form = CancelForm(request.POST if request.method == "POST" else None)
    if dialogue.is_held or dialogue.is_cancelled:
        return too_late(request, dialogue)
    if request.method == "POST" and form.is_valid():
        try:
            actions.cancel(dialogue=dialogue, reason=form.cleaned_data["reason"])
        except actions.TooLate:
            return too_late(request, dialogue)
        messages.success(request, _("Dialogen är inställd. Alla anmälda får ett mejl."))
        return to_dialogue(dialogue)
    number = dialogue.participants.coming().count()
    return show_form(request, "cancel", form, dialogue=dialogue, number=number)


@require_POST
@keeper_required
def mark_held(request: HttpRequest, keeper: Keeper, slug: str) -> HttpResponse:
    dialogue = own_dialogue(keeper, slug)
    try:
        actions.mark_held(dialogue=dialogue)
    except actions.TooEarly:
        messages.warning(request, _("Dialogen har inte börjat ännu."))
        return to_dialogue(dialogue)
    except actions.TooLate:
        return too_late(request, dialogue)
    messages.success(request, _("Dialogen är markerad som hållen."))
    return to_dialogue(dialogue)


@require_safe
@keeper_required
def show_participants(request: HttpRequest, keeper: Keeper, slug: str) -> HttpResponse:
    dialogue = own_dialogue(keeper, slug)
    context = {"dialogue": dialogue, **participants.lists(dialogue)}
    return show_page(request, "participants", context)


@require_safe
@keeper_required
def participants_csv(request: HttpRequest, keeper: Keeper, slug: str) -> HttpResponse:
    dialogue = own_dialogue(keeper, slug)
    metadata = request.build_absolute_uri(
        reverse("challenges:dialogue_participants", args=[dialogue.slug])
    )
    return exports.csv_response(participants.table(dialogue, source=metadata), metadata=metadata)
