"""The public register: who has signed the declaration, by what rows, filters and figures.

Rows are plain values picked by name, so nothing about a person can slip into a page or a file
(rule 5). Nothing is ordered by anything but the name (rules 1 and 11).
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q
from django.db.models.functions import ExtractQuarter, ExtractYear
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rapidfuzz import fuzz, process

from malmoandan.organisations.models import CityPart, Kind, Organisation
from malmoandan.organisations.numbers import clean_organisation_number, format_organisation_number
from malmoandan.organisations.swedish import unmarked
from malmoandan.publishing.exports import Column, Row
from malmoandan.publishing.pictures import Picture, spaced, step_chart
from signatures.models import (
    Agreement,
    AgreementVersion,
    Signatory,
    Signature,
    SignatureQuerySet,
    Way,
)

PAGE_SIZE = 50
MOST_SUGGESTIONS = 3
# Below this likeness (of 100) a name is another name, not a misspelt one.
LEAST_LIKENESS = 72
# Up to so many years, a picture by quarter has room for its steps.
MOST_YEARS_BY_QUARTER = 3

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

COLUMNS = [
    Column(
        "namn",
        gettext_lazy("Namn"),
        gettext_lazy("Organisationens namn."),
        lambda row: row["name"],
        width=48,
    ),
    Column(
        "kortnamn",
        gettext_lazy("Kortnamn"),
        gettext_lazy("Förkortning eller kort namn, om organisationen har ett."),
        lambda row: row["short_name"] or None,
    ),
    Column(
        "organisationsnummer",
        gettext_lazy("Organisationsnummer"),
        gettext_lazy("Tio siffror med bindestreck. Tomt för nätverk och när det inte är känt."),
        lambda row: format_organisation_number(row["number"]) or None,
    ),
    Column(
        "organisationsform",
        gettext_lazy("Organisationsform"),
        gettext_lazy("Slag av organisation, till exempel ideell förening eller stiftelse."),
        lambda row: str(Kind(row["kind"]).label),
        width=32,
    ),
    Column(
        "del_av_malmo",
        gettext_lazy("Del av Malmö"),
        gettext_lazy("Den del av Malmö där organisationen verkar, eller hela Malmö."),
        lambda row: str(CityPart(row["city_part"]).label),
    ),
    Column(
        "webbplats",
        gettext_lazy("Webbplats"),
        gettext_lazy("Adressen till organisationens egen webbplats."),
        lambda row: web_address(row) or None,
        datatype="anyURI",
        width=40,
    ),
    Column(
        "undertecknad",
        gettext_lazy("Undertecknad"),
        gettext_lazy("Den dag då den sista firmatecknaren skrev under (år-månad-dag)."),
        lambda row: row["signed_on"],
        datatype="date",
        width=14,
    ),
    Column(
        "version",
        gettext_lazy("Version"),
        gettext_lazy("Numret på den version av texten som organisationen har undertecknat."),
        lambda row: row["number_of_version"],
        datatype="integer",
        width=10,
    ),
    Column(
        "med_fran_forsta_dagen",
        gettext_lazy("Med från första dagen"),
        gettext_lazy("Om organisationen var med när avsiktsförklaringen först undertecknades."),
        lambda row: row["founding"],
        datatype="boolean",
        width=22,
    ),
]


def declaration_versions() -> list[AgreementVersion]:
    """All published texts of the declaration, the oldest first."""
    return list(
        AgreementVersion.objects.published()
        .filter(agreement__kind=Agreement.Kind.INTENT)
        .defer("text")
        .order_by("number")
    )


def web_address(row: Row) -> str:
    """The website, or nothing when it is no web address that a link may lead to."""
    return row["website"] if row["website"].startswith(("https://", "http://")) else ""


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


def rows(signatures: SignatureQuerySet) -> Any:
    """Rows with exactly what is public, in Swedish order; pages and files are made from them."""
    founding = Signatory.objects.filter(signature=OuterRef("pk"), way=Way.FOUNDING)
    return signatures.in_swedish_order().values(
        "signed_on",
        name=F("organisation__name"),
        short_name=F("organisation__short_name"),
        number=F("organisation__organisation_number"),
        kind=F("organisation__kind"),
        city_part=F("organisation__city_part"),
        website=F("organisation__website"),
        number_of_version=F("version__number"),
        founding=Exists(founding),
    )


def page(signatures: SignatureQuerySet, number: str | None) -> Page:
    """One page of rows with what people read; a number that is none gives the nearest page."""
    found = Paginator(rows(signatures), PAGE_SIZE).get_page(number)
    found.object_list = [_for_people(row) for row in found.object_list]
    return found


def latest(signatures: SignatureQuerySet, most: int) -> Any:
    """The rows published last, for the feed."""
    return (
        rows(signatures)
        .annotate(key=F("pk"), published=F("published_at"))
        .order_by("-published_at", "-pk")[:most]
    )


@dataclass(frozen=True)
class RegisterFigures:
    """Those who have signed one text, in figures."""

    organisations: int
    umbrellas: int
    kinds: list[tuple[str, int]]
    first_day: date | None
    last_day: date | None


def figures(version: AgreementVersion) -> RegisterFigures:
    """Figures of one text's published signatures, in one query; kinds in their own order."""
    found = list(
        Signature.objects.published()
        .filter(version=version)
        .values_list("organisation__kind")
        .annotate(
            number=Count("pk"),
            umbrellas=Count("pk", filter=Q(organisation__is_umbrella=True)),
            first=Min("signed_on"),
            last=Max("signed_on"),
        )
        .order_by()
    )
    per_kind = {kind: number for kind, number, *_rest in found}
    return RegisterFigures(
        organisations=sum(per_kind.values()),
        umbrellas=sum(row[2] for row in found),
        kinds=[(str(k.label), per_kind[k.value]) for k in Kind if k.value in per_kind],
        first_day=min((row[3] for row in found), default=None),
        last_day=max((row[4] for row in found), default=None),
    )


def picture(versions: list[AgreementVersion]) -> Picture | None:
    """Signatures over time, by quarter at first and by year later; nothing before the first."""
    found = (
        Signature.objects.published()
        .filter(version__in=versions)
        .values_list(ExtractYear("signed_on"), ExtractQuarter("signed_on"))
        .annotate(Count("pk"))
        .order_by()
    )
    new = {(year, quarter): number for year, quarter, number in found}
    if not new:
        return None
    points = _points(new, timezone.localdate())
    described = {
        "total": spaced(points[-1][2]),
        "first": spaced(points[0][2]),
        "begin": points[0][0],
    }
    if points[0][2] == points[-1][2]:
        description = _("%(total)s undertecknare i dag, lika många som i början (%(begin)s).")
    else:
        description = _("%(total)s undertecknare i dag, mot %(first)s i början (%(begin)s).")
    return step_chart(
        title=_("Undertecknare över tid"),
        description=description % described,
        headers=[_("Period"), _("Nya"), _("Sammanlagt")],
        points=points,
    )


def _points(new: dict[tuple[int, int], int], today: date) -> list[tuple[str, int, int]]:
    """Periods without gaps from the first signature to today: name, new, total."""
    first_year = min(new)[0]
    last = max((today.year, (today.month + 2) // 3), max(new))
    by_quarter = last[0] - first_year < MOST_YEARS_BY_QUARTER
    points: list[tuple[str, int, int]] = []
    total = 0
    for year in range(first_year, last[0] + 1):
        quarters = [q for q in (1, 2, 3, 4) if min(new) <= (year, q) <= last]
        for group in [[q] for q in quarters] if by_quarter else [quarters]:
            came = sum(new.get((year, q), 0) for q in group)
            total += came
            name = _("%(year)s kv %(quarter)s") % {"year": year, "quarter": group[0]}
            points.append((name if by_quarter else str(year), came, total))
    return points


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


def _for_people(row: Row) -> dict[str, Any]:
    address = web_address(row)
    return {
        **row,
        "kind": Kind(row["kind"]).label,
        "city_part": CityPart(row["city_part"]).label,
        "website": address,
        "shown_website": address.partition("://")[2].partition("/")[0].removeprefix("www."),
    }


def entries_in_words(row: Row) -> str:
    """One row of the register as a sentence, for the feed."""
    words: Iterable[str] = (
        str(Kind(row["kind"]).label),
        str(CityPart(row["city_part"]).label),
        _("undertecknade %(day)s") % {"day": row["signed_on"].isoformat()},
    )
    return ", ".join(words)
