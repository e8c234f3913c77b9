"""Reminders, and forgetting who came."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from challenges import tasks
from challenges.dialogues import actions
from challenges.models import Dialogue, Invitation, Participant
from malmoandan.running import history
from tests.challenges.dialogues.dialogues import local, make_dialogue, make_participant
from tests.factories import make_user
from tests.mailbox import text_of

WEEK = timedelta(days=7)


def reminded(smtp):
    return [m["To"] for m in smtp.messages if m["Subject"].startswith("Påminnelse")]


@pytest.mark.parametrize(
    ("start", "due"),
    [
        (local(2026, 6, 10, 18), datetime(2026, 6, 9, 7, tzinfo=UTC)),
        # The night between has 23 hours, then 25.
        (local(2026, 3, 29, 10), datetime(2026, 3, 28, 8, tzinfo=UTC)),
        (local(2026, 10, 25, 10), datetime(2026, 10, 24, 7, tzinfo=UTC)),
        # The day before is itself the long one, and the short one.
        (local(2026, 10, 26, 23), datetime(2026, 10, 25, 8, tzinfo=UTC)),
        (local(2026, 3, 30, 23), datetime(2026, 3, 29, 7, tzinfo=UTC)),
    ],
)
def test_the_reminder_leaves_at_nine_the_day_before_once(smtp, run_jobs, start, due):
    dialogue = make_dialogue(starts_at=start)
    person = make_participant(dialogue, since=start - WEEK)
    for moment in [due - timedelta(minutes=1), due, due + timedelta(hours=1)]:
        with time_machine.travel(moment, tick=False):
            tasks.remind_participants(0)
            run_jobs()
            assert reminded(smtp) == ([person.email] if moment >= due else [])


def test_those_who_wait_or_came_late_are_not_reminded(smtp, run_jobs):
    start = timezone.now() + timedelta(hours=3)
    dialogue = make_dialogue(starts_at=start)
    make_participant(dialogue, Participant.State.WAITING, since=start - WEEK)
    make_participant(dialogue, Participant.State.CANCELLED, since=start - WEEK)
    make_participant(dialogue)
    tasks.remind_participants(0)
    run_jobs()

    assert smtp.messages == []


def test_a_new_time_is_reminded_of_again(smtp, run_jobs):
    start = timezone.now() + timedelta(hours=5)
    dialogue = make_dialogue(starts_at=start)
    make_participant(dialogue, since=start - WEEK)
    tasks.remind_participants(0)
    actions.change(
        dialogue=dialogue, areas=dialogue.areas.all(), starts_at=start + timedelta(minutes=30)
    )
    tasks.remind_participants(0)
    run_jobs()

    assert len(reminded(smtp)) == 2


def test_participants_go_with_their_history_when_their_time_is_out(db, settings):
    settings.PARTICIPANTS_KEPT_DAYS = 10
    ended = timezone.now() - timedelta(days=10)
    old = make_dialogue(starts_at=ended - timedelta(hours=3), ends_at=ended - timedelta(hours=1))
    newer = make_dialogue(starts_at=ended, ends_at=ended + timedelta(hours=1))
    for dialogue in (old, newer):
        make_participant(dialogue)
        Invitation.objects.create(dialogue=dialogue, email="a@example.org")
    tasks.forget_participants(0)

    for model in (Participant, Invitation):
        assert model.objects.get().dialogue == newer
        assert {event.dialogue_id for event in history.events_of(model)} == {newer.pk}


def test_a_late_mail_says_nothing_that_no_longer_holds(smtp, run_jobs):
    dialogue = make_dialogue(seats=1)
    for number in range(2):
        actions.sign_up(dialogue=dialogue, name="Ada", email=f"ada{number}@example.org")
    actions.leave(participant=dialogue.participants.first())
    run_jobs()

    told = {message["To"]: message["Subject"].split(":")[0] for message in smtp.messages}
    assert len(smtp.messages) == 2
    assert told == {
        "ada0@example.org": "Din anmälan är avbokad",
        "ada1@example.org": "Du har fått en plats",
    }


def test_a_mail_to_someone_who_is_forgotten_is_dropped(smtp, run_jobs):
    person = make_participant(make_dialogue())
    tasks.mail("seat", [person])
    history.forget(Participant.objects.all())
    run_jobs()

    assert smtp.messages == []


def test_an_invitation_is_in_the_language_that_its_reader_is_known_to_read(smtp, run_jobs):
    dialogue = make_dialogue(
        starts_at=local(2027, 5, 11, 17, 30), ends_at=local(2027, 5, 11, 19), title="Trygga torg"
    )
    make_user("en@example.org", language="en")
    make_user("sv@example.org", language="sv")
    addresses = [("en@example.org", None), ("sv@example.org", None), ("ny@example.org", None)]
    actions.invite(dialogue=dialogue, addresses=addresses)
    run_jobs()
    texts = {message["To"]: text_of(message) for message in smtp.messages}
    in_swedish, in_english = "11 maj 2027 kl. 17.30–19.00", "11 May 2027, 17:30–19:00"
    assert in_english in texts["en@example.org"]
    assert f"{dialogue.get_absolute_url()}?sprak=en" in texts["en@example.org"]
    assert in_swedish not in texts["en@example.org"]
    assert in_english not in texts["sv@example.org"]
    assert texts["ny@example.org"].index(in_swedish) < texts["ny@example.org"].index(in_english)


def test_a_participant_is_led_back_to_the_language_of_the_sign_up(smtp, run_jobs):
    participant = make_participant(make_dialogue(), language="en")
    for message in ["seat", "reminder", "changed"]:
        tasks.mail(message, [participant])
    run_jobs()
    assert len(smtp.messages) == 3
    for message in smtp.messages:
        assert f"{participant.token}/?sprak=en" in text_of(message)
        assert "Hej " not in text_of(message)


def test_a_host_is_written_to_in_the_language_of_the_account(smtp, run_jobs):
    dialogue = make_dialogue(Dialogue.State.HELD, notes="Vi sa så.")
    host = make_user(language="en")
    tasks.mail_notes_wait.defer(dialogue_id=dialogue.pk, user_id=host.pk)
    run_jobs()
    [message] = smtp.messages
    assert message["Content-Language"] == "en"
    assert "/anteckningar/?sprak=en" in text_of(message)
