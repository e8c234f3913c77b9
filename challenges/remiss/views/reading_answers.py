"""All answers to a referral: by body or by section, and the search in them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from challenges.remiss import shown
from challenges.remiss.access import referral_or_404
from challenges.remiss.models import (
    Position,
    Referral,
    ReferralResponse,
    ReferralSection,
    ResponseVersion,
    ShownAnswer,
)
from challenges.remiss.shown_answers import counting_versions, words
from challenges.remiss.views.reading import about, page_of, refresh

PAGE_SIZE = 20
# Enough to tell what it is about; all of it stands on the answer's own page.
WORDS_SHOWN = 120


class AnswerFilter(forms.Form):
    q = forms.CharField(label=_("Sök i svaren"), required=False, max_length=200)
    avsnitt = forms.ModelChoiceField(
        ReferralSection.objects.none(),
        label=_("Visa"),
        required=False,
        empty_label=_("Hela svaren, efter namn"),
        error_messages={"invalid_choice": _("Välj ett av avsnitten i listan.")},
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
    is_cut: bool
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
    section, text = form.cleaned_data["avsnitt"], form.cleaned_data["q"].strip()
    found = ShownAnswer.objects.public().filter(response__referral=referral)
    if section:
        found = found.filter(response__in=_said_something(referral, section))
    if text:
        # Every answer that holds the words, campaigns too: what is hidden cannot be found.
        found = found.matching(words(text)) if words(text) else found.none()
    else:
        found = found.for_themselves(section.pk if section else None)
    context |= page_of(request, found.in_swedish_order().values_list("pk", flat=True), PAGE_SIZE)
    context["answers"] = _shown(list(context["page"].object_list), section)
    context |= {"section": section, "q": text}
    return TemplateResponse(request, "remiss/responses.html", context)


def _said_something(referral: Referral, section: ReferralSection) -> Any:
    counting = ResponseVersion.objects.counting().filter(response__referral=referral)
    said = section.answers.filter(version__in=counting)
    return said.exclude(text="", position=None).values("version__response")


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
    position, text = version.position, ""
    if section:
        answer = next(a for a in version.sections.all() if a.section_id == section.pk)
        position, text = answer.position, shown.shown_text(version, answer)
    else:
        text = shown.shown_summary(version)
    cut = Truncator(text).words(WORDS_SHOWN, truncate=" …")
    return Shown(
        response=response,
        position=str(Position(position).label) if position else "",
        text=cut,
        is_cut=len(text.split()) > WORDS_SHOWN,
        late=version.late,
        alike=alike,
    )
