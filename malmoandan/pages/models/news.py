"""News about the cooperation, written by coordinators."""

import re

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from challenges.models import ChallengeArea
from malmoandan.organisations.numbers import refuse_personal_number
from malmoandan.pages.models.publications import Publication, PublicationQuerySet
from malmoandan.publishing.markdown import blocks
from malmoandan.running import history


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
