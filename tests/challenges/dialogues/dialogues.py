"""Rows and steps that the tests of dialogues start from."""

import re
from datetime import date, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from django.utils import timezone
from icalendar import Calendar

from challenges.models import ChallengeArea, Dialogue, Host, Outcome, Participant
from tests.factories import make_user
from tests.mailbox import text_of

STOCKHOLM = ZoneInfo("Europe/Stockholm")
_serial = count(1)
FORM = {
    "title": "Trygga torg",
    "form": "dialogue_forum",
    "sector": "both",
    "day": "2027-05-11",
    "starts": "17:30",
    "ends": "19:00",
    "last_day": "",
    "place": "Stadshuset, August Palms plats 1",
    "directions": "Buss 5 till Triangeln.",
    "accessibility": "Hiss och hörslinga.",
    "online_address": "",
    "seats": "10",
    "method": "Öppet forum",
    "agenda": "Vad gör ett torg tryggt?",
}
ADA = {"name": "Ada Ek", "email": "ada@example.org", "organisation": "", "needs": ""}


def make_area(name=None):
    return ChallengeArea.objects.create(name=name or f"Utmaning {next(_serial)}")


def make_host(area, sector="civil", *, first_day=date(2020, 1, 1), last_day=None, **user):
    """A person who hosts the area; the days say when."""
    person = make_user(**user)
    Host.objects.create(
        area=area, sector=sector, account=person, first_day=first_day, last_day=last_day
    )
    return person


def make_dialogue(state=Dialogue.State.INVITED, *, areas=None, **fields):
    """A dialogue in a month, or a month ago when it was held."""
    now = timezone.now()
    start = now + timedelta(days=-30 if state == Dialogue.State.HELD else 30)
    fields = {
        "title": f"Dialog {next(_serial)}",
        "form": Dialogue.Form.FORUM,
        "place": "Stadshuset",
        "starts_at": start,
        "state": state,
        "invited_at": None if state == Dialogue.State.PLANNED else now,
        "cancelled_at": now if state == Dialogue.State.CANCELLED else None,
    } | fields
    fields.setdefault("ends_at", fields["starts_at"] + timedelta(hours=2))
    fields["created_by"] = fields.get("created_by") or make_user()
    dialogue = Dialogue.objects.create(**fields)
    dialogue.areas.set(areas or [make_area()])
    return dialogue


def make_participant(dialogue, state=Participant.State.SIGNED_UP, **fields):
    order = next(_serial)
    fields = {"name": "Bo Al", "email": f"deltagare{order}@example.org", "order": order} | fields
    return Participant.objects.create(dialogue=dialogue, state=state, **fields)


def make_outcome(dialogue, *, published=True, **fields):
    fields = {"what": "Lysa upp torget", "who": "Gatukontoret", "sector": "city"} | fields
    at = timezone.now() if published else None
    return Outcome.objects.create(dialogue=dialogue, published_at=at, **fields)


def local(*parts):
    return datetime(*parts, tzinfo=STOCKHOLM)


def event_of(body):
    """The first event of a calendar file, read by the library."""
    return Calendar.from_ical(body).events[0]


def calendar_of(message):
    """The calendar file of a mail, and its method."""
    [part] = [part for part in message.walk() if part.get_content_type() == "text/calendar"]
    return part.get_content(), part.get_param("method")


def link_in(message):
    return re.search(r"https?://\S+?(/dialoger/anmalan/\S+)", text_of(message))[1]
