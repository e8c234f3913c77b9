"""Calendar files, read by a real parser; and the two nights when the clock is changed."""

from datetime import UTC, date, datetime, time

import pytest
import time_machine
from django.core.exceptions import ValidationError
from icalendar import Calendar

from challenges.dialogues import actions
from challenges.dialogues.calendars import personal_calendar, public_calendar
from challenges.dialogues.clock import local_moment
from challenges.models import Dialogue
from tests.challenges.dialogues.dialogues import (
    calendar_of,
    event_of,
    local,
    make_dialogue,
    make_participant,
)
from tests.mailbox import html_of, text_of

SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)
# Day, and 01:30 and 03:30 of it in UTC.
NIGHTS = [
    (SPRING, datetime(2026, 3, 29, 0, 30, tzinfo=UTC), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
    (AUTUMN, datetime(2026, 10, 24, 23, 30, tzinfo=UTC), datetime(2026, 10, 25, 2, 30, tzinfo=UTC)),
]


def night_dialogue(day):
    return make_dialogue(
        starts_at=local_moment(day, time(1, 30)), ends_at=local_moment(day, time(3, 30))
    )


@pytest.mark.parametrize(("day", "start", "end"), NIGHTS)
def test_a_dialogue_on_the_night_is_right_in_the_calendar(db, day, start, end):
    event = event_of(public_calendar([night_dialogue(day)]))

    assert event.start.astimezone(UTC) == start
    assert event.end.astimezone(UTC) == end
    assert event["DTSTART"].params["TZID"] == "Europe/Stockholm"


@pytest.mark.parametrize(("day", "start", "end"), NIGHTS)
def test_the_file_alone_says_the_same_by_its_own_time_zone(db, day, start, end):
    """With the zone under a name that no program knows, only VTIMEZONE can tell the offset."""
    body = public_calendar([night_dialogue(day)]).replace(b"Europe/Stockholm", b"Only-In-File")
    event = event_of(body)

    assert event.start.astimezone(UTC) == start
    assert event.end.astimezone(UTC) == end


@pytest.mark.parametrize(("day", "start", "end"), NIGHTS)
def test_a_dialogue_on_the_night_is_right_on_page_and_in_mail(
    client, smtp, run_jobs, day, start, end
):
    with time_machine.travel(datetime(2026, 3, 1, 12, tzinfo=UTC)):
        dialogue = night_dialogue(day)
        page = client.get(dialogue.get_absolute_url()).content.decode()
        actions.sign_up(dialogue=dialogue, name="Ada", email="ada@example.org")
        run_jobs()
    [mail] = smtp.messages
    event = event_of(calendar_of(mail)[0])

    assert "kl. 01.30–03.30" in page
    assert "kl. 01.30–03.30" in text_of(mail)
    assert "kl. 01.30–03.30" in html_of(mail)
    assert (event.start.astimezone(UTC), event.end.astimezone(UTC)) == (start, end)


def test_a_time_that_the_clock_skips_is_refused():
    with pytest.raises(ValidationError, match="finns inte"):
        local_moment(SPRING, time(2, 0))
    assert local_moment(SPRING, time(3, 0)) == datetime(2026, 3, 29, 1, tzinfo=UTC)


def test_a_time_that_the_clock_shows_twice_is_refused():
    with pytest.raises(ValidationError, match="två gånger"):
        local_moment(AUTUMN, time(2, 59))
    assert local_moment(AUTUMN, time(3, 0)) == datetime(2026, 10, 25, 2, tzinfo=UTC)


def test_hostile_text_stays_inside_its_property(db):
    title = "Öl; mat, \\n och END:VEVENT"
    place = "A\r\nATTENDEE:mailto:x@example.org\nEND:VCALENDAR" + "å" * 100
    body = public_calendar([make_dialogue(title=title, place=place)])
    event = event_of(body)

    assert event["SUMMARY"] == title
    assert event["LOCATION"] == place.replace("\r\n", "\n")
    assert "ATTENDEE" not in event
    assert all(len(line) <= 75 for line in body.split(b"\r\n"))


def test_the_same_dialogue_keeps_its_uid_while_the_sequence_rises(db):
    dialogue = make_dialogue()
    before = event_of(public_calendar([dialogue]))
    changed = actions.change(dialogue=dialogue, areas=dialogue.areas.all(), place="Rådhuset")
    cancelled = actions.cancel(dialogue=changed, reason="Sjukdom.")
    after = event_of(public_calendar([Dialogue.objects.get()]))

    assert before["UID"] == after["UID"]
    assert (before["SEQUENCE"], changed.sequence, after["SEQUENCE"]) == (0, 1, 2)
    assert (before["STATUS"], after["STATUS"]) == ("CONFIRMED", "CANCELLED")
    assert "Sjukdom." in after["DESCRIPTION"]
    assert cancelled.uid == dialogue.uid


def test_only_a_seat_gives_the_online_address(db):
    dialogue = make_dialogue(online_address="https://mote.example.org/hemligt")
    participant = make_participant(dialogue)

    assert b"hemligt" not in public_calendar([dialogue])
    assert b"hemligt" in personal_calendar(participant)


def test_a_change_replaces_and_a_cancellation_removes_by_mail(smtp, run_jobs):
    dialogue = make_dialogue()
    actions.sign_up(dialogue=dialogue, name='Ada "A" Ek; B', email="ada@example.org")
    run_jobs()
    actions.change(dialogue=dialogue, areas=dialogue.areas.all(), place="Rådhuset")
    run_jobs()
    actions.cancel(dialogue=dialogue, reason="Sjukdom.")
    run_jobs()
    files = [calendar_of(message) for message in smtp.messages]
    events = [event_of(body) for body, _method in files]

    assert {method for _body, method in files} == {"REQUEST", "CANCEL"}
    assert len({str(event["UID"]) for event in events}) == 1
    last = max(events, key=lambda event: event["SEQUENCE"])
    assert (last["SEQUENCE"], last["STATUS"]) == (2, "CANCELLED")
    assert last["ATTENDEE"] == "mailto:ada@example.org"
    assert last["ATTENDEE"].params["CN"] == 'Ada "A" Ek; B'


def test_the_feed_holds_all_public_dialogues_and_answers_304(client, db):
    make_dialogue(Dialogue.State.PLANNED, title="Utkast")
    make_dialogue(title="Öppen")
    make_dialogue(Dialogue.State.CANCELLED, title="Inställd")
    make_dialogue(Dialogue.State.HELD, title="Hållen")
    response = client.get("/dialoger.ics")
    events = Calendar.from_ical(response.content).events

    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert {str(event["SUMMARY"]) for event in events} == {"Öppen", "Inställd", "Hållen"}
    again = client.get("/dialoger.ics", headers={"If-None-Match": response["ETag"]})
    assert again.status_code == 304


def test_times_are_said_as_in_malmo(db):
    dialogue = make_dialogue(starts_at=local(2027, 7, 1, 22), ends_at=local(2027, 7, 2, 1))

    assert dialogue.when == "1 juli 2027 kl. 22.00 – 2 juli 2027 kl. 01.00"
