"""The mails about who may act for an organisation, a function each, sent by the queue."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.urls import reverse

from malmoandan.accounts.models import User
from malmoandan.organisations.models import Handover, Organisation
from malmoandan.publishing.mail import send


def handover_asked(handover: Handover) -> None:
    """To the new person: please read and confirm. A link that is followed does nothing."""
    path = reverse("organisations:take_over", args=[handover.token])
    _about("handover_asked", handover, to=handover.email, path=path)


def handover_begun(handover: Handover) -> None:
    """To the present representative, in case somebody else sits at the keyboard."""
    _about("handover_begun", handover, to=handover.by.email, path=reverse("pages:mine"))


def handover_cancelled(handover: Handover) -> None:
    _about("handover_cancelled", handover, to=handover.email)


def handover_done(handover: Handover) -> None:
    """To the one who handed over."""
    _about("handover_done", handover, to=handover.by.email)


def handover_received(handover: Handover) -> None:
    """To the one who took over."""
    _about("handover_received", handover, to=handover.email, path=reverse("pages:mine"))


ABOUT_HANDOVERS: dict[str, Callable[[Handover], None]] = {
    function.__name__: function
    for function in [
        handover_asked,
        handover_begun,
        handover_cancelled,
        handover_done,
        handover_received,
    ]
}


def right_given(organisation: Organisation, person: User) -> None:
    """To the one whom a coordinator gave the right."""
    _to_person("right_given", organisation, person)


def right_ended(organisation: Organisation, person: User) -> None:
    """To the one whose right a coordinator ended."""
    _to_person("right_ended", organisation, person)


TO_PEOPLE: dict[str, Callable[[Organisation, User], None]] = {
    function.__name__: function for function in [right_given, right_ended]
}


def _about(message: str, handover: Handover, *, to: str, **context: Any) -> None:
    send(
        f"organisations/mail/{message}",
        to=to,
        context={"handover": handover, "organisation": handover.organisation, **context},
        language=handover.language,
        message_id=f"{message}-{handover.pk}",
    )


def _to_person(message: str, organisation: Organisation, person: User) -> None:
    send(
        f"organisations/mail/{message}",
        to=person.email,
        context={
            "organisation": organisation,
            "path": reverse("pages:mine"),
            "contact": settings.CONTACT_EMAIL,
        },
        language=person.mail_language,
    )
