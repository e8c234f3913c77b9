"""The list of participants, for those who keep the dialogue alone."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from challenges.models import Dialogue, Participant
from malmoandan.publishing.exports import Column, Row, Table


def lists(dialogue: Dialogue) -> dict[str, list[Participant]]:
    """Those with a seat and those who wait, each in order; who has cancelled is not shown."""
    people = dialogue.participants
    return {"seated": list(people.seated()), "waiting": list(people.waiting())}


def table(dialogue: Dialogue, *, source: str) -> Table:
    """The same as a file; `source` is the address of the page."""
    people: dict[str, list[Participant]] = lists(dialogue)
    return Table(
        name=f"deltagare-{dialogue.slug}",
        title=dialogue.title,
        source=source,
        columns=COLUMNS,
        rows=[_row(person) for person in people["seated"] + people["waiting"]],
        selection={},
    )


def _row(person: Participant) -> Row:
    shown: dict[str, Any] = {
        name: getattr(person, name) for name in ["name", "email", "organisation", "needs"]
    }
    return shown | {"state": str(person.get_state_display())}


COLUMNS = [
    Column("namn", _("Namn"), _("Som deltagaren skrev det."), lambda row: row["name"]),
    Column("epost", _("E-postadress"), _("Dit mejlen går."), lambda row: row["email"]),
    Column(
        "organisation",
        _("Organisation"),
        _("Som deltagaren skrev den."),
        lambda row: row["organisation"],
    ),
    Column("behov", _("Behov"), _("Vad deltagaren behöver."), lambda row: row["needs"]),
    Column("lage", _("Läge"), _("Har en plats, eller står i kö."), lambda row: row["state"]),
]
