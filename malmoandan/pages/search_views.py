"""The search across the site, and the map of the site that other search engines read."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.postgres.search import SearchRank
from django.core.paginator import Page
from django.db.models import Case, F, TextField, Value, When
from django.db.models.functions import Coalesce, Concat, Length, NullIf
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from malmoandan.pages import fixed_pages, search
from malmoandan.pages.lists import page_of
from malmoandan.pages.models import (
    MARK,
    UNMARK,
    Extract,
    SearchEntry,
    SearchEntryQuerySet,
    WordQuery,
)

PAGE_SIZE = 20
MOST_OF_A_KIND = 500


class SearchForm(forms.Form):
    """The words, and the kind of thing to look among. An unknown kind is an error."""

    q = forms.CharField(label=_("Sökord"), required=False, max_length=200)
    slag = forms.ChoiceField(label=_("Slag"), required=False)

    def __init__(self, data: Mapping[str, str]) -> None:
        # NUL and its like come along by mistake, and would be an error in a field.
        super().__init__({name: data[name].replace("\0", " ") for name in data})
        kinds = [(kind, source.label) for kind, source in search.sources().items()]
        slag: Any = self.fields["slag"]
        slag.choices = [("", _("Allt")), *kinds]
        slag.error_messages["invalid_choice"] = _("Det slaget finns inte.")


@dataclass(frozen=True)
class KindCount:
    kind: str
    label: Any
    count: int
    more: bool  # there are more than are counted


@dataclass(frozen=True)
class Candidate:
    """What may stand on a page of results."""

    kind: str
    pk: int
    rank: float
    day: date
    title: str

    @property
    def order(self) -> tuple[float, int, str, int]:
        return -self.rank, -self.day.toordinal(), self.title, self.pk


@dataclass(frozen=True)
class Hit:
    title: SafeString
    extract: SafeString
    kind: Any
    entry: SearchEntry
    is_swedish: bool  # on a page that is not


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    form = SearchForm(request.GET)
    if not form.is_valid():
        return TemplateResponse(request, "pages/search/show.html", {"form": form}, status=400)
    text, kind = form.cleaned_data["q"].strip(), form.cleaned_data["slag"]
    context: dict[str, Any] = {"form": form, "q": text, "slag": kind}
    context["labels"] = [source.label for source in search.sources().values()]
    words = search.words(text)
    if words:
        context["has_words"] = True
        context |= _found(request, words, kind)
        if not kind and "sida" not in request.GET:
            context["fixed_pages"] = fixed_pages.meant_by(words)
        if not context["total"] and not context.get("fixed_pages"):
            context["suggestions"] = search.suggestions(text)
    return TemplateResponse(request, "pages/search/show.html", context)


def _found(request: HttpRequest, words: list[str], kind: str) -> dict[str, Any]:
    """How many there are of each kind, and the page asked for, as a template context."""
    search.catch_up()
    query = WordQuery(words)
    candidates = _candidates(query)
    numbers = Counter(candidate.kind for candidate in candidates)
    kinds = [
        KindCount(name, source.label, *_counted(numbers[name]))
        for name, source in search.sources().items()
        if name in numbers
    ]
    asked = [each.pk for each in candidates if kind in {"", each.kind}]
    paged = page_of(request, asked, PAGE_SIZE)
    page = SearchEntry.objects.filter(pk__in=paged["page"].object_list)
    order = {pk: place for place, pk in enumerate(paged["page"].object_list)}
    hits = sorted(_with_extracts(page, words), key=lambda entry: order[entry.pk])
    paged["page"].object_list = _hits(hits)
    total = sum(each.count for each in kinds)
    return {"kinds": kinds, "total": total, "more": any(k.more for k in kinds), **paged}


def _counted(number: int) -> tuple[int, bool]:
    """The number that is told, and whether there are more."""
    return min(number, MOST_OF_A_KIND), number > MOST_OF_A_KIND


def _candidates(query: WordQuery) -> list["Candidate"]:
    """The likeliest first, and of those the newest.

    Of each kind the newest MOST_OF_A_KIND, and one more that tells of more: to rank 40,000
    entries of a common word takes half a second, and nobody reads them.
    """
    matching = SearchEntry.objects.public().matching(query)
    of_kinds = [
        matching.filter(kind=kind)
        .order_by(F("day").desc(nulls_last=True), "pk")
        .annotate(rank=SearchRank(F("document"), query))
        .values_list("kind", "pk", "rank", "day", "title")[: MOST_OF_A_KIND + 1]
        for kind in search.sources()
    ]
    candidates = [
        Candidate(kind, pk, rank, day or date.min, title)
        for kind, pk, rank, day, title in of_kinds[0].union(*of_kinds[1:], all=True)
    ]
    return sorted(candidates, key=lambda each: each.order)


def _with_extracts(found: SearchEntryQuerySet, words: list[str]) -> SearchEntryQuerySet:
    """In the visitor's language where there is a text in it; what a file says comes last.

    For the rows of one page alone: an extract costs more than the search, and PostgreSQL makes
    it for the rows before the page as well.
    """
    title, text, config = F("title"), _with_file(F("text")), "swedish"
    if get_language() == "en":
        title = Coalesce(NullIf(F("english_title"), Value("")), title)  # type: ignore[assignment]
        text = Coalesce(NullIf(F("english_text"), Value("")), text)
        config = "english"
    return found.annotate(
        text_length=Length(text),
        shown_title=Extract(config, title, words, "HighlightAll=true"),
        extract=Extract(config, text, words, "MaxFragments=2, MaxWords=30, MinWords=18"),
    ).defer("text", "english_text", "file_text", "parts", "document")


def _with_file(text: F) -> Any:
    both = Concat(text, Value(" · "), F("file_text"), output_field=TextField())
    return Case(When(file_text="", then=text), default=both)


def _hits(page: Page | Iterable[Any]) -> list[Hit]:
    labels = {kind: source.label for kind, source in search.sources().items()}
    return [
        Hit(
            title=highlighted(entry.shown_title),
            extract=highlighted(_with_dots(entry.extract, entry.text_length)),
            kind=labels.get(entry.kind, ""),
            entry=entry,
            is_swedish=get_language() != settings.LANGUAGE_CODE and not entry.english_title,
        )
        for entry in page
    ]


def _with_dots(extract: str, text_length: int) -> str:
    """Dots where the text goes on before and after the extract, as far as one can tell."""
    bare = extract.replace(MARK, "").replace(UNMARK, "")
    if len(bare) >= text_length:
        return extract
    return f"{'… ' if bare[:1].islower() else ''}{extract} …"


def highlighted(headline: str) -> SafeString:
    """The text as HTML, with the found words marked and everything else escaped."""
    html = escape(headline).replace(MARK, "<mark>").replace(UNMARK, "</mark>")
    return mark_safe(html)  # noqa: S308 - escaped the line before
