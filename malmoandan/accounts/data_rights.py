"""A person's right to get and to erase what is stored of them, in every app.

An app that stores personal data has a module `personal_data` with two functions:

- `collect(person) -> dict`: what it stores, by Swedish keys, in values that JSON knows;
- `erase(person, words)`: take it away, history included. `words` are the names and the address
  that free text is searched for (`Words.take_out_of`).

A third one, `names(person) -> set[str]`, tells names that the app knows the person by. The apps
are asked in the order of INSTALLED_APPS, where this one, which holds the account, comes last.
What is stored at all, why and how long is declared beside it (data_register.py).
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from smtplib import SMTPException
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.module_loading import module_has_submodule

from malmoandan.accounts import mails, security_log
from malmoandan.accounts.models import User

ERASED = "[raderat]"


class LastCoordinator(Exception):
    """Nobody would be left to decide. Invite another coordinator first."""


class Words:
    """The names and the address of a person, to be found in text that others wrote."""

    def __init__(self, words: set[str]) -> None:
        self.words = sorted(filter(None, words), key=len, reverse=True)
        whole = "|".join(re.escape(word) for word in self.words)
        self._pattern = re.compile(rf"(?<!\w)(?:{whole})(?!\w)", re.IGNORECASE)

    def found_in(self, text: str) -> bool:
        return bool(self._pattern.search(text))

    def without(self, value: Any) -> Any:
        """The text, or the JSON with texts in it, where each word is replaced."""
        if isinstance(value, dict):
            return {self.without(key): self.without(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [self.without(inner) for inner in value]
        return self._pattern.sub(ERASED, value) if isinstance(value, str) else value

    def moved(self, text: str, start: int, end: int) -> tuple[int, int]:
        """Where a part of the text stands once the words are replaced; one cut in two is whole."""
        grown, first, last = 0, start, end
        for found in self._pattern.finditer(text):
            change = len(ERASED) - (found.end() - found.start())
            if found.end() <= start:
                first += change
            elif found.start() < start:
                first = found.start() + grown
            if found.end() <= end:
                last += change
            elif found.start() < end:
                last = found.end() + grown + change
            grown += change
        return first, last

    def take_out_of(self, rows: QuerySet[Any], *fields: str) -> None:
        """Replace the words in these fields, of text or JSON, of every row that holds them."""
        holds = Q()
        for field in fields:
            for word in self.words:
                holds |= Q(**{f"{field}__icontains": word})
        for row in rows.filter(holds):
            changed = {field: self.without(getattr(row, field)) for field in fields}
            rows.model._base_manager.filter(pk=row.pk).update(**changed)


def export(person: User) -> dict[str, Any]:
    """Everything stored of the person, app by app."""
    data: dict[str, Any] = {}
    for module in modules():
        data |= module.collect(person)
    return data


def erase(person: User) -> None:
    """Tell the person by a last mail, and erase everything. Raises LastCoordinator.

    The mail goes first and at once, because afterwards no address is left to send it to. That
    it could not be sent is no reason to keep the data.
    """
    if is_last_coordinator(person):
        raise LastCoordinator
    with suppress(SMTPException, OSError):
        mails.erased(person)
    with transaction.atomic():
        # Two coordinators who erase themselves at once take turns here.
        list(User.objects.coordinators().order_by("pk").select_for_update())
        if is_last_coordinator(person):
            raise LastCoordinator
        security_log.note("erased", person=person)
        words = Words(_words(person))
        for module in modules():
            module.erase(person, words)


def is_last_coordinator(person: User) -> bool:
    coordinators = User.objects.coordinators()
    return coordinators.filter(pk=person.pk).exists() and coordinators.count() == 1


def _words(person: User) -> set[str]:
    words = {person.email, person.name}
    for module in modules():
        words |= getattr(module, "names", lambda _person: set())(person)
    return words


def modules(name: str = "personal_data") -> Iterator[Any]:
    """The module of that name of each app that has one, from the top room down."""
    for config in apps.get_app_configs():
        if module_has_submodule(config.module, name):
            yield import_module(f"{config.name}.{name}")
