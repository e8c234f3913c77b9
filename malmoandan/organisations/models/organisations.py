"""Organisations of both sectors: associations, the city, its departments."""

from datetime import date
from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from malmoandan.organisations.numbers import (
    clean_organisation_number,
    format_organisation_number,
    refuse_personal_number,
)
from malmoandan.organisations.swedish import SwedishOrder, Unmarked, free_slug, unmarked
from malmoandan.running import history


class Sector(models.TextChoices):
    CIVIL = "civil", _("Idéburen sektor")
    CITY = "city", _("Malmö stad")


class Kind(models.TextChoices):
    ASSOCIATION = "association", _("Ideell förening")
    COOPERATIVE = "cooperative", _("Ekonomisk förening eller kooperativ")
    FOUNDATION = "foundation", _("Stiftelse")
    FAITH = "faith", _("Registrerat trossamfund")
    NETWORK = "network", _("Nätverk utan organisationsnummer")
    OTHER = "other", _("Annan idéburen organisation")
    MUNICIPALITY = "municipality", _("Kommun")
    DEPARTMENT = "department", _("Förvaltning")


CIVIL_KINDS = [kind for kind in Kind if kind not in {Kind.MUNICIPALITY, Kind.DEPARTMENT}]


class CityPart(models.TextChoices):
    NORTH = "norr", _("Norr")
    EAST = "oster", _("Öster")
    SOUTH = "soder", _("Söder")
    WEST = "vaster", _("Väster")
    INNER = "innerstaden", _("Innerstaden")
    ALL = "hela", _("Hela Malmö")


class NameWords(Func):
    """The words of name and short name, for searches by the beginnings of words."""

    template = "to_tsvector('pg_catalog.simple', search_text)"
    output_field = SearchVectorField()

    def __init__(self, **extra: Any) -> None:
        super().__init__(**extra)


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def standing(self) -> "OrganisationQuerySet":
        """Without those that were merged into another (docs/decisions/0021-merging.md)."""
        return self.filter(merged_into__isnull=True)

    def search(self, query: str) -> "OrganisationQuerySet":
        """Standing ones whose names hold every word of the query, marks and case aside."""
        found = self.standing()
        for word in unmarked(query).split():
            found = found.filter(search_text__contains=word)
        return found

    def departments(self) -> "OrganisationQuerySet":
        """The city's departments, former ones too."""
        return self.filter(kind=Kind.DEPARTMENT)

    def existing(self, day: date) -> "OrganisationQuerySet":
        """Those that are not known to begin later or to have ended before that day."""
        return self.exclude(first_day__gt=day).exclude(last_day__lt=day)

    def in_swedish_order(self) -> "OrganisationQuerySet":
        return self.order_by("sort_key", "pk")


@history.track(exclude=["sort_key", "search_text"])
class Organisation(models.Model):
    name = models.CharField(_("namn"), max_length=200, validators=[refuse_personal_number])
    short_name = models.CharField(_("kortnamn"), max_length=40, blank=True)
    slug = models.SlugField(_("adress"), max_length=80, unique=True, editable=False)
    sector = models.CharField(
        _("sektor"), max_length=10, choices=Sector.choices, default=Sector.CIVIL
    )
    kind = models.CharField(_("organisationsform"), max_length=20, choices=Kind.choices)
    organisation_number = models.CharField(
        _("organisationsnummer"),
        max_length=10,
        null=True,
        blank=True,
        unique=True,
        error_messages={"unique": _("En annan organisation har redan det numret.")},
    )
    is_umbrella = models.BooleanField(_("paraplyorganisation"), default=False)
    purpose = models.TextField(
        _("ändamål"), max_length=500, blank=True, validators=[refuse_personal_number]
    )
    city_part = models.CharField(
        _("del av Malmö"), max_length=20, choices=CityPart.choices, default=CityPart.ALL
    )
    website = models.URLField(_("webbplats"), blank=True)
    # A merged one is kept for its address alone: `slug` then leads to the one it became.
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="merged",
        verbose_name=_("sammanslagen med"),
    )
    merged_at = models.DateTimeField(_("sammanslagen"), null=True, blank=True, editable=False)
    # Departments come, merge and go; an unknown day is empty.
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="parts",
        verbose_name=_("del av"),
        help_text=_("För en förvaltning: kommunen."),
    )
    first_day = models.DateField(
        _("första dag"), null=True, blank=True, help_text=_("Lämna tomt om den inte är känd.")
    )
    last_day = models.DateField(
        _("sista dag"), null=True, blank=True, help_text=_("Bara för den som har upphört.")
    )
    successor = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
        verbose_name=_("efterträdare"),
        help_text=_("Den som tog över när organisationen upphörde."),
    )
    created_at = models.DateTimeField(_("tillagd"), auto_now_add=True)
    updated_at = models.DateTimeField(_("ändrad"), auto_now=True)
    sort_key = models.GeneratedField(
        expression=SwedishOrder(F("name")),
        output_field=models.TextField(db_collation="C"),
        db_persist=True,
    )
    search_text = models.GeneratedField(
        expression=Unmarked(Concat(F("name"), Value(" "), F("short_name"))),
        output_field=models.TextField(db_collation="C"),
        db_persist=True,
    )

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisationer")
        ordering = ["sort_key", "pk"]
        indexes = [
            models.Index(F("sort_key"), F("id"), name="organisation_swedish_order"),
            GinIndex(NameWords(), name="organisation_words"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(organisation_number__isnull=True)
                | Q(organisation_number__regex=r"^[0-9]{2}[2-9][0-9]{7}$"),
                name="organisation_number_is_no_persons",
                violation_error_message=_("Organisationsnumret är inte giltigt."),
            ),
            models.CheckConstraint(
                condition=~Q(kind=Kind.NETWORK)
                | (Q(organisation_number__isnull=True) & ~Q(purpose="")),
                name="network_has_purpose_and_no_number",
                violation_error_message=_(
                    "Ett nätverk har inget organisationsnummer och anger sitt ändamål."
                ),
            ),
            models.CheckConstraint(
                condition=Q(last_day__isnull=True)
                | Q(first_day__isnull=True)
                | Q(last_day__gte=F("first_day")),
                name="organisation_ends_after_it_begins",
                violation_error_message=_("Sista dagen kan inte ligga före den första."),
            ),
            models.CheckConstraint(
                condition=Q(successor__isnull=True) | Q(last_day__isnull=False),
                name="only_an_ended_organisation_has_a_successor",
                violation_error_message=_("Bara den som har upphört har en efterträdare."),
            ),
            models.CheckConstraint(
                condition=~Q(parent=F("id")) & ~Q(successor=F("id")),
                name="organisation_is_not_its_own_parent_or_successor",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True, merged_at__isnull=True)
                | Q(
                    merged_into__isnull=False,
                    merged_at__isnull=False,
                    organisation_number__isnull=True,
                )
                & ~Q(merged_into=F("pk")),
                name="merged_organisation_has_a_time_and_no_number",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs) -> None:  # type: ignore[no-untyped-def]
        if not self.slug:
            self.slug = free_slug(Organisation, self.name, otherwise="organisation")
        super().save(*args, **kwargs)

    def clean(self) -> None:
        if self.organisation_number:
            self.organisation_number = clean_organisation_number(self.organisation_number)
        else:
            self.organisation_number = None

    @property
    def shown_number(self) -> str:
        return format_organisation_number(self.organisation_number)
