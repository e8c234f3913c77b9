"""The mails about dialogues, a function each. They are sent by the queue (tasks.py)."""

from collections.abc import Callable
from email.mime.text import MIMEText
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from challenges.dialogues.calendars import personal_calendar
from challenges.models import Dialogue, Invitation, Participant
from malmoandan.accounts.models import User
from malmoandan.publishing.languages import ENGLISH, in_language
from malmoandan.publishing.mail import send


def invitation(row: Invitation) -> None:
    """In the person's language; where that is not known, in Swedish with English below."""
    person = User.objects.filter(email=row.email).first()
    _send(
        "invitation",
        row.dialogue,
        to=row.email,
        row=f"invitation-{row.pk}",
        language=person.mail_language if person else settings.LANGUAGE_CODE,
        in_english_too=not (person and person.language),
        english_path=in_language(row.dialogue.get_absolute_url(), ENGLISH),
    )


def seat(participant: Participant) -> None:
    """After signing up: there is a seat."""
    _to_participant("seat", participant, in_calendar=True)


def waiting(participant: Participant) -> None:
    """After signing up: all seats are taken."""
    _to_participant("waiting", participant)


def again(participant: Participant) -> None:
    """To someone whose address is signed up already."""
    _to_participant("again", participant, in_calendar=participant.has_seat)


def moved_up(participant: Participant) -> None:
    """From the waiting list to a seat."""
    _to_participant("moved_up", participant, in_calendar=True)


def changed(participant: Participant) -> None:
    """The dialogue has another time or place."""
    _to_participant("changed", participant, in_calendar=participant.has_seat)


def reminder(participant: Participant) -> None:
    _to_participant("reminder", participant, in_calendar=True)


def left(participant: Participant) -> None:
    """To someone who cancelled, as proof of it."""
    _to_participant("left", participant, out_of_calendar=True)


def called_off(participant: Participant) -> None:
    """The dialogue will not be held."""
    _to_participant("called_off", participant, out_of_calendar=True)


TO_PARTICIPANTS: dict[str, Callable[[Participant], None]] = {
    function.__name__: function
    for function in [seat, waiting, again, moved_up, changed, reminder, left, called_off]
}


def still_true(message: str, participant: Participant) -> bool:
    """Whether the message fits what holds now: a mail server that was down delivers late."""
    if participant.dialogue.is_cancelled:
        return message in {"called_off", "left"}
    state = participant.state
    fits = {
        "waiting": state == Participant.State.WAITING,
        "left": state == Participant.State.CANCELLED,
        "again": state != Participant.State.CANCELLED,
        "changed": state != Participant.State.CANCELLED,
    }
    return fits.get(message, state == Participant.State.SIGNED_UP)


def notes_wait(dialogue: Dialogue, host: User) -> None:
    """To a host whose approval the notes wait for."""
    path = reverse("challenges:dialogue_notes", args=[dialogue.slug])
    row = f"user-{host.pk}-{dialogue.digest[:12]}"
    language = host.mail_language
    path = in_language(path, language)
    _send("notes_wait", dialogue, to=host.email, row=row, language=language, path=path)


def _to_participant(
    message: str,
    participant: Participant,
    *,
    in_calendar: bool = False,
    out_of_calendar: bool = False,
) -> None:
    attachments = []
    if in_calendar or out_of_calendar:
        with translation.override(participant.language):
            attachments = [_calendar_file(participant, cancelled=out_of_calendar)]
    # The same person can get the same message again, after a later change.
    last = max(participant.since, participant.told_at)
    _send(
        message,
        participant.dialogue,
        to=participant.email,
        row=f"{participant.pk}-{participant.dialogue.sequence}-{last:%Y%m%d%H%M%S}",
        language=participant.language,
        attachments=attachments,
        participant=participant,
        path=in_language(
            reverse("challenges:dialogue_participant", args=[participant.token]),
            participant.language,
        ),
    )


def _calendar_file(participant: Participant, *, cancelled: bool) -> MIMEText:
    text = personal_calendar(participant, cancelled=cancelled).decode()
    part = MIMEText(text, "calendar", "utf-8")
    part.set_param("method", "CANCEL" if cancelled else "REQUEST")
    part.add_header("Content-Disposition", "attachment", filename="dialog.ics")
    return part


def _send(
    message: str,
    dialogue: Dialogue,
    *,
    to: str,
    row: str,
    language: str,
    attachments: list[MIMEText] | None = None,
    **context: Any,
) -> None:
    send(
        f"challenges/mail/{message}",
        to=to,
        context={
            "dialogue": dialogue,
            "public_path": in_language(dialogue.get_absolute_url(), language),
            **context,
        },
        language=language,
        message_id=f"dialogue-{message}-{row}",
        attachments=attachments or [],
    )
