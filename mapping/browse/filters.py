"""What a visitor may ask of the mapping, read from the address."""

import unicodedata
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from malmoandan.organisations.models import Organisation
from malmoandan.publishing.pictures import spaced
from mapping.browse.words import DIMENSION_OF, WORDS, labels
from mapping.index import Index, Selection
from mapping.index.words import words_in
from mapping.models import SurveyRound

ORDER_WORDS = {"namn": "title", "nyast": "newest", "aldst": "oldest", "belopp": "amount"}
# Beyond so many cooperations, all organisations in them are too many to count at each visit.
MOST_TO_COUNT = 5000
MOST_ORGANISATIONS = 20
FIELDS = [
    *["q", "form", "omrade", "forvaltning", "organisation", "ar", "pagar"],
    *["sektor", "slag", "niva", "steg", "del", "belopp", "omgang", "ordning"],
]
_LIST = gettext_lazy("Välj ett av alternativen i listan.")


def _choice(label: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, error_messages={"invalid_choice": _LIST})


class BrowseFilter(forms.Form):
    """What is asked for. `index` is of the round; an unknown value is an error."""

    q = forms.CharField(label=gettext_lazy("Sökord"), required=False, max_length=200)
    form = _choice(gettext_lazy("Form"))
    omrade = _choice(gettext_lazy("Samhällsutmaning"))
    forvaltning = _choice(gettext_lazy("Förvaltning"))
    organisation = forms.CharField(
        label=gettext_lazy("Organisation"), required=False, max_length=80, widget=forms.Select
    )
    ar = _choice(gettext_lazy("År"))
    pagar = _choice(gettext_lazy("Pågår nu"))
    sektor = _choice(gettext_lazy("Part från"))
    slag = _choice(gettext_lazy("Slag av organisation"))
    niva = _choice(gettext_lazy("Nivå av delaktighet"))
    steg = _choice(gettext_lazy("Steg i beslutet"))
    belopp = _choice(gettext_lazy("Belopp"))
    omgang = _choice(gettext_lazy("Omgång"))
    ordning = _choice(gettext_lazy("Ordning"))

    def __init__(self, data: Any, index: Index, rounds: list[SurveyRound]) -> None:
        super().__init__({name: _visible(data[name]) for name in data}, auto_id="mapping-%s")
        self.index, self.rounds = index, rounds
        # "del" is a word of Python's own, so this field has no line above.
        self.fields["del"] = _choice(_("Del av Malmö"))
        self.order_fields([*FIELDS])
        self.labels = {field: labels(index, name) for field, name in DIMENSION_OF.items()}
        self.chosen_organisation: Organisation | None = None
        for field in DIMENSION_OF:
            self._offer(field, [(word, text) for word, _value, text in self._known(field)])
        self._offer("omgang", [(r.slug, r.name) for r in rounds], first=None)
        names = [_("Rubrik, A–Ö"), _("Nyast först"), _("Äldst först"), _("Störst belopp först")]
        self._offer("ordning", list(zip(ORDER_WORDS, names, strict=True)), first=None)
        for name in self.errors:
            self.fields[name].widget.attrs |= {
                "aria-invalid": "true",
                "aria-describedby": f"mapping-{name}-error",
            }
        # A question that is not understood keeps the one that was chosen.
        chosen = self.chosen_organisation
        kept: list[tuple[str, str]] = [(chosen.slug, chosen.name)] if chosen else []
        self.fields["organisation"].widget.choices = [("", _("Alla")), *kept]

    def _known(self, field: str) -> list[tuple[str, str, str]]:
        """Word in the address, value in the index, and what people read."""
        read = self.labels[field]
        known = WORDS.get(field) or {value: value for value in read}
        return [(word, value, read[value]) for word, value in known.items()]

    def _offer(self, field: str, choices: list[tuple[str, str]], *, first: str | None = "") -> None:
        start = [] if first is None else [("", first or _("Alla"))]
        self.fields[field].choices = [*start, *choices]  # type: ignore[attr-defined]

    def clean_q(self) -> str:
        return " ".join(unicodedata.normalize("NFKC", self.cleaned_data["q"]).split())

    def clean_organisation(self) -> str:
        slug = self.cleaned_data["organisation"]
        if slug:
            found = Organisation.objects.select_related("merged_into").filter(slug=slug).first()
            if found is None:
                raise forms.ValidationError(_LIST)
            self.chosen_organisation = found.merged_into or found
        return slug

    # What was found ---------------------------------------------------------------------------

    @cached_property
    def selection(self) -> Selection:
        asked = self.cleaned_data
        values = {
            dimension: WORDS.get(field, {}).get(asked[field], asked[field])
            for field, dimension in DIMENSION_OF.items()
            if asked[field]
        }
        chosen = self.chosen_organisation
        return Selection(values, words_in(asked["q"]), (chosen.pk,) if chosen else ())

    @cached_property
    def found(self) -> int:
        """The cooperations that are asked for, as a set of the index. The form must be valid."""
        return self.index.select(self.selection)

    @property
    def order(self) -> str:
        return ORDER_WORDS.get(self.cleaned_data["ordning"], "title")

    def with_counts(self) -> None:
        """Let each choice say how many it would find beside all other choices."""
        for field, dimension in DIMENSION_OF.items():
            beside = self.found
            if self.cleaned_data[field]:
                beside = self.index.select(self.selection.without(dimension))
            numbers = self.index.count(beside, dimension)
            chosen = self.cleaned_data[field]
            self._offer(
                field,
                [
                    (word, f"{text} ({spaced(numbers.get(value, 0))})")
                    for word, value, text in self._known(field)
                    if numbers.get(value) or word == chosen
                ],
            )
        self._offer_organisations()

    def _offer_organisations(self) -> None:
        """Those with most cooperations here, in Swedish order; none when there are too many."""
        beside = self.index.select(self.selection.without("organisation"))
        numbers: dict[int, int] = {}
        if beside.bit_count() <= MOST_TO_COUNT:
            numbers = dict(self.index.organisations(beside, MOST_ORGANISATIONS))
        chosen = self.chosen_organisation
        if chosen and chosen.pk not in numbers:
            numbers[chosen.pk] = (self.index.of_organisation(chosen.pk) & beside).bit_count()
        found = Organisation.objects.filter(pk__in=numbers).in_swedish_order()
        self.fields["organisation"].widget.choices = [
            ("", _("Alla")),
            *((o.slug, f"{o.name} ({spaced(numbers[o.pk])})") for o in found),
        ]

    @property
    def selects(self) -> list[SafeString]:
        """The lists to choose from that are always shown, each with its label."""
        several = [] if len(self.rounds) < 2 else ["omgang"]
        return [self._select(name) for name in [*FIELDS[1:4], *several, "ordning"]]

    @property
    def more_selects(self) -> list[SafeString]:
        return [self._select(name) for name in FIELDS[4:13]]

    def _select(self, name: str) -> SafeString:
        """Django makes each option by a template of its own: half of the whole page's time."""
        chosen, widget = self.data.get(name, ""), self.fields[name].widget
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            (
                (value, mark_safe(" selected") if value == chosen else "", label)
                for value, label in widget.choices
            ),
        )
        return format_html(
            '<div><label for="mapping-{}">{}</label>'
            '<select name="{}" id="mapping-{}"{}>{}</select></div>',
            *(name, self.fields[name].label, name, name, flatatt(widget.attrs), options),
        )

    @property
    def more_is_wrong(self) -> bool:
        """Whether one of the filters that are folded away is in the way; what is chosen stands
        over the list, so that a phone need not scroll past them all."""
        return any(name in self.errors for name in FIELDS[4:13])

    # In words ---------------------------------------------------------------------------------

    @property
    def chosen(self) -> dict[str, str]:
        """What is asked for, as it stands in an address; nothing that is empty."""
        return {name: str(value) for name, value in self.cleaned_data.items() if value}

    def query(self, *, without: str = "", **extra: object) -> str:
        """The part of an address from "?" on that asks the same, changed as told; may be empty."""
        asked = {name: value for name, value in self.chosen.items() if name != without}
        together = asked | {name: str(value) for name, value in extra.items() if value}
        return f"?{urlencode(together)}" if together else ""

    @cached_property
    def active(self) -> list["Choice"]:
        """Each thing asked for in words, with the address that takes it away."""
        return [
            Choice(str(self.fields[name].label), self._in_words(name), self.query(without=name))
            for name in self.chosen
            if name not in {"omgang", "ordning"}
        ]

    @property
    def in_words(self) -> dict[str, str]:
        """The filter as a file's description says it; the round is always told."""
        told = {choice.label: choice.value for choice in self.active}
        return {str(self.fields["omgang"].label): self.survey_round.name, **told}

    @property
    def survey_round(self) -> SurveyRound:
        slug = self.data.get("omgang")
        return next((r for r in self.rounds if r.slug == slug), self.rounds[0])

    def _in_words(self, name: str) -> str:
        value = self.cleaned_data[name]
        if name == "organisation" and self.chosen_organisation:
            return self.chosen_organisation.name
        if name in DIMENSION_OF:
            return self.labels[name].get(WORDS.get(name, {}).get(value, value), value)
        return str(value)


@dataclass(frozen=True)
class Choice:
    label: str
    value: str
    query_without: str


def _visible(text: str) -> str:
    """The text without control and format characters, which only ever come along by mistake."""
    return "".join(c for c in text if unicodedata.category(c) not in {"Cc", "Cf"} or c.isspace())
