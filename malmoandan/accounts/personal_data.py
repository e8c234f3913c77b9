"""The account: what is stored of a person here, and how it goes away (data_rights.py)."""

import json
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import models, transaction
from pghistory.models import Context

from malmoandan.accounts.data_rights import Words
from malmoandan.accounts.models import User
from malmoandan.running import history, mail_files
from malmoandan.running.queue import drop_jobs


def collect(person: User) -> dict[str, Any]:
    sessions = [data for _session, data in _sessions() if _is_of(data, person)]
    factors = Authenticator.objects.filter(user=person)
    done = Context.objects.filter(metadata__user=person.pk).order_by("created_at")
    return {
        "konto": {
            "e-postadress": person.email,
            "namn": person.name,
            "språk i mejl": person.language,
            "skapat": person.date_joined,
            "senast inloggad": person.last_login,
            "samordnare": person.is_staff,
            "inloggningar som gäller": len(sessions),
            "andra steg": [
                {"slag": str(f), "tillagt": f.created_at, "senast använt": f.last_used_at}
                for f in factors
            ],
            "tidigare uppgifter": [
                {"tid": e.pgh_created_at, "namn": e.name, "e-postadress": e.email}
                for e in history.events_of(User).filter(pgh_obj_id=person.pk).order_by("pgh_id")
            ],
        },
        "ändringar du har gjort": [
            {"tid": context.created_at, "sida": context.metadata.get("url", "")} for context in done
        ],
        "administrationens logg": [
            {"tid": entry.action_time, "vad": str(entry)}
            for entry in LogEntry.objects.filter(user=person).order_by("action_time")
        ],
    }


def names(person: User) -> set[str]:
    """The names that the account has had."""
    return set(history.events_of(User).filter(pgh_obj_id=person.pk).values_list("name", flat=True))


def erase(person: User, words: Words) -> None:
    """Delete the account. What must stay and refers to it refers to a stand-in instead."""
    key = person.pk
    _end_sessions(person, words)
    drop_jobs("user_id", [key])
    _erase_from_admin_log(person, words)
    person.groups.clear()  # before the history of it is pointed to the stand-in
    _point_to_stand_in(person)
    history.forget(User.objects.filter(pk=key))
    # Last: the changes above have left traces of their own, made by this very person.
    words.take_out_of(Context.objects.all(), "metadata")
    for context in Context.objects.filter(metadata__user=key):
        del context.metadata["user"]
        context.save(update_fields=["metadata"])
    transaction.on_commit(lambda: mail_files.forget(words.found_in))


def _sessions() -> Any:
    """Every session with what it holds; the database sees it as one sealed text."""
    for session in Session.objects.iterator():
        yield session, session.get_decoded()


def _is_of(data: dict[str, Any], person: User) -> bool:
    return str(data.get("_auth_user_id")) == str(person.pk)


def _end_sessions(person: User, words: Words) -> None:
    """End those of the person, and those that wait for a code to the address or hold the name."""
    for session, data in _sessions():
        if _is_of(data, person) or words.found_in(json.dumps(data, ensure_ascii=False)):
            session.delete()


def _erase_from_admin_log(person: User, words: Words) -> None:
    own = ContentType.objects.get_for_model(User)
    LogEntry.objects.filter(content_type=own, object_id=str(person.pk)).delete()
    LogEntry.objects.filter(user=person).delete()
    words.take_out_of(LogEntry.objects.all(), "object_repr", "change_message")


def _point_to_stand_in(person: User) -> None:
    """References that a person's account protects, and those in the history of other rows."""
    stand_in = User.objects.stand_in()
    for relation in _references():
        rows = relation.related_model._base_manager
        name = relation.field.name
        rows.filter(**{name: person.pk}).update(**{name: stand_in.pk})


def _references() -> list[Any]:
    """Each column of another table that refers to a person and is not deleted with them."""
    relations: list[Any] = list(User._meta.get_fields(include_hidden=True))
    return [
        relation
        for relation in relations
        if getattr(relation, "on_delete", None) in {models.PROTECT, models.DO_NOTHING}
        # pghistory's own model is a view in Python over all events, and no table.
        and relation.related_model._meta.app_label != "pghistory"
        and relation.field.name != "pgh_obj"
    ]
