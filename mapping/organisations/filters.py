"""What a visitor may ask of the list of organisations, read from the address."""

import unicodedata
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from malmoandan.organisations.models import CityPart, Organisation, OrganisationQuerySet, Sector
from malmoandan.organisations.numbers import clean_organisation_number
from mapping.organisations.public import public_organisations
from signatures.register import KIND_WORDS

FEW = 1000
SECTOR_WORDS = {"ideburen": Sector.CIVIL, "malmo-stad": Sector.CITY}
_UNKNOWN = {"invalid_choice": _("Välj ett av alternativen i listan.")}


class OrganisationFilter(forms.Form):
    """An unknown value is an error, told in words."""

    q = forms.CharField(label=_("Sökord"), required=False, max_length=200)
    sektor = forms.ChoiceField(
        label=_("Sektor"),
        required=False,
        choices=[("", _("Alla")), *((word, s.label) for word, s in SECTOR_WORDS.items())],
        error_messages=_UNKNOWN,
    )
    slag = forms.ChoiceField(
        label=_("Organisationsform"),
        required=False,
        choices=[("", _("Alla")), *((word, kind.label) for word, kind in KIND_WORDS.items())],
        error_messages=_UNKNOWN,
    )
    omrade = forms.ChoiceField(
        label=_("Del av Malmö"),
        required=False,
        choices=[("", _("Alla")), *CityPart.choices],
        error_messages=_UNKNOWN,
    )

    def __init__(self, data: Any) -> None:
        asked = {name: data[name].replace("\0", " ") for name in data}
        super().__init__(asked, auto_id="organisation-%s")

    def clean_q(self) -> str:
        return " ".join(unicodedata.normalize("NFKC", self.cleaned_data["q"]).split())

    def found(self) -> OrganisationQuerySet:
        """What is asked for, in no order yet. The form must be valid."""
        asked, found = self.cleaned_data, public_organisations()
        if asked["sektor"]:
            found = found.filter(sector=SECTOR_WORDS[asked["sektor"]])
        if asked["slag"]:
            found = found.filter(kind=KIND_WORDS[asked["slag"]])
        if asked["omrade"]:
            found = found.filter(city_part=asked["omrade"])
        return self._named(found, asked["q"])

    def _named(self, found: OrganisationQuerySet, text: str) -> OrganisationQuerySet:
        """By number when the text is one, else by every word of it in the names."""
        try:
            return found.filter(organisation_number=clean_organisation_number(text))
        except ValidationError:
            return _search(found, text)

    @property
    def chosen(self) -> dict[str, str]:
        return {name: value for name, value in self.cleaned_data.items() if value}

    def query(self, **extra: str) -> str:
        """The part of an address from "?" on that asks the same; may be empty."""
        together = self.chosen | extra
        return f"?{urlencode(together)}" if together else ""

    @property
    def in_words(self) -> dict[str, str]:
        """For the files: what they were filtered by."""
        fields: Any = self.fields
        return {
            str(fields[name].label): str(dict(getattr(fields[name], "choices", ())).get(v, v))
            for name, v in self.chosen.items()
        }


def _search(found: OrganisationQuerySet, text: str) -> OrganisationQuerySet:
    """Those whose names hold all the words.

    No index finds a part of a word. What few names hold is looked for once, by reading all, and
    then known by its keys; what many hold is soon found in the order of the list.
    """
    named = Organisation.objects.search(text).order_by().values_list("pk", flat=True)
    keys = list(named[: FEW + 1]) if text else None
    return found.search(text) if keys is None or len(keys) > FEW else found.filter(pk__in=keys)
