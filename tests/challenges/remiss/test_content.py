import json
from datetime import date

import pytest

from challenges import content as challenges
from challenges.remiss import content
from challenges.remiss.models import Referral, ReferralRecipient, ReferralResponse
from malmoandan.pages.management.commands.load_content import FOLDER

pytestmark = pytest.mark.django_db
FACTS = json.loads((FOLDER / "facts.json").read_text())


@pytest.fixture
def referral():
    challenges.load(FOLDER, FACTS)
    assert content.load(FOLDER, FACTS)
    return Referral.objects.get()


def test_the_referral_of_2017_stands_as_closed_with_its_last_day(referral):
    assert referral.title == "Handlingsplan för samverkan mellan idéburen sektor och Malmö stad"
    assert referral.due_date == date(2017, 11, 30)
    assert referral.phase() == Referral.State.CLOSED
    assert not referral.takes_answers


def test_its_four_sections_are_the_areas_as_they_stood_in_the_draft(referral):
    names = list(referral.sections.values_list("title", flat=True))
    assert names == FACTS["remiss_2017"]["areas_in_the_draft"]
    assert referral.sections.get(order=4).area.name == "Delaktighet, trygghet, demokrati"
    assert referral.plan.areas.count() == 4


def test_no_invited_body_and_no_answer_is_invented(referral):
    assert not ReferralRecipient.objects.exists()
    assert not ReferralResponse.objects.exists()
    assert referral.registry_number == referral.sender == referral.contact_email == ""
    assert "ingen lista" in referral.background


def test_a_second_start_changes_nothing(referral):
    assert not content.load(FOLDER, FACTS)
    assert Referral.objects.count() == 1
