import json

import pytest
from django.core.management import call_command
from django.utils import translation

from challenges.content import IN_TWO_LANGUAGES
from challenges.models import ChallengeArea, Coordinator, Group, Plan, PlanArea
from malmoandan.pages.management.commands.load_content import FOLDER
from malmoandan.running.history import events_of
from tests.challenges.seats import today

pytestmark = pytest.mark.django_db
FACTS = json.loads((FOLDER / "facts.json").read_text())


@pytest.fixture(autouse=True)
def content():
    call_command("load_content", verbosity=0)


def test_both_plans_have_their_own_areas_in_their_own_words():
    plan, draft = Plan.objects.order_by("pk")
    five = [area["name"] for area in FACTS["challenge_areas"]]
    assert [place.name for place in plan.areas.all()] == five
    assert [place.name for place in draft.areas.all()] == FACTS["remiss_2017"]["areas_in_the_draft"]
    assert ChallengeArea.objects.count() == 5


def test_the_fourth_area_is_the_same_one_in_other_words():
    fourth = PlanArea.objects.filter(order=4)
    assert {place.area.slug for place in fourth} == {"delaktighet-trygghet-demokrati"}
    assert {place.name for place in fourth} == {
        "Delaktig, trygghet, demokrati",
        "Delaktighet, trygghet, demokrati",
    }


def test_every_area_says_what_it_is_about():
    plan = Plan.objects.current(today())
    assert all(place.description for place in plan.areas.all())


def test_the_plan_has_its_days_and_is_over():
    plan = Plan.objects.current(today())
    period = FACTS["cooperation_plan_2018"]["period"]
    assert [plan.first_day.isoformat(), plan.last_day.isoformat()] == period
    assert plan.status(today()) == "ended"


def test_the_coordinators_have_the_years_of_the_facts():
    for person in FACTS["coordinators"]:
        row = Coordinator.objects.get(name=person["name"])
        first, last = person["from"], person["to"] or ""
        assert (row.sector, row.years) == (person["sector"], f"{first}–{last}")
        assert row.shown_name == person["name"]


def test_who_left_in_an_unknown_year_is_not_said_to_be_there():
    now = Coordinator.objects.on(today())
    assert [row.name for row in now] == ["Verenice Bengtsson"]


def test_loading_again_brings_back_only_what_is_missing():
    Group.objects.all().delete()
    plan = Plan.objects.first()
    Plan.objects.filter(pk=plan.pk).update(name="Ändrad här")
    call_command("load_content", verbosity=0)
    assert (Group.objects.count(), Plan.objects.count(), Coordinator.objects.count()) == (1, 2, 6)
    plan.refresh_from_db()
    assert plan.name == "Ändrad här"


def test_the_real_content_can_be_read_in_english():
    with translation.override("en"):
        for model, names in IN_TWO_LANGUAGES:
            for row in model.objects.all():
                wordings = [getattr(row, f"shown_{name}") for name in names]
                assert {wording.language for wording in wordings if wording} <= {"en"}


def test_english_comes_to_a_portal_that_runs_already_where_nobody_wrote_any():
    for model, names in IN_TWO_LANGUAGES:
        model.objects.update(**{f"english_{name}": "" for name in names})
        events_of(model).update(**{f"english_{name}": "" for name in names})
    mine, changed = PlanArea.objects.order_by("pk")[:2]
    PlanArea.objects.filter(pk=mine.pk).update(english_name="My own words")
    PlanArea.objects.filter(pk=changed.pk).update(name="Ändrad här")
    call_command("load_content", verbosity=0)
    mine.refresh_from_db()
    changed.refresh_from_db()
    assert (mine.english_name, changed.english_name) == ("My own words", "")
    assert mine.english_description
    assert Plan.objects.exclude(english_name="").count() == 2


def test_english_that_was_taken_away_does_not_come_back():
    Plan.objects.update(english_text="")
    call_command("load_content", verbosity=0)
    assert not Plan.objects.exclude(english_text="").exists()
