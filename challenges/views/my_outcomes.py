"""Mina sidor: notes and outcomes of the dialogues that one keeps."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from challenges.dialogues import actions
from challenges.dialogues.access import Keeper, keeper_required, own_dialogue, sectors_to_approve
from challenges.dialogues.forms import FollowUpForm, NotesForm, OutcomeForm
from challenges.views.keeping import FORM, approvals_of, show_form, to_dialogue


@require_http_methods(FORM)
@keeper_required
def notes(request: HttpRequest, keeper: Keeper, slug: str) -> HttpResponse:
    """Write the notes; approve them and the outcomes together."""
    dialogue = own_dialogue(keeper, slug)
    if not dialogue.is_held:
        messages.warning(request, _("Markera först att dialogen är hållen."))
        return to_dialogue(dialogue)
    data = request.POST if request.method == "POST" else None
    form = NotesForm(data, initial={"notes": dialogue.notes})
    if request.method == "POST" and form.is_valid():
        actions.write_notes(dialogue=dialogue, by=keeper.user, **form.cleaned_data)
        messages.success(request, _("Anteckningarna är sparade."))
        return redirect("challenges:dialogue_notes", slug=slug)
    mine = sectors_to_approve(keeper, dialogue)
    approvals = approvals_of(dialogue)
    left = [sector for sector, approval in approvals if not approval and sector.value in mine]
    names = get_text_list([str(sector.label) for sector in left], _("och"))
    context = {"dialogue": dialogue, "approvals": approvals, "to_approve": names}
    context["new_outcomes"] = dialogue.outcomes.filter(published_at=None)
    return show_form(request, "notes", form, **context)


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
        return to_dialogue(dialogue)
    form = OutcomeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        actions.add_outcome(dialogue=dialogue, by=keeper.user, **form.cleaned_data)
        messages.success(
            request, _("Resultatet är sparat. Det blir offentligt när båda värdarna har godkänt.")
        )
        return to_dialogue(dialogue)
    return show_form(request, "outcome", form, dialogue=dialogue)


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
        return to_dialogue(dialogue)
    return show_form(request, "follow_up", form, dialogue=dialogue, outcome=outcome)


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
    return to_dialogue(dialogue)
