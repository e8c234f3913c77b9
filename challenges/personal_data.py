"""Seats: what is stored of a person here, and how it goes away (accounts/data_rights.py)."""

from typing import Any

from challenges import access
from challenges.dialogues import personal_data as dialogues
from challenges.models import Coordinator, GroupMember, Host
from malmoandan.accounts.data_rights import Words
from malmoandan.accounts.models import User
from malmoandan.running import history

SEATS = [Host, Coordinator, GroupMember]
FREE_TEXT = {Host: ["unit"], Coordinator: ["unit", "about", "english_about"], GroupMember: ["unit"]}
NOBODY = {
    "account": None,
    "name": "",
    "name_basis": "",
    "name_public_since": None,
    "email_public_since": None,
}


def collect(person: User) -> dict[str, Any]:
    return {
        "uppdrag": [
            {
                "uppdrag": str(term._meta.verbose_name),
                "samhällsutmaning": str(getattr(term, "area", "")),
                "grupp": str(getattr(term, "group", "")),
                "sektor": str(term.get_sector_display()),
                "namn": term.name,
                "organisation och enhet": term.from_where,
                "från": term.since,
                "till": term.until,
                "namnet visas": bool(term.shown_name),
                "e-postadressen visas": bool(term.email_public_since),
            }
            for term in access.own_terms(person)
        ]
    } | dialogues.collect(person)


def names(person: User) -> set[str]:
    """The names under which the person has held seats, or signed up."""
    return {term.name for term in access.own_terms(person)} | dialogues.names(person)


def erase(person: User, words: Words) -> None:
    """Take away the person. That the seat was held, and when, stays."""
    dialogues.erase(person, words)
    for model in SEATS:
        rows = model._base_manager.filter(account=person)
        keys = list(rows.values_list("pk", flat=True))
        for row in rows:
            model._base_manager.filter(pk=row.pk).update(**NOBODY)
        events = history.events_of(model)
        events.filter(pgh_obj_id__in=keys).update(**NOBODY)
        for everything in (model._base_manager.all(), events):
            words.take_out_of(everything, *FREE_TEXT[model])
