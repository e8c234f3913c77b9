"""What later rounds and other parties say of an edition, and the notes of what has changed."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from malmoandan.organisations.models import Organisation
from malmoandan.running import history
from mapping.models.editions import CooperationEdition
from mapping.models.rounds import SurveyRound

PERSON = settings.AUTH_USER_MODEL


@history.track()
class Confirmation(models.Model):
    """A later round said that the edition still holds, unchanged."""

    edition = models.ForeignKey(
        CooperationEdition, models.CASCADE, related_name="confirmations", verbose_name=_("uppgift")
    )
    round = models.ForeignKey(
        SurveyRound, models.PROTECT, related_name="confirmations", verbose_name=_("omgång")
    )
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="confirmations",
        verbose_name=_("bekräftad av"),
    )
    by = models.ForeignKey(
        PERSON, models.SET_NULL, null=True, blank=True, related_name="confirmations"
    )
    at = models.DateTimeField(_("bekräftad"), default=timezone.now)

    class Meta:
        verbose_name = _("bekräftelse")
        verbose_name_plural = _("bekräftelser")
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "round"], name="edition_confirmed_once_per_round"
            )
        ]

    def __str__(self) -> str:
        return str(_("bekräftelse nummer %(number)s") % {"number": self.pk})


class ObjectionQuerySet(models.QuerySet["Objection"]):
    def waiting(self) -> "ObjectionQuerySet":
        """Those that a coordinator has yet to decide, the oldest first."""
        return self.filter(state=Objection.State.OPEN).order_by("made_at", "pk")

    def decided(self) -> "ObjectionQuerySet":
        return self.exclude(state=Objection.State.OPEN).order_by("decided_at", "pk")


@history.track()
class Objection(models.Model):
    """A party says that what was reported is not right; a coordinator decides."""

    class State(models.TextChoices):
        OPEN = "open", _("väntar på beslut")
        UPHELD = "upheld", _("gavs rätt")
        DISMISSED = "dismissed", _("avslogs")

    edition = models.ForeignKey(
        CooperationEdition, models.CASCADE, related_name="objections", verbose_name=_("uppgift")
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="objections", verbose_name=_("invändning från")
    )
    text = models.TextField(_("invändning"), max_length=2000)
    made_at = models.DateTimeField(_("gjord"), default=timezone.now)
    made_by = models.ForeignKey(
        PERSON,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="objections",
        verbose_name=_("gjord av"),
    )
    language = models.CharField(max_length=10, default=settings.LANGUAGE_CODE)
    state = models.CharField(_("läge"), max_length=10, choices=State.choices, default=State.OPEN)
    decided_at = models.DateTimeField(_("beslutad"), null=True, blank=True)
    decided_by = models.ForeignKey(
        PERSON,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="decided_objections",
        verbose_name=_("beslut av"),
    )
    answer = models.TextField(
        _("svar"), max_length=2000, blank=True, help_text=_("Visas på samverkans sida.")
    )

    objects = ObjectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("invändning")
        verbose_name_plural = _("invändningar")
        ordering = ["-made_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "organisation"],
                condition=Q(state="open"),
                name="one_open_objection_per_organisation",
                violation_error_message=_("Organisationen har redan en invändning som väntar."),
            ),
            models.CheckConstraint(
                condition=Q(state="open", decided_at__isnull=True, decided_by__isnull=True)
                | (
                    Q(state__in=["upheld", "dismissed"])
                    & Q(decided_at__isnull=False, decided_by__isnull=False)
                    & ~Q(answer="")
                ),
                name="decided_objection_has_time_person_and_answer",
                violation_error_message=_("Ett beslut har ett svar."),
            ),
        ]

    def __str__(self) -> str:
        return str(_("invändning nummer %(number)s") % {"number": self.pk})

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN


class NotedChange(models.Model):
    """An edition that changed, noted by triggers for the index of each process.

    `edition` is None when so much changed at once that all is to be read anew. `transaction` is
    the number of the transaction that changed it (mapping/index/stamp.py says what for).
    """

    edition = models.BigIntegerField(null=True)
    transaction = models.BigIntegerField()
    noted_at = models.DateTimeField(db_default=models.functions.Now())

    class Meta:
        verbose_name = _("ändring att läsa in")
        verbose_name_plural = _("ändringar att läsa in")
        indexes = [
            models.Index(fields=["transaction"], name="mapping_change_by_transaction"),
            models.Index(fields=["noted_at"], name="mapping_change_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.transaction}: {self.edition}"
