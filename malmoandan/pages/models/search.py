"""The index of the site-wide search (docs/decisions/0015-site-search.md)."""

from collections.abc import Sequence
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchConfig, SearchQuery, SearchVectorField
from django.db import models
from django.db.models import Exists, Func, OuterRef, Q, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# Marks around found words in an extract: characters that no text may hold, made markup last.
MARK, UNMARK = "\ue000", "\ue001"


class WordQuery(SearchQuery):
    """Every word in any of its Swedish or English forms, as the beginning or a part of a word.

    Words are of letters and digits alone (pages/search.py, `words`); stop words among other words
    do not count.
    """

    def __init__(self, words: Sequence[str]) -> None:
        super().__init__(Value(list(words), ArrayField(models.TextField())))
        self.function = "pages_search_query"


class Extract(Func):
    """The piece of a text where the words stand, with each found word between two marks."""

    function = "pages_search_extract"
    output_field = models.TextField()

    def __init__(self, config: str, text: Any, words: Sequence[str], options: str) -> None:
        sought = Value(list(words), ArrayField(models.TextField()))
        marked = f"StartSel={MARK}, StopSel={UNMARK}, {options}"
        super().__init__(SearchConfig(config), text, sought, Value(marked))


class SearchEntryQuerySet(models.QuerySet["SearchEntry"]):
    def public(self) -> "SearchEntryQuerySet":
        """Those to show now. What has changed since it was read is left out, lest it be secret."""
        changed = SearchChange.objects.filter(kind=OuterRef("kind"), key=OuterRef("key"))
        return self.filter(
            Q(public_from__isnull=True) | Q(public_from__lte=timezone.now()), ~Exists(changed)
        )

    def matching(self, query: WordQuery) -> "SearchEntryQuerySet":
        return self.filter(document=query)


class SearchEntry(models.Model):
    """One thing that can be found. Derived from other rows: `rebuild_search` makes it anew."""

    kind = models.CharField(max_length=30)
    key = models.BigIntegerField()
    title = models.TextField()
    text = models.TextField()
    english_title = models.TextField(blank=True)
    english_text = models.TextField(blank=True)
    file_text = models.TextField(blank=True)
    parts = models.TextField(blank=True)  # of compound words (pages/compounds.py)
    url = models.CharField(max_length=300)
    day = models.DateField(null=True)
    public_from = models.DateTimeField(null=True)
    document = models.GeneratedField(
        expression=Func(
            *["title", "text", "english_title", "english_text", "file_text", "parts"],
            function="pages_search_document",
        ),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = SearchEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("sökpost")
        verbose_name_plural = _("sökposter")
        indexes = [
            GinIndex(fields=["document"], name="search_entry_words"),
            # The newest of a kind that hold a common word are found without reading the rest.
            models.Index(
                "kind", models.F("day").desc(nulls_last=True), "id", name="search_entry_newest"
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="one_search_entry_per_row")
        ]

    def __str__(self) -> str:
        return self.title


class SearchChange(models.Model):
    """A row that changed since the index read it; written by triggers on the sources' tables."""

    kind = models.CharField(max_length=30)
    key = models.BigIntegerField()

    class Meta:
        verbose_name = _("ändring att söka in")
        verbose_name_plural = _("ändringar att söka in")
        indexes = [models.Index(fields=["kind", "key"], name="search_change_of_row")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
