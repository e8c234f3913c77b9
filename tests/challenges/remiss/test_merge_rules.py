"""Two organisations that are one are on the list of a remiss once, and no answer is lost."""

from datetime import timedelta

import pytest
from django.utils import timezone

from challenges.remiss.models import ReferralResponse
from malmoandan.organisations import merging
from tests.challenges.remiss.referrals import (
    make_draft,
    make_recipient,
    make_referral,
    make_response,
)
from tests.factories import make_organisation
from tests.people import make_coordinator

pytestmark = pytest.mark.django_db


@pytest.fixture
def two():
    """The one that goes, and the one that stays."""
    return (
        make_organisation(organisation_number=None, name="Odlarna"),
        make_organisation(organisation_number=None, name="Malmö odlare"),
    )


def merge(two):
    gone, kept = two
    told = merging.preview(gone=gone, kept=kept, by=make_coordinator())
    merging.carry_out(gone=gone, kept=kept, by=make_coordinator())
    return " ".join(told.remarks)


def listed(referral, two):
    return [make_recipient(referral, organisation=one, name=one.name) for one in two]


def test_a_list_that_holds_one_of_them_holds_the_other_afterwards(two):
    body = make_recipient(organisation=two[0])
    merge(two)
    body.refresh_from_db()
    assert body.organisation == two[1]


def test_of_two_that_are_silent_one_stays_with_the_later_day_and_what_is_begun(two):
    referral = make_referral()
    gone, kept = listed(referral, two)
    later = referral.due_date + timedelta(days=5)
    type(gone).objects.filter(pk=gone.pk).update(due_date=later)
    draft = make_draft(referral, recipient=gone)
    assert "En blir kvar på listan" in merge(two)
    body = referral.recipients.get()
    draft.refresh_from_db()
    assert (body.pk, body.due_date, draft.recipient) == (kept.pk, later, body)


def test_the_one_that_has_answered_stays_on_the_list(two):
    referral = make_referral()
    gone, _kept = listed(referral, two)
    answer = make_response(referral, recipient=gone, organisation=two[0])
    assert "Den som har svarat blir kvar" in merge(two)
    body = referral.recipients.get()
    answer.refresh_from_db()
    assert (body.answer, body.organisation, answer.organisation) == (answer, two[1], two[1])


def test_where_both_have_answered_both_answers_stay(two):
    referral = make_referral()
    for body in listed(referral, two):
        make_response(referral, recipient=body, organisation=body.organisation)
    assert "Svaren står kvar var för sig" in merge(two)
    assert referral.recipients.count() == 2
    assert ReferralResponse.objects.filter(organisation=two[1]).count() == 2
    assert [body.organisation for body in referral.recipients.order_by("pk")] == [None, two[1]]


def test_lists_of_other_remisses_are_left_as_they_are(two):
    invited_at = timezone.now() - timedelta(days=3)
    other = make_recipient(organisation=make_organisation(), invited_at=invited_at)
    listed(make_referral(), two)
    merge(two)
    other.refresh_from_db()
    assert other.invited_at == invited_at
