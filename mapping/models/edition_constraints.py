"""What the database refuses to be told of a cooperation."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import BaseConstraint, F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from malmoandan.organisations.models import CityPart
from mapping.models.choices import CooperationForm, Level, Step

PARTNERSHIP_FIELDS = [
    *["goals", "city_contribution", "civil_contribution", "steering", "partnership_evaluation"],
]
EDITION_CONSTRAINTS: list[BaseConstraint] = [
    ExclusionConstraint(
        name="one_edition_of_a_cooperation_a_round",
        expressions=[
            (
                Func(F("cooperation"), F("cooperation"), Value("[]"), function="int8range"),
                RangeOperators.OVERLAPS,
            ),
            (
                Func(F("from_round"), F("until_round"), function="int4range"),
                RangeOperators.OVERLAPS,
            ),
        ],
        violation_error_message=_("Omgången har redan en uppgift om denna samverkan."),
    ),
    models.CheckConstraint(
        condition=Q(until_round__isnull=True) | Q(until_round__gt=F("from_round")),
        name="edition_ends_in_a_later_round",
    ),
    models.CheckConstraint(
        condition=~Q(ongoing=True, ends_on__isnull=False),
        name="ongoing_cooperation_has_no_end",
        violation_error_message=_(
            "Ange ett slut eller att samverkan pågår tills vidare, inte båda."
        ),
    ),
    models.CheckConstraint(
        condition=Q(ends_on__isnull=True)
        | Q(starts_on__isnull=True)
        | Q(ends_on__gte=F("starts_on")),
        name="cooperation_ends_after_it_begins",
        violation_error_message=_("Slutet kan inte ligga före början."),
    ),
    models.CheckConstraint(
        condition=~Q(start_precision="year")
        | Q(starts_on__isnull=True)
        | Q(starts_on__month=1, starts_on__day=1),
        name="year_of_start_is_its_first_day",
    ),
    models.CheckConstraint(
        condition=~Q(end_precision="year")
        | Q(ends_on__isnull=True)
        | Q(ends_on__month=12, ends_on__day=31),
        name="year_of_end_is_its_last_day",
    ),
    models.CheckConstraint(
        condition=Q(form="iop")
        | Q(predecessor__isnull=True, **dict.fromkeys(PARTNERSHIP_FIELDS, "")),
        name="only_partnerships_have_partnership_facts",
        violation_error_message=_("Bara ett IOP har mål, insatser, styrning och föregångare."),
    ),
    models.CheckConstraint(
        condition=Q(predecessor__isnull=True) | ~Q(predecessor=F("cooperation")),
        name="partnership_does_not_precede_itself",
        violation_error_message=_("En samverkan kan inte vara sin egen föregångare."),
    ),
    models.CheckConstraint(
        condition=Q(form__in=CooperationForm.values), name="edition_has_a_known_form"
    ),
    models.CheckConstraint(
        condition=Q(level__in=["", *Level.values]), name="edition_has_a_known_level"
    ),
    models.CheckConstraint(
        condition=Q(steps__contained_by=Step.values), name="edition_has_known_steps"
    ),
    models.CheckConstraint(
        condition=Q(city_parts__contained_by=CityPart.values),
        name="edition_has_known_city_parts",
    ),
]
