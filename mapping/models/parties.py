"""Who takes part in a cooperation, and what each puts in, year by year (domain.md, rule 10)."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from malmoandan.organisations.models import Organisation, Sector
from malmoandan.running import history
from mapping.models.editions import CooperationEdition

FIRST_YEAR, LAST_YEAR = 1900, 2200


class PartyQuerySet(models.QuerySet["Party"]):
    def in_swedish_order(self) -> "PartyQuerySet":
        """The city's side first, each side in Swedish order. Who has signed plays no part."""
        return self.select_related("organisation").order_by(
            "organisation__sector", "organisation__sort_key", "pk"
        )


@history.track()
class Party(models.Model):
    """An organisation of either sector; its sector says which side it is on."""

    edition = models.ForeignKey(
        CooperationEdition, models.CASCADE, related_name="parties", verbose_name=_("uppgift")
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="parties", verbose_name=_("organisation")
    )

    objects = PartyQuerySet.as_manager()

    class Meta:
        verbose_name = _("part")
        verbose_name_plural = _("parter")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "organisation"],
                name="organisation_is_party_once",
                violation_error_message=_("Organisationen är redan part."),
            )
        ]

    def __str__(self) -> str:
        return str(self.organisation)

    @property
    def is_city(self) -> bool:
        return self.organisation.sector == Sector.CITY


@history.track()
class Amount(models.Model):
    """Whole SEK that a party puts in one year. NULL is said to be unknown, which is not 0.

    A year of the period without a row is not stated, and counts as unknown in sums.
    """

    party = models.ForeignKey(Party, models.CASCADE, related_name="amounts", verbose_name=_("part"))
    year = models.PositiveSmallIntegerField(
        _("år"), validators=[MinValueValidator(FIRST_YEAR), MaxValueValidator(LAST_YEAR)]
    )
    sek = models.BigIntegerField(
        _("belopp i kronor"),
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(10**12)],
        help_text=_("Hela kronor. Lämna tomt om beloppet är okänt."),
    )

    class Meta:
        verbose_name = _("belopp")
        verbose_name_plural = _("belopp")
        ordering = ["year", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["party", "year"],
                name="one_amount_per_party_and_year",
                violation_error_message=_("Parten har redan ett belopp det året."),
            ),
            models.CheckConstraint(
                condition=Q(sek__isnull=True) | Q(sek__gte=0, sek__lte=10**12),
                name="amount_is_unknown_or_not_negative",
                violation_error_message=_("Beloppet är hela kronor, inte under 0."),
            ),
            models.CheckConstraint(
                condition=Q(year__gte=FIRST_YEAR, year__lte=LAST_YEAR),
                name="amount_has_a_plausible_year",
                violation_error_message=_("Ange ett årtal med fyra siffror."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}: {'?' if self.sek is None else self.sek}"
