from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from challenges.remiss.models import Position, ReferralRecipient, ReferralReminder
from tests.challenges.remiss.referrals import (
    make_recipient,
    make_referral,
    make_response,
    make_version,
)
from tests.factories import make_organisation

pytestmark = pytest.mark.django_db


def status_of(recipient):
    return ReferralRecipient.objects.with_status().get(pk=recipient.pk).status


def test_a_body_is_silent_until_its_answer_is_in_and_its_newest_version_counts():
    recipient = make_recipient()
    assert status_of(recipient) == "silent"
    response = make_response(recipient.referral, recipient=recipient, position=Position.ABSTAINS)
    assert status_of(recipient) == "abstained"
    make_version(response, position=Position.SUPPORTS)
    assert status_of(recipient) == "answered"
    make_version(response, position=None)
    assert status_of(recipient) == "answered"


def test_each_status_can_be_asked_for_among_many():
    referral = make_referral()
    answered, abstained, silent = (make_recipient(referral) for _ in range(3))
    make_response(referral, recipient=answered, position=Position.REJECTS)
    make_response(referral, recipient=abstained, position=Position.ABSTAINS)
    make_response(referral)  # invited by nobody
    rows = referral.recipients
    assert list(rows.answered()) == [answered]
    assert list(rows.abstained()) == [abstained]
    assert list(rows.silent()) == [silent]


def test_statuses_of_many_bodies_are_one_query(django_assert_num_queries):
    referral = make_referral()
    for _number in range(12):
        make_response(referral, recipient=make_recipient(referral))
    with django_assert_num_queries(1):
        assert {row.status for row in referral.recipients.with_status()} == {"answered"}


def test_the_list_is_in_swedish_order():
    referral = make_referral()
    for name in ["Öppet hus", "Zenit", "Ängen", "Årets granne", "alfa"]:
        make_recipient(referral, name=name)
    names = [row.name for row in referral.recipients.in_swedish_order()]
    assert names == ["alfa", "Zenit", "Årets granne", "Ängen", "Öppet hus"]


def test_an_address_or_an_organisation_stands_once_on_a_list():
    recipient = make_recipient(organisation=make_organisation())
    with pytest.raises(IntegrityError, match="one_recipient_per_address"), transaction.atomic():
        make_recipient(recipient.referral, email=recipient.email)
    with pytest.raises(IntegrityError, match="per_organisation"), transaction.atomic():
        make_recipient(recipient.referral, organisation=recipient.organisation)
    make_recipient(email=recipient.email, organisation=recipient.organisation)


def test_raw_sql_cannot_store_an_address_in_capitals_or_a_bounce_without_a_time():
    recipient = make_recipient()
    for change, constraint in [
        ("email = 'Bo@example.org'", "recipient_address_is_in_lower_case"),
        ("bounce_text = '550 no such user'", "bounce_has_a_time"),
    ]:
        with (
            pytest.raises(IntegrityError, match=constraint),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(
                f"UPDATE remiss_referralrecipient SET {change} WHERE id = %s", [recipient.pk]
            )


def test_the_same_reminder_cannot_leave_twice_but_one_for_a_moved_day_can():
    recipient = make_recipient()
    day = timezone.localdate()
    ReferralReminder.objects.create(recipient=recipient, days_before=3, due_date=day)
    with pytest.raises(IntegrityError, match="one_reminder"), transaction.atomic():
        ReferralReminder.objects.create(recipient=recipient, days_before=3, due_date=day)
    moved = day + timedelta(days=7)
    ReferralReminder.objects.create(recipient=recipient, days_before=3, due_date=moved)
