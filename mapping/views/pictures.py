"""The mapping as pictures: the same question as the list's, answered in another way."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from malmoandan.publishing.pictures import CrossTable
from mapping.browse import BrowseFilter
from mapping.browse.words import DIMENSION_OF, WORDS
from mapping.drawing import Drawn, ListAddress, Names
from mapping.pictures import around, pictures_of
from mapping.views.browse import filter_of

FIELD_OF = {dimension: field for field, dimension in DIMENSION_OF.items()}


@require_safe
def show(request: HttpRequest, page: str = "") -> HttpResponse:
    """Pictures of what the list would hold with the same query; each leads back to the list."""
    form = filter_of(request)
    if form is None:
        return TemplateResponse(request, "mapping/nothing.html")
    context = {"form": form, "round": form.survey_round}
    if not form.is_valid():
        return TemplateResponse(request, "mapping/pictures.html", context, status=400)
    drawn = Drawn(form.index, form.found, Names.read(), _address(form))
    pictures = pictures_of(page, drawn) if drawn.total else []
    if form.chosen_organisation and not page:
        own = around(drawn, form.chosen_organisation)
        pictures = [own, *pictures] if own else pictures
    context |= {
        "total": drawn.total,
        "pages": [
            (_("Former, pengar, nivåer och delar av Malmö"), "", page == ""),
            (_("Förvaltningar och samhällsutmaningar"), "forvaltningar", page == "forvaltningar"),
            (_("Organisationer och förvaltningar"), "organisationer", page == "organisationer"),
        ],
        "pictures": [(picture, isinstance(picture, CrossTable)) for picture in pictures],
    }
    return TemplateResponse(request, "mapping/pictures.html", context)


def _address(form: BrowseFilter) -> ListAddress:
    """How a cell leads to its rows: the query of the page, and the cell's values beside it."""
    words = {
        field: {value: word for word, value in known.items()} for field, known in WORDS.items()
    }

    def address(values: Mapping[str, str]) -> str:
        asked = {FIELD_OF.get(dimension, dimension): value for dimension, value in values.items()}
        in_words = {field: words.get(field, {}).get(value, value) for field, value in asked.items()}
        # The list takes one value of each kind: another one than is chosen cannot be added.
        if any(form.chosen.get(field, word) != word for field, word in in_words.items()):
            return ""
        return reverse("mapping:index") + form.query(**in_words)

    return address
