"""All answers to a referral: by body or by section, and the search in them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Count, Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import capfirst
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
    SectionAnswer,
    ShownAnswer,
)
from challenges.remiss.models.reading import ShownAnswerQuerySet
from challenges.remiss.shown_answers import words
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
    """One answer in the list, or what it says of the section: values alone, so it is made once."""

    referral: str
    reference: str
    name: str
    kind: str
    is_umbrella: bool
    position: str
    text: str
    # Whether the answer's own page says more.
    has_more: bool
    late: bool
    alike: int

    @property
    def address(self) -> str:
        return reverse("remiss:response", args=[self.referral, self.reference])


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
    context |= page_of(request, _read(found.in_swedish_order(), section), PAGE_SIZE)
    context |= {
        "answers": _shown(list(context["page"].object_list), referral, section),
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


def _read(found: ShownAnswerQuerySet, section: ReferralSection | None) -> ShownAnswerQuerySet:
    """With the counting version of each, and what it says of the section or of all of them."""
    said = SectionAnswer.objects.order_by("section__order", "pk")
    if section:
        said = said.filter(section=section)
    counting = ResponseVersion.objects.counting()
    versions = counting.prefetch_related(Prefetch("sections", said), "maskings")
    return (
        found.defer("text", "document")
        .select_related("response__organisation")
        .prefetch_related(Prefetch("response__versions", versions, to_attr="_counting_versions"))
    )


def _shown(
    rows: list[ShownAnswer], referral: Referral, section: ReferralSection | None
) -> list[Shown]:
    alike = _alike([row.pk for row in rows if row.first_id == row.pk])
    return [_one(row.response, referral, section, alike.get(row.pk, 0)) for row in rows]


def _alike(firsts: list[int]) -> dict[int, int]:
    """How many answers each of them stands for, itself among them."""
    if not firsts:
        return {}
    found = ShownAnswer.objects.public().filter(first__in=firsts).order_by()
    return dict(found.values_list("first").annotate(Count("pk")))


def _one(
    response: ReferralResponse, referral: Referral, section: ReferralSection | None, alike: int
) -> Shown:
    version = response.counting_version
    answers = list(version.sections.all())
    if section:
        # None: a correction without it came since the rows were chosen.
        own = next(iter(answers), None)
        position, text = (own.position, shown.shown_text(version, own)) if own else (None, "")
    else:
        # Who writes no summary is introduced by what stands first in the answer.
        texts = [shown.shown_summary(version), *(shown.shown_text(version, a) for a in answers)]
        position, text = version.position, next(filter(None, texts), "")
    words_of_text = text.split(maxsplit=WORDS_SHOWN)
    is_cut = len(words_of_text) > WORDS_SHOWN
    return Shown(
        referral=referral.slug,
        reference=response.reference,
        name=response.shown_name,
        kind=response.get_kind_display(),
        is_umbrella=bool(response.organisation and response.organisation.is_umbrella),
        position=str(capfirst(Position(position).label)) if position else "",
        text=" ".join(words_of_text[:WORDS_SHOWN]) + (" …" if is_cut else ""),
        has_more=is_cut or (not section and bool(answers)),
        late=version.late,
        alike=alike,
    )
