"""Cooperations between the city and organisations, through all rounds."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from malmoandan.organisations.swedish import free_slug
from malmoandan.running import history
from mapping.models.rounds import SurveyRound

# Addresses under /kartlaggning/ that no cooperation may have.
RESERVED_SLUGS = frozenset({"rapport", "tabeller", "bilder", "invandning", "om"})


class CooperationQuerySet(models.QuerySet["Cooperation"]):
    def told_anew(self, survey_round: SurveyRound) -> Self:
        """Those of which the round tells something else than the one before it."""
        number = survey_round.number
        told = Q(editions__from_round=number) | Q(editions__until_round=number)
        return self.filter(pk__in=self.filter(told).values("pk"))

    def read_in_again(self) -> int:
        """Let the site-wide search read them: what is public of them changed with no row of theirs.

        Its triggers note every update, also one that changes nothing.
        """
        return self.update(created_at=F("created_at"))


@history.track()
class Cooperation(models.Model):
    """One cooperation through all rounds: its address stays, what is told of it are editions."""

    slug = models.SlugField(_("adress"), max_length=80, unique=True, editable=False)
    created_at = models.DateTimeField(_("tillagd"), auto_now_add=True)

    objects = CooperationQuerySet.as_manager()

    class Meta:
        verbose_name = _("samverkan")
        verbose_name_plural = _("samverkan")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.slug

    def get_absolute_url(self) -> str:
        return reverse("mapping:cooperation", args=[self.slug])

    @staticmethod
    def free_slug(title: str) -> str:
        """An address from the title; a number sets apart cooperations of the same title."""
        return free_slug(Cooperation, title, otherwise="samverkan", reserved=RESERVED_SLUGS)
