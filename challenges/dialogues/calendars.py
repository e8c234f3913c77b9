"""Dialogues as iCalendar files (RFC 5545, 5546). docs/decisions/0016-calendar-files.md"""

from collections.abc import Iterable
from datetime import UTC, timedelta

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, Timezone, vCalAddress, vText

from challenges.models import Dialogue, Participant
from challenges.models.dialogues import STOCKHOLM

CONTENT_TYPE = "text/calendar; charset=utf-8"
PRODUCT = "-//Malmoandan//Dialoger//SV"
# The rule of the European Union since 1996, as RFC 5545 writes it.
TIME_ZONE = """BEGIN:VTIMEZONE
TZID:Europe/Stockholm
BEGIN:DAYLIGHT
DTSTART:19960331T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZNAME:CEST
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZNAME:CET
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
END:VTIMEZONE
"""
_STATUS = {
    Dialogue.State.PLANNED: "TENTATIVE",
    Dialogue.State.INVITED: "CONFIRMED",
    Dialogue.State.HELD: "CONFIRMED",
    Dialogue.State.CANCELLED: "CANCELLED",
}


def public_calendar(dialogues: Iterable[Dialogue]) -> bytes:
    """What anyone may have in the calendar: never the online address."""
    calendar = _calendar("PUBLISH")
    calendar.add("name", _("Malmöandans dialoger"))
    calendar.add("x-wr-calname", _("Malmöandans dialoger"))
    calendar.add("refresh-interval", timedelta(hours=6), parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", timedelta(hours=6))
    for dialogue in dialogues:
        calendar.add_component(_event(dialogue))
    return calendar.to_ical()


def personal_calendar(participant: Participant, *, cancelled: bool = False) -> bytes:
    """The file in a participant's mail: takes the place of the one in an earlier mail.

    `cancelled` takes the dialogue out of the person's calendar, because it was called off or
    the person does not come.
    """
    dialogue = participant.dialogue
    calendar = _calendar("CANCEL" if cancelled else "REQUEST")
    event = _event(dialogue, online_address="" if cancelled else dialogue.online_address)
    if cancelled:
        event["status"] = vText("CANCELLED")
    organiser = vCalAddress(f"mailto:{settings.CONTACT_EMAIL}")
    organiser.params["cn"] = "Malmöandan"
    event.add("organizer", organiser)
    guest = vCalAddress(f"mailto:{participant.email}")
    # The seat is given already: a calendar program shall not ask for an answer.
    guest.params.update({"partstat": "ACCEPTED", "rsvp": "FALSE", "cn": participant.name})
    event.add("attendee", guest)
    calendar.add_component(event)
    return calendar.to_ical()


def _calendar(method: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(Timezone.from_ical(TIME_ZONE))
    return calendar


def _event(dialogue: Dialogue, *, online_address: str = "") -> Event:
    address = settings.BASE_URL + dialogue.get_absolute_url()
    event = Event()
    event.add("uid", f"{dialogue.uid}@malmoandan")
    event.add("sequence", dialogue.sequence)
    # The row's own times, so that the same dialogue gives the same bytes.
    event.add("dtstamp", dialogue.updated_at.astimezone(UTC))
    event.add("last-modified", dialogue.updated_at.astimezone(UTC))
    event.add("dtstart", dialogue.starts_at.astimezone(STOCKHOLM))
    event.add("dtend", dialogue.ends_at.astimezone(STOCKHOLM))
    event.add("summary", dialogue.title)
    event.add("status", _STATUS[Dialogue.State(dialogue.state)])
    event.add("url", address)
    places = [dialogue.place, online_address or (_("På nätet") if dialogue.is_online else "")]
    event.add("location", ", ".join(place for place in places if place))
    event.add("description", _description(dialogue, address))
    return event


def _description(dialogue: Dialogue, address: str) -> str:
    parts = [
        _("Inställd: %(reason)s") % {"reason": dialogue.cancel_reason}
        if dialogue.is_cancelled
        else "",
        dialogue.get_form_display(),
        dialogue.directions,
        dialogue.accessibility,
        address,
    ]
    return "\n\n".join(str(part) for part in parts if part)
