"""Pairs of organisations that may be one and the same, and what was decided about them."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from malmoandan.organisations.models.organisations import Organisation
from malmoandan.running import history

PERSON = settings.AUTH_USER_MODEL


class PossibleDuplicateQuerySet(models.QuerySet["PossibleDuplicate"]):
    def waiting(self) -> "PossibleDuplicateQuerySet":
        return self.filter(state=PossibleDuplicate.State.WAITING)

    def of(self, organisation: Organisation) -> "PossibleDuplicateQuerySet":
        return self.filter(Q(first=organisation) | Q(second=organisation))


@history.track()
class PossibleDuplicate(models.Model):
    """Two organisations; `first` is the one that was added first."""

    class State(models.TextChoices):
        WAITING = "waiting", _("väntar på beslut")
        NOT_SAME = "not_same", _("inte samma")
        MERGED = "merged", _("sammanslagna")

    first = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("den ena")
    )
    second = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("den andra")
    )
    # Words of malmoandan.organisations.duplicates.REASONS: why they stand here.
    reasons = models.JSONField(_("skäl"), default=list)
    score = models.PositiveSmallIntegerField(_("likhet"), default=0)  # 0 to 100
    state = models.CharField(_("läge"), max_length=20, choices=State.choices, default=State.WAITING)
    found_at = models.DateTimeField(_("hittad"), default=timezone.now)
    decided_at = models.DateTimeField(_("beslutad"), null=True)
    decided_by = models.ForeignKey(
        PERSON,
        models.PROTECT,
        null=True,
        related_name="decided_duplicates",
        verbose_name=_("beslut av"),
    )

    objects = PossibleDuplicateQuerySet.as_manager()

    class Meta:
        verbose_name = _("möjlig dubblett")
        verbose_name_plural = _("möjliga dubbletter")
        ordering = ["-score", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="a_pair_is_judged_once"),
            models.CheckConstraint(
                condition=Q(first__lt=F("second")), name="a_pair_has_the_first_one_first"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_at__isnull=True, decided_by__isnull=True)
                | ~Q(state="waiting") & Q(decided_at__isnull=False, decided_by__isnull=False),
                name="decided_pair_has_time_and_person",
            ),
        ]

    def __str__(self) -> str:
        return str(_("nummer %(number)s") % {"number": self.pk})

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.WAITING
