"""Documents, their files as they were handed in, and the words inside them."""

from django.db import models
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from challenges.models import ChallengeArea
from malmoandan.organisations.numbers import refuse_personal_number
from malmoandan.pages.models.publications import Publication, PublicationQuerySet
from malmoandan.publishing.languages import ENGLISH, Wording, shown
from malmoandan.running import history

DOCUMENTS_FOLDER = "documents"


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
