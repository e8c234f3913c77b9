"""What a visitor may ask of the register, read from the address."""

import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rapidfuzz import fuzz, process

from malmoandan.organisations.models import CityPart, Kind
from malmoandan.organisations.numbers import clean_organisation_number
from malmoandan.organisations.swedish import unmarked
from signatures.models import (
    Agreement,
    AgreementVersion,
    RegisterEntry,
    RegisterEntryQuerySet,
    Signature,
    SignatureQuerySet,
)

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
    per = forms.DateField(
        label=gettext_lazy("Som listan såg ut den"),
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={
            "invalid": gettext_lazy("Skriv dagen som år-månad-dag, till exempel 2016-12-31.")
        },
    )

    def __init__(self, data: Any, versions: list[AgreementVersion]) -> None:
        super().__init__({name: _visible(data[name]) for name in data}, auto_id="register-%s")
        self.versions = versions
        self.fields["per"].widget.attrs["max"] = timezone.localdate().isoformat()
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

    def clean_per(self) -> date | None:
        day = self.cleaned_data["per"]
        if day and day > timezone.localdate():
            raise ValidationError(_("Den dagen har inte varit ännu. Välj i dag eller tidigare."))
        return day

    @property
    def day(self) -> date | None:
        """The day whose list is asked for; None is the list as it is now."""
        return self.cleaned_data["per"]

    @property
    def chosen(self) -> dict[str, str]:
        """What is asked for, as it stands in an address; nothing that is empty or unknown."""
        return {name: str(value) for name, value in self.cleaned_data.items() if value}

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
        if isinstance(value, date):
            return formats.date_format(value)
        return str(dict(getattr(self.fields[name], "choices", ())).get(value, value))

    def found(self) -> SignatureQuerySet | RegisterEntryQuerySet:
        """What is asked for: published signatures, or their log entries as of the day.

        The paths to an organisation's facts are the same in both. The form must be valid.
        """
        asked = self.cleaned_data
        found = self._all([v for v in self.versions if asked["version"] in ("", str(v.number))])
        if asked["slag"]:
            found = found.filter(organisation__kind=KIND_WORDS[asked["slag"]])
        if asked["omrade"]:
            found = found.filter(organisation__city_part=asked["omrade"])
        if asked["q"]:
            found = found.filter(self._search(asked["q"]))
        return found

    def suggestions(self) -> list[str]:
        """Names of signatories that look like what was typed, the likest first."""
        sought = unmarked(self.cleaned_data["q"])
        if len(sought) < 3:
            return []
        names = self._all(self.versions).values_list("organisation__name", self._search_text)
        alike = process.extract(
            sought,
            dict(names),
            scorer=fuzz.WRatio,
            limit=MOST_SUGGESTIONS,
            score_cutoff=LEAST_LIKENESS,
        )
        return [name for _folded, _likeness, name in alike]

    def _all(self, versions: list[AgreementVersion]) -> SignatureQuerySet | RegisterEntryQuerySet:
        if self.day:
            return RegisterEntry.objects.as_of(self.day).filter(signature__version__in=versions)
        return Signature.objects.published().filter(version__in=versions)

    @property
    def _search_text(self) -> str:
        return "search_text" if self.day else "organisation__search_text"

    def _search(self, text: str) -> Q:
        """By number when the text is one, else by every word of it in the names."""
        try:
            return Q(organisation__organisation_number=clean_organisation_number(text))
        except ValidationError:
            words = unmarked(text).split()
            return Q(*[(f"{self._search_text}__contains", word) for word in words])


@dataclass(frozen=True)
class Choice:
    label: str
    value: str
    query_without: str


def _visible(text: str) -> str:
    """The text without control and format characters, which only ever come along by mistake."""
    return "".join(c for c in text if unicodedata.category(c) not in {"Cc", "Cf"} or c.isspace())
