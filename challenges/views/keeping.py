"""What the pages of those who keep dialogues share."""

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from challenges.models import Dialogue
from malmoandan.organisations.models import Sector

INVALID = 422
FORM = ["GET", "HEAD", "POST"]


def approvals_of(dialogue: Dialogue) -> list[tuple[Sector, Any]]:
    """Each sector with its approval of what is written now, or None."""
    given = {row.sector: row for row in dialogue.approvals.select_related("by")}
    return [(sector, given.get(sector.value)) for sector in Sector]


def to_dialogue(dialogue: Dialogue) -> HttpResponse:
    """Back to the keepers' own page of the dialogue."""
    return redirect("challenges:my_dialogue", slug=dialogue.slug)


def too_late(request: HttpRequest, dialogue: Dialogue) -> HttpResponse:
    """Say on the dialogue's page that the step can no longer be taken."""
    messages.warning(
        request, _("Det går inte längre: dialogen har börjat, är hållen eller är inställd.")
    )
    return to_dialogue(dialogue)


def show_form(request: HttpRequest, template: str, form: Form, **context: Any) -> HttpResponse:
    """The page with its form; 422 when what was sent has faults."""
    status = INVALID if form.is_bound and form.errors else 200
    return show_page(request, template, {"form": form, **context}, status=status)


def show_page(
    request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """The page of that name among those of dialogues."""
    name = f"challenges/dialogues/{template}.html"
    return TemplateResponse(request, name, context, status=status)
