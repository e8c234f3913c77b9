"""What a visitor may ask of the register, read from the address."""

import unicodedata
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rapidfuzz import fuzz, process

from malmoandan.organisations.models import CityPart, Kind, Organisation
from malmoandan.organisations.numbers import clean_organisation_number
from malmoandan.organisations.swedish import unmarked
from signatures.models import Agreement, AgreementVersion, Signature, SignatureQuerySet

MOST_SUGGESTIONS = 3
# Below this likeness (of 100) a name is another name, not a misspelt one.
LEAST_LIKENESS = 72

# What the addresses say: Swedish words that stay, whatever the code calls the kinds.
KIND_WORDS = {
    "ideell-forening": Kind.ASSOCIATION,
    "ekonomisk-forening": Kind.COOPERATIVE,
    "stiftelse": Kind.FOUNDATION,
    "trossamfund": Kind.FAITH,
    "natverk": Kind.NETWORK,
    "annan": Kind.OTHER,
    "kommun": Kind.MUNICIPALITY,
    "forvaltning": Kind.DEPARTMENT,
}


def declaration_versions() -> list[AgreementVersion]:
    """All published texts of the declaration, the oldest first."""
    return list(
        AgreementVersion.objects.published()
        .filter(agreement__kind=Agreement.Kind.INTENT)
        .defer("text")
        .order_by("number")
    )


class RegisterFilter(forms.Form):
    """What the visitor asks for, read from the address. An unknown value is an error."""

    q = forms.CharField(label=gettext_lazy("Sökord"), required=False, max_length=200)
    slag = forms.ChoiceField(label=gettext_lazy("Organisationsform"), required=False)
    omrade = forms.ChoiceField(label=gettext_lazy("Del av Malmö"), required=False)
    version = forms.ChoiceField(label=gettext_lazy("Version av texten"), required=False)

    def __init__(self, data: Any, versions: list[AgreementVersion]) -> None:
        super().__init__({name: _visible(data[name]) for name in data}, auto_id="register-%s")
        self.versions = versions
        anything = ("", _("Alla"))
        choices: dict[str, list[Any]] = {
            "slag": [(word, kind.label) for word, kind in KIND_WORDS.items()],
            "omrade": CityPart.choices,
            "version": [(str(v.number), f"{v.number} ({v.adopted_on})") for v in versions],
        }
        for name, known in choices.items():
            field = self.fields[name]
            field.choices = [anything, *known]  # type: ignore[attr-defined]
            field.error_messages["invalid_choice"] = _("Välj ett av alternativen i listan.")
        for name in self.fields:
            if name in self.errors:
                self.fields[name].widget.attrs |= {
                    "aria-invalid": "true",
                    "aria-describedby": f"register-{name}-error",
                }

    def clean_q(self) -> str:
        """The words as they compare: one form of each letter, one space between words."""
        return " ".join(unicodedata.normalize("NFKC", self.cleaned_data["q"]).split())

    @property
    def chosen(self) -> dict[str, str]:
        """What is asked for, as it stands in an address; nothing that is empty or unknown."""
        return {name: value for name, value in self.cleaned_data.items() if value}

    def query(self, *, without: str = "", **extra: object) -> str:
        """The part of an address from "?" on that asks the same, changed as told; may be empty."""
        asked = {name: value for name, value in self.chosen.items() if name != without}
        together = asked | {name: str(value) for name, value in extra.items() if value}
        return f"?{urlencode(together)}" if together else ""

    @property
    def active(self) -> list["Choice"]:
        """Each thing asked for in words, with the address that takes it away."""
        return [
            Choice(str(self.fields[name].label), self._in_words(name), self.query(without=name))
            for name in self.chosen
        ]

    @property
    def in_words(self) -> dict[str, str]:
        return {choice.label: choice.value for choice in self.active}

    def _in_words(self, name: str) -> str:
        value = self.cleaned_data[name]
        return str(dict(getattr(self.fields[name], "choices", ())).get(value, value))

    def signatures(self) -> SignatureQuerySet:
        """The published signatures asked for. The form must be valid."""
        asked = self.cleaned_data
        versions = [v.pk for v in self.versions if asked["version"] in ("", str(v.number))]
        found = Signature.objects.published().filter(version__in=versions)
        if asked["slag"]:
            found = found.filter(organisation__kind=KIND_WORDS[asked["slag"]])
        if asked["omrade"]:
            found = found.filter(organisation__city_part=asked["omrade"])
        if asked["q"]:
            found = found.filter(organisation__in=_search(asked["q"]))
        return found

    def suggestions(self) -> list[str]:
        """Names of signatories that look like what was typed, the likest first."""
        sought = unmarked(self.cleaned_data["q"])
        if len(sought) < 3:
            return []
        names = dict(
            Signature.objects.published()
            .filter(version__in=self.versions)
            .values_list("organisation__name", "organisation__search_text")
        )
        alike = process.extract(
            sought,
            names,
            scorer=fuzz.WRatio,
            limit=MOST_SUGGESTIONS,
            score_cutoff=LEAST_LIKENESS,
        )
        return [name for _folded, _likeness, name in alike]


@dataclass(frozen=True)
class Choice:
    label: str
    value: str
    query_without: str


def _visible(text: str) -> str:
    """The text without control and format characters, which only ever come along by mistake."""
    return "".join(c for c in text if unicodedata.category(c) not in {"Cc", "Cf"} or c.isspace())


def _search(text: str) -> Any:
    """Organisations by number when the text is one, else by the words of their names."""
    try:
        number = clean_organisation_number(text)
    except ValidationError:
        return Organisation.objects.search(text)
    return Organisation.objects.filter(organisation_number=number)
