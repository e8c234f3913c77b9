"""All answers to a referral: by body or by section, and the search in them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from challenges.remiss import shown
from challenges.remiss.access import referral_or_404
from challenges.remiss.compilation.figures import NO_POSITION, positions
from challenges.remiss.models import (
    Position,
    Referral,
    ReferralResponse,
    ReferralSection,
    ResponseVersion,
    ShownAnswer,
)
from challenges.remiss.models.reading import ShownAnswerQuerySet
from challenges.remiss.shown_answers import counting_versions, words
from challenges.remiss.views.reading import about, page_of, refresh

PAGE_SIZE = 20
# Enough to tell what it is about; all of it stands on the answer's own page.
WORDS_SHOWN = 120


def _positions() -> list[tuple[str, str]]:
    said = [(word.key, str(capfirst(word.label))) for word in positions()]
    return [("", gettext("Alla")), *said]


class AnswerFilter(forms.Form):
    q = forms.CharField(label=_("Sök i svaren"), required=False, max_length=200)
    avsnitt = forms.ModelChoiceField(
        ReferralSection.objects.none(),
        label=_("Visa"),
        required=False,
        empty_label=_("Hela svaren, efter namn"),
        error_messages={"invalid_choice": _("Välj ett av avsnitten i listan.")},
    )
    stallning = forms.ChoiceField(
        label=_("Ställningstagande"),
        required=False,
        choices=_positions,
        error_messages={"invalid_choice": _("Välj ett av ställningstagandena i listan.")},
    )

    def __init__(self, data: Mapping[str, str], referral: Referral) -> None:
        super().__init__({name: data[name].replace("\0", " ") for name in data})
        section: Any = self.fields["avsnitt"]
        section.queryset = referral.sections.all()


@dataclass(frozen=True)
class Shown:
    """One answer in the list, or what it says of the section."""

    response: ReferralResponse
    position: str
    text: str
    # Whether the answer's own page says more.
    has_more: bool
    late: bool
    alike: int


@require_safe
def responses(request: HttpRequest, slug: str) -> HttpResponse:
    referral = referral_or_404(slug)
    if not referral.shows_answers():
        raise Http404
    form = AnswerFilter(request.GET, referral)
    context = about(referral) | {"form": form}
    if not form.is_valid():
        return TemplateResponse(request, "remiss/responses.html", context, status=400)
    refresh(referral)
    section = form.cleaned_data["avsnitt"]
    found = _found(referral, section, form.cleaned_data)
    context |= page_of(request, found.in_swedish_order().values_list("pk", flat=True), PAGE_SIZE)
    context["answers"] = _shown(list(context["page"].object_list), section)
    context |= {
        "section": section,
        "q": form.cleaned_data["q"].strip(),
        "position": dict(_positions())[form.cleaned_data["stallning"]],
        "filtered": any(form.cleaned_data.values()),
    }
    return TemplateResponse(request, "remiss/responses.html", context)


def _found(
    referral: Referral, section: ReferralSection | None, asked: dict[str, Any]
) -> ShownAnswerQuerySet:
    found = ShownAnswer.objects.public().filter(response__referral=referral)
    position, text = asked["stallning"], asked["q"].strip()
    if section or position:
        found = found.filter(response__in=_who_said(referral, section, position))
    if text:
        found = found.matching(words(text)) if words(text) else found.none()
    if text or position:
        # Campaigns one by one: what is hidden cannot be found, and the figures count each.
        return found
    return found.for_themselves(section.pk if section else None)


def _who_said(referral: Referral, section: ReferralSection | None, position: str) -> Any:
    """The answers that say something of the section, or take that position on it or the whole."""
    counting = ResponseVersion.objects.counting().filter(response__referral=referral)
    stated = None if position == NO_POSITION else position
    if section is None:
        return counting.filter(position=stated).values("response")
    said = section.answers.filter(version__in=counting).exclude(text="", position=None)
    if position:
        said = said.filter(position=stated)
    return said.values("version__response")


def _shown(keys: list[int], section: ReferralSection | None) -> list[Shown]:
    rows = ReferralResponse.objects.filter(pk__in=keys).select_related("organisation", "referral")
    by_key = {row.pk: row for row in rows.prefetch_related(counting_versions())}
    alike = dict(
        ShownAnswer.objects.public()
        .filter(first__in=keys)
        .values_list("first")
        .annotate(Count("pk"))
        .order_by()
    )
    return [_one(by_key[key], section, alike.get(key, 0)) for key in keys]


def _one(response: ReferralResponse, section: ReferralSection | None, alike: int) -> Shown:
    version = response.counting_version
    answers = list(version.sections.all())
    if section:
        answer = next(a for a in answers if a.section_id == section.pk)
        position, text = answer.position, shown.shown_text(version, answer)
    else:
        # Who writes no summary is introduced by what stands first in the answer.
        texts = [shown.shown_summary(version), *(shown.shown_text(version, a) for a in answers)]
        position, text = version.position, next(filter(None, texts), "")
    cut = Truncator(text).words(WORDS_SHOWN, truncate=" …")
    return Shown(
        response=response,
        position=str(Position(position).label) if position else "",
        text=cut,
        has_more=len(text.split()) > WORDS_SHOWN or (not section and bool(answers)),
        late=version.late,
        alike=alike,
    )
