"""One cooperation: all that is public of it, as any published round told it."""

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from mapping import access
from mapping.browse import story
from mapping.index.keeper import day_of
from mapping.models import Objection


@require_safe
def show(request: HttpRequest, slug: str) -> HttpResponse:
    """Its state in the round that `?omgang=` names, else in the newest that had it."""
    cooperation = access.public_cooperation_or_404(slug)
    asked = access.public_round_or_404(request.GET.get("omgang"))
    chapters = story.chapters(cooperation)
    told = [chapter for chapter in chapters if chapter.edition]
    chosen = next((chapter for chapter in told if chapter.round == asked), None)
    survey_round, edition = (chosen or told[0]).round, (chosen or told[0]).edition
    assert edition is not None  # noqa: S101 - `told` holds no others
    places = story.matrix_places(edition)
    objections = Objection.objects.decided().filter(edition__in={c.edition.pk for c in told})  # type: ignore[union-attr]
    context = {
        "cooperation": cooperation,
        "edition": edition,
        "round": survey_round,
        "asked": asked if chosen is None and request.GET.get("omgang") else None,
        "is_newest": chapters[0].edition == edition,
        "is_gone": chapters[0].edition is None,
        "chapters": chapters,
        "parties": edition.ordered_parties,
        "money": story.money(edition, day_of(survey_round)),
        "places": places,
        "has_tools": any(tools for _step, tools in places),
        "sources": story.sources(edition),
        "predecessor": story.predecessor(edition),
        "successors": story.successors(cooperation),
        "objections": objections.select_related("organisation"),
    }
    return TemplateResponse(request, "mapping/cooperation.html", context)
