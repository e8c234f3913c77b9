from datetime import date

import pytest
from django.core.exceptions import ValidationError

from challenges.models import ChallengeArea, Plan, Status
from tests.challenges.seats import make_plan

pytestmark = pytest.mark.django_db
PERIOD = {"first_day": date(2018, 6, 13), "last_day": date(2022, 12, 31)}


@pytest.mark.parametrize(
    ("day", "status"),
    [
        (date(2018, 6, 12), Status.COMING),
        (date(2018, 6, 13), Status.IN_FORCE),
        (date(2022, 12, 31), Status.IN_FORCE),
        (date(2023, 1, 1), Status.ENDED),
    ],
)
def test_a_plan_is_in_force_on_its_own_days_alone(day, status):
    plan = make_plan(**PERIOD)
    assert plan.status(day) == status
    assert Plan.objects.in_force(day).exists() == (status == Status.IN_FORCE)


def test_what_is_not_adopted_is_a_draft_on_every_day():
    plan = make_plan(adopted_on=None, adopted_by="", **PERIOD)
    assert plan.status(date(2020, 1, 1)) == Status.DRAFT
    assert Plan.objects.current(date(2020, 1, 1)) is None


def test_the_plan_in_force_goes_before_one_that_begins_later_or_has_ended():
    make_plan(first_day=date(2018, 1, 1), last_day=date(2020, 12, 31))
    now = make_plan(first_day=date(2021, 1, 1), last_day=date(2024, 12, 31))
    make_plan(first_day=date(2030, 1, 1))
    assert Plan.objects.current(date(2022, 5, 1)) == now
    assert Plan.objects.current(date(2026, 5, 1)) == now


def test_an_adopted_plan_says_when_by_whom_and_from_when():
    for missing in ({"adopted_by": ""}, {"first_day": None}):
        fields = {"name": "P", "adopted_on": date(2020, 1, 1), "adopted_by": "KS", **PERIOD}
        with pytest.raises(ValidationError, match="antagen plan"):
            Plan(**fields | missing).full_clean()


def test_an_address_stays_when_the_name_changes():
    area = ChallengeArea.objects.create(name="Öppna å-stränder & lokaler")
    assert area.slug == "oppna-a-strander-lokaler"
    area.name = "Något annat"
    area.save()
    assert ChallengeArea.objects.get().slug == "oppna-a-strander-lokaler"


def test_alike_names_get_addresses_of_their_own():
    slugs = [ChallengeArea.objects.create(name=name).slug for name in ("Å", "Ä", "!", "?")]
    assert slugs == ["a", "a-2", "utmaning", "utmaning-2"]
