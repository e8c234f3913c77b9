"""News and documents that coordinators write, and the index of the site-wide search."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchConfig, SearchQuery, SearchVectorField
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from challenges.models import ChallengeArea
from malmoandan.organisations.numbers import refuse_personal_number
from malmoandan.organisations.swedish import unmarked
from malmoandan.publishing.languages import ENGLISH, Wording, shown
from malmoandan.publishing.markdown import blocks
from malmoandan.running import history

DOCUMENTS_FOLDER = "documents"
# Marks around found words in an extract: characters that no text may hold, made markup last.
MARK, UNMARK = "\ue000", "\ue001"

Row = TypeVar("Row", bound="Publication")


class PublicationQuerySet(models.QuerySet[Row]):
    def published(self) -> "PublicationQuerySet[Row]":
        """Those that are public now; one without a time is a draft."""
        return self.filter(published_from__lte=timezone.now())


class Publication(models.Model):
    """What is public from a time on, at an address that stays when the title changes."""

    slug = models.SlugField(_("adress"), max_length=80, unique=True, editable=False)
    published_from = models.DateTimeField(
        _("offentlig från"),
        null=True,
        blank=True,
        help_text=_(
            "Svensk tid. Från och med då kan alla läsa. Lämna tomt för ett utkast: "
            "det ser bara samordnarna. Töm fältet för att ta bort något från webbplatsen."
        ),
    )
    created_at = models.DateTimeField(_("tillagd"), auto_now_add=True)
    updated_at = models.DateTimeField(_("ändrad"), auto_now=True)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self.slug:
            self.slug = self._free_slug()
        super().save(*args, **kwargs)

    @property
    def is_published(self) -> bool:
        return self.published_from is not None and self.published_from <= timezone.now()

    @property
    def changed_after_publishing(self) -> datetime | None:
        """When the row was last changed, if that was on a later day than it became public."""
        if not self.published_from:
            return None
        changed, published = map(timezone.localtime, (self.updated_at, self.published_from))
        return changed if changed.date() > published.date() else None

    def _free_slug(self) -> str:
        """An address from the title; a number sets apart rows of the same title."""
        model = type(self)
        title: str = self.title  # type: ignore[attr-defined]
        parted = title.replace("–", "-").replace("/", "-")
        base = slugify(unmarked(parted))[:70].strip("-") or slugify(str(model._meta.verbose_name))
        taken = set(
            model._default_manager.filter(slug__startswith=base).values_list("slug", flat=True)
        )
        slug, number = base, 2
        while slug in taken:
            slug, number = f"{base}-{number}", number + 1
        return slug


@history.track()
class News(Publication):
    class Author(models.TextChoices):
        """The role that signs the news; never a person's name."""

        COORDINATORS = "coordinators", _("Samordnarna")
        CITY = "city", _("Samordnaren för Malmö stad")
        CIVIL = "civil", _("Samordnaren för den idéburna sektorn")
        HOSTS = "hosts", _("Områdets värdar")

    title = models.CharField(_("rubrik"), max_length=150, validators=[refuse_personal_number])
    lead = models.TextField(
        _("ingress"),
        max_length=500,
        validators=[refuse_personal_number],
        help_text=_("En eller två meningar. Visas i listor, flöden och sökträffar."),
    )
    text = models.TextField(
        _("text"),
        max_length=50_000,
        blank=True,
        validators=[refuse_personal_number],
        help_text=_("Markdown: ## underrubrik, - punktlista, [länk](https://…). Inte bilder."),
    )
    english_title = models.CharField(
        _("rubrik på engelska"), max_length=150, blank=True, validators=[refuse_personal_number]
    )
    english_lead = models.TextField(
        _("ingress på engelska"), max_length=500, blank=True, validators=[refuse_personal_number]
    )
    english_text = models.TextField(
        _("text på engelska"), max_length=50_000, blank=True, validators=[refuse_personal_number]
    )
    author = models.CharField(
        _("avsändare"), max_length=20, choices=Author.choices, default=Author.COORDINATORS
    )
    areas = models.ManyToManyField(
        ChallengeArea,
        related_name="news",
        blank=True,
        verbose_name=_("samhällsutmaningar"),
        help_text=_("Nyheten visas också på deras sidor."),
    )

    objects = PublicationQuerySet["News"].as_manager()

    class Meta:
        verbose_name = _("nyhet")
        verbose_name_plural = _("nyheter")
        ordering = [F("published_from").desc(nulls_first=True), "-pk"]
        indexes = [models.Index(fields=["-published_from", "-id"], name="news_newest_first")]
        constraints = [
            models.CheckConstraint(
                condition=(Q(english_title="", english_lead="", english_text=""))
                | (~Q(english_title="") & ~Q(english_lead="")),
                name="english_news_has_title_and_lead",
                violation_error_message=_("En engelsk version behöver både rubrik och ingress."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("pages:news_item", args=[self.slug])

    @property
    def shown_language(self) -> str:
        """The visitor's language, where the news is written in it; else Swedish."""
        return "en" if get_language() == "en" and self.english_title else "sv"

    @property
    def shown_title(self) -> str:
        return self.english_title if self.shown_language == "en" else self.title

    @property
    def shown_lead(self) -> str:
        return self.english_lead if self.shown_language == "en" else self.lead

    @property
    def shown_text(self) -> str:
        return self.english_text if self.shown_language == "en" else self.text

    @property
    def heading_shift(self) -> int:
        """Moves the text's largest heading to the second level, whichever the writer began with."""
        levels = [int(b.tag[1]) for b in blocks(self.shown_text) if re.fullmatch("h[1-6]", b.tag)]
        return 2 - min(levels, default=1)


@history.track_links()
class NewsArea(News.areas.through):  # type: ignore[name-defined]
    """Which areas a news item is about, for the history."""

    class Meta:
        proxy = True


@history.track()
class Document(Publication):
    class Kind(models.TextChoices):
        AGREEMENT = "agreement", _("Överenskommelse och avsiktsförklaring")
        PLAN = "plan", _("Plan")
        DECISION = "decision", _("Beslut")
        MINUTES = "minutes", _("Anteckningar och protokoll")
        REPORT = "report", _("Rapport")
        FORM = "form", _("Blankett och mall")
        OTHER = "other", _("Annat")

    class Language(models.TextChoices):
        SWEDISH = "sv", _("svenska")
        ENGLISH = "en", _("engelska")
        OTHER = "other", _("annat språk")

    title = models.CharField(_("titel"), max_length=150, validators=[refuse_personal_number])
    description = models.TextField(
        _("beskrivning"),
        max_length=2000,
        blank=True,
        validators=[refuse_personal_number],
        help_text=_(
            "Vad dokumentet säger och vem det är till för. Visas i listan och i sökningen."
        ),
    )
    english_title = models.CharField(
        _("titel på engelska"), max_length=150, blank=True, validators=[refuse_personal_number]
    )
    english_description = models.TextField(
        _("beskrivning på engelska"),
        max_length=2000,
        blank=True,
        validators=[refuse_personal_number],
    )
    kind = models.CharField(_("slag"), max_length=20, choices=Kind.choices)
    day = models.DateField(_("dokumentets datum"))
    registry_number = models.CharField(
        _("diarienummer"),
        max_length=50,
        blank=True,
        help_text=_("Till exempel STK-2018-938. Visas öppet."),
    )
    language = models.CharField(
        _("dokumentets språk"), max_length=10, choices=Language.choices, default=Language.SWEDISH
    )
    areas = models.ManyToManyField(
        ChallengeArea,
        related_name="documents",
        blank=True,
        verbose_name=_("samhällsutmaningar"),
        help_text=_("Dokumentet visas också på deras sidor."),
    )

    objects = PublicationQuerySet["Document"].as_manager()

    shown_description = shown("description")

    class Meta:
        verbose_name = _("dokument")
        verbose_name_plural = _("dokument")
        ordering = ["-day", "-pk"]
        indexes = [models.Index(fields=["-day", "-id"], name="document_newest_first")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("pages:document", args=[self.slug])

    @property
    def language_code(self) -> str:
        """For the attribute lang of its title; empty means unknown."""
        return "" if self.language == self.Language.OTHER else self.language

    @property
    def shown_title(self) -> Wording:
        """The title in English for who reads English; else as it is, in the document's language."""
        english = self.english_title if get_language() == ENGLISH else ""
        wording = Wording(english or self.title)
        wording.language = ENGLISH if english else self.language_code
        return wording

    @property
    def current(self) -> "DocumentVersion | None":
        """The file that is handed out: the newest one."""
        return max(self.versions.all(), key=lambda version: version.number, default=None)

    @property
    def text_of_file(self) -> str:
        """What the current file says; nothing until it has been read, or of a former file."""
        inside: DocumentText | None = getattr(self, "inside", None)
        current = self.current
        return inside.text if inside and current and inside.sha256 == current.sha256 else ""


@history.track_links()
class DocumentArea(Document.areas.through):  # type: ignore[name-defined]
    """Which areas a document is about, for the history."""

    class Meta:
        proxy = True


@history.track()
class DocumentVersion(models.Model):
    """A file as it was handed in. A new one takes its place; the former ones stay on record."""

    document = models.ForeignKey(
        Document, models.CASCADE, related_name="versions", verbose_name=_("dokument")
    )
    number = models.PositiveSmallIntegerField(_("version"))
    # Under a name of our own (publishing/files.py); nothing a person typed reaches the disk.
    stored_name = models.CharField(_("lagrad fil"), max_length=100, editable=False)
    file_name = models.CharField(_("filnamn"), max_length=100)
    ending = models.CharField(_("filtyp"), max_length=10)
    size = models.PositiveIntegerField(_("storlek i byte"))
    sha256 = models.CharField(_("kontrollsumma"), max_length=64)
    added_at = models.DateTimeField(_("tillagd"), auto_now_add=True)

    class Meta:
        verbose_name = _("fil")
        verbose_name_plural = _("filer")
        ordering = ["document", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["document", "number"], name="one_file_per_version_of_a_document"
            )
        ]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.number})"

    def get_absolute_url(self) -> str:
        return reverse("pages:document_file", args=[self.document.slug, self.ending[1:]])

    @property
    def ending_shown(self) -> str:
        return self.ending[1:].upper()


class DocumentText(models.Model):
    """The words inside a document's file, read from it for the search (pages/tasks.py)."""

    document = models.OneToOneField(
        Document, models.CASCADE, related_name="inside", verbose_name=_("dokument")
    )
    sha256 = models.CharField(_("filens kontrollsumma"), max_length=64)
    text = models.TextField(_("text"), blank=True)

    class Meta:
        verbose_name = _("text i fil")
        verbose_name_plural = _("texter i filer")

    def __str__(self) -> str:
        return self.sha256


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
        indexes = [GinIndex(fields=["document"], name="search_entry_words")]
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
