"""What each survey round tells of a cooperation."""

from datetime import date
from typing import TYPE_CHECKING, Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Func, Q
from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from challenges.models import ChallengeArea
from malmoandan.organisations.models import CityPart, Organisation, Sector
from malmoandan.organisations.numbers import refuse_personal_number
from malmoandan.organisations.swedish import SwedishOrder
from malmoandan.running import history
from mapping.models.choices import CooperationForm, Level, Precision, Step
from mapping.models.cooperations import Cooperation
from mapping.models.edition_constraints import EDITION_CONSTRAINTS
from mapping.models.rounds import FIRST_INVENTED, SurveyRound

if TYPE_CHECKING:
    from mapping.models.parties import Party


class EditionQuerySet(models.QuerySet["CooperationEdition"]):
    def in_round(self, survey_round: SurveyRound) -> Self:
        """What the mapping says in that round: one edition for each cooperation it knows.

        True and invented rounds never mix (`SurveyRound.number`, FIRST_INVENTED).
        """
        number = survey_round.number
        found = self.filter(
            Q(until_round__isnull=True) | Q(until_round__gt=number), from_round__lte=number
        )
        return found.filter(from_round__gte=FIRST_INVENTED if survey_round.invented else 0)

    def public(self) -> Self:
        """The state of the newest published round; nothing while none is published."""
        current = SurveyRound.objects.current()
        return self.in_round(current) if current else self.none()

    def in_published_rounds(self) -> Self:
        """Every edition that some published round has shown, replaced ones too."""
        shown = SurveyRound.objects.published().filter(number__gte=models.OuterRef("from_round"))
        until = Q(number__lt=models.OuterRef("until_round"))
        still = self.filter(models.Exists(shown), until_round__isnull=True)
        return still | self.filter(models.Exists(shown.filter(until)))

    def ongoing(self, year: int) -> Self:
        """Those that certainly ran some day of the year: begun by then, and not over before it."""
        return self.filter(Q(ongoing=True) | Q(ends_on__year__gte=year), starts_on__year__lte=year)

    def with_party(self, *organisations: Organisation) -> Self:
        """Those where each of the organisations is a party."""
        found = self
        for organisation in organisations:
            found = found.filter(parties__organisation=organisation)
        return found

    def partnerships(self) -> Self:
        return self.filter(form=CooperationForm.IOP)

    def in_swedish_order(self) -> Self:
        return self.order_by("sort_key", "pk")

    def listed(self) -> Self:
        """With what a list shows of them, and little else."""
        return (
            self.select_related("cooperation")
            .only(
                *["title", "form", "starts_on", "start_precision", "ends_on", "end_precision"],
                *["ongoing", "cooperation__slug"],
            )
            .prefetch_related("areas", "parties__organisation")
        )

    def whole(self) -> Self:
        """With all that a page shows of them: a fixed number of queries for any number of rows."""
        return self.select_related(
            "cooperation", "from_round", "reported_by", "predecessor"
        ).prefetch_related("areas", "parties__organisation", "parties__amounts")


@history.track(exclude=["sort_key", "document"])
class CooperationEdition(models.Model):
    """What the rounds from `from_round` until `until_round` (not included) tell of a cooperation.

    `from_round_id` and `until_round_id` are the rounds' numbers, so the state of any round is a
    comparison of integers (`EditionQuerySet.in_round`).
    """

    cooperation = models.ForeignKey(
        Cooperation, models.PROTECT, related_name="editions", verbose_name=_("samverkan")
    )
    from_round = models.ForeignKey(
        SurveyRound,
        models.PROTECT,
        to_field="number",
        related_name="editions",
        verbose_name=_("från och med omgång"),
    )
    until_round = models.ForeignKey(
        SurveyRound,
        models.PROTECT,
        to_field="number",
        null=True,
        blank=True,
        related_name="ended_editions",
        verbose_name=_("till omgång (inte med)"),
    )
    title = models.CharField(_("rubrik"), max_length=200, validators=[refuse_personal_number])
    description = models.TextField(
        _("beskrivning"), max_length=10_000, blank=True, validators=[refuse_personal_number]
    )
    form = models.CharField(_("form"), max_length=10, choices=CooperationForm.choices)
    level = models.CharField(_("nivå"), max_length=20, choices=Level.choices, blank=True)
    steps = ArrayField(
        models.CharField(max_length=20, choices=Step.choices),
        verbose_name=_("steg"),
        default=list,
        blank=True,
    )
    city_parts = ArrayField(
        models.CharField(max_length=20, choices=CityPart.choices),
        verbose_name=_("del av Malmö"),
        default=list,
        blank=True,
    )
    areas = models.ManyToManyField(
        ChallengeArea,
        through="Area",
        related_name="cooperations",
        verbose_name=_("samhällsutmaningar"),
        blank=True,
    )
    starts_on = models.DateField(_("började"), null=True, blank=True)
    start_precision = models.CharField(
        _("hur noga början är känd"),
        max_length=5,
        choices=Precision.choices,
        default=Precision.DAY,
    )
    ends_on = models.DateField(_("slutar"), null=True, blank=True)
    end_precision = models.CharField(
        _("hur noga slutet är känt"), max_length=5, choices=Precision.choices, default=Precision.DAY
    )
    ongoing = models.BooleanField(
        _("pågår tills vidare"), default=False, help_text=_("Då finns inget slut.")
    )
    sources = models.TextField(
        _("källor"), max_length=5000, blank=True, help_text=_("En källa eller webbadress per rad.")
    )
    registry_number = models.CharField(_("diarienummer"), max_length=60, blank=True)
    evaluation = models.TextField(_("utvärdering"), max_length=10_000, blank=True)
    # Of partnerships (IOP) alone.
    goals = models.TextField(_("mål"), max_length=10_000, blank=True)
    city_contribution = models.TextField(_("stadens insats"), max_length=10_000, blank=True)
    civil_contribution = models.TextField(
        _("den idéburna sektorns insats"), max_length=10_000, blank=True
    )
    steering = models.TextField(_("styrning"), max_length=10_000, blank=True)
    partnership_evaluation = models.TextField(
        _("så ska partnerskapet utvärderas"), max_length=10_000, blank=True
    )
    predecessor = models.ForeignKey(
        Cooperation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="successors",
        verbose_name=_("föregångare"),
    )
    reported_by = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="reported_editions",
        verbose_name=_("rapporterad av"),
    )
    created_at = models.DateTimeField(_("tillagd"), auto_now_add=True)
    updated_at = models.DateTimeField(_("ändrad"), auto_now=True)
    sort_key = models.GeneratedField(
        expression=SwedishOrder(F("title")),
        output_field=models.TextField(db_collation="C"),
        db_persist=True,
    )
    document = models.GeneratedField(
        expression=Func(
            *["title", "description", "registry_number", "goals"], function="mapping_document"
        ),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = EditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("uppgift om samverkan")
        verbose_name_plural = _("uppgifter om samverkan")
        ordering = ["sort_key", "pk"]
        indexes = [
            GinIndex(fields=["document"], name="edition_words"),
            models.Index(fields=["from_round", "until_round"], name="edition_by_rounds"),
        ]
        constraints = EDITION_CONSTRAINTS

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("mapping:cooperation", args=[self.cooperation.slug])

    def clean(self) -> None:
        """Move days of which only the year is known to the year's first and last day."""
        if self.starts_on and self.start_precision == Precision.YEAR:
            self.starts_on = self.starts_on.replace(month=1, day=1)
        if self.ends_on and self.end_precision == Precision.YEAR:
            self.ends_on = self.ends_on.replace(month=12, day=31)
        self.steps = [step for step in Step.values if step in self.steps]
        self.city_parts = [part for part in CityPart.values if part in self.city_parts]
        if CityPart.ALL in self.city_parts and len(self.city_parts) > 1:
            raise ValidationError({"city_parts": _("Välj antingen hela Malmö eller vissa delar.")})

    @property
    def is_partnership(self) -> bool:
        return self.form == CooperationForm.IOP

    def years(self, day: date) -> range:
        """The calendar years of the period that are known; to that day while it goes on."""
        if not self.starts_on:
            return range(0)
        if self.ongoing:
            return range(self.starts_on.year, max(day.year, self.starts_on.year) + 1)
        last = self.ends_on.year if self.ends_on else self.starts_on.year
        return range(self.starts_on.year, last + 1)

    def is_ongoing_on(self, day: date) -> bool:
        """Whether it certainly runs that day."""
        begun = self.starts_on is not None and self.starts_on <= day
        return begun and (self.ongoing or (self.ends_on is not None and self.ends_on >= day))

    @property
    def period(self) -> str:
        """Such as "2019–2021", "1 mars 2019 – tills vidare" or "från 2019, slutet är okänt"."""
        begins = _said(self.starts_on, self.start_precision) or gettext("okänd början")
        if self.ongoing:
            return gettext("%(begins)s – tills vidare") % {"begins": begins}
        ends = _said(self.ends_on, self.end_precision) or gettext("okänt slut")
        return begins if begins == ends else f"{begins} – {ends}"

    @property
    def ordered_parties(self) -> list["Party"]:
        """The city's side first, each in Swedish order; who has signed plays no part (rule 1)."""
        return sorted(
            self.parties.all(),
            key=lambda party: (
                party.organisation.sector != Sector.CITY,
                party.organisation.sort_key,
                party.pk,
            ),
        )

    @property
    def steps_in_words(self) -> list[str]:
        return [str(Step(step).label) for step in self.steps]

    @property
    def city_parts_in_words(self) -> list[str]:
        return [str(CityPart(part).label) for part in self.city_parts]


def _said(day: date | None, precision: str) -> str:
    if day is None:
        return ""
    return str(day.year) if precision == Precision.YEAR else formats.date_format(day, "j F Y")


@history.track()
class Area(models.Model):
    """A challenge area that a cooperation is about; a row of its own, so that it has a history."""

    edition = models.ForeignKey(
        CooperationEdition, models.CASCADE, related_name="in_areas", verbose_name=_("uppgift")
    )
    area = models.ForeignKey(
        ChallengeArea, models.PROTECT, related_name="+", verbose_name=_("samhällsutmaning")
    )

    class Meta:
        verbose_name = _("samhällsutmaning")
        verbose_name_plural = _("samhällsutmaningar")
        ordering = ["area", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "area"], name="area_once_per_edition")
        ]

    def __str__(self) -> str:
        return str(self.area)
