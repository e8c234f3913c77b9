from datetime import timedelta

import pytest
from django.utils import timezone

from malmoandan.accounts import tasks
from malmoandan.accounts.models import User
from tests.factories import make_signature, make_user
from tests.mailbox import html_of, text_of

pytestmark = pytest.mark.django_db
LONG_AGO = timezone.now() - timedelta(days=2)


def remaining():
    tasks.remove_unproven.func(timestamp=0)
    return set(User.objects.values_list("email", flat=True))


def test_an_address_that_nobody_proved_is_forgotten_after_a_day():
    person = make_user("felskriven@example.org", date_joined=LONG_AGO)
    assert remaining() == set()
    events = User._meta.get_field("events").related_model
    assert not events.objects.filter(id=person.pk).exists()


def test_who_has_signed_in_or_works_here_or_came_today_stays():
    make_user("proven@example.org", date_joined=LONG_AGO, last_login=LONG_AGO)
    make_user("staff@example.org", date_joined=LONG_AGO, is_staff=True)
    make_user("today@example.org")
    assert remaining() == {"proven@example.org", "staff@example.org", "today@example.org"}


def test_who_stands_on_a_signature_stays():
    person = make_user("anna@example.org", date_joined=LONG_AGO)
    signatory = make_signature().signatories.first()
    signatory.person = person
    signatory.save()
    assert "anna@example.org" in remaining()


def test_a_change_of_the_second_factor_is_told_by_mail(smtp):
    tasks.mail_second_factor_changed.func(make_user("anna@example.org").pk, "webauthn_added")
    [message] = smtp.to("anna@example.org")
    assert "passkey" in text_of(message)
    assert "passkey" in html_of(message)


@pytest.mark.django_db(transaction=True)
def test_the_jobs_run_in_the_queue(smtp, run_jobs):
    person = make_user("anna@example.org", name="Anna")
    tasks.mail_invitation.defer(user_id=person.pk)
    run_jobs()
    [message] = smtp.to("anna@example.org")
    assert "Hej Anna!" in text_of(message)
