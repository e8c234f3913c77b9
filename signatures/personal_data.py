"""Signatures: what is stored of a person here, and how it goes away (accounts/data_rights.py)."""

from functools import partial
from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q, QuerySet

from malmoandan.accounts.data_rights import Words
from malmoandan.accounts.models import ERASED_NAME, User
from malmoandan.running import history
from malmoandan.running.queue import drop_jobs
from signatures import actions, register_log
from signatures.models import (
    RegisterEntry,
    Signatory,
    Signature,
    State,
    new_token,
)


def collect(person: User) -> dict[str, Any]:
    rows = _signatories(person).select_related("signature__organisation", "signature__version")
    decided = Signature.objects.filter(decision_by=person)
    withdrawn = Signature.objects.filter(withdrawn_by=person)
    return {
        "undertecknanden": [_told(row) for row in rows],
        "undertecknanden du har beslutat om": list(decided.values_list("reference", flat=True)),
        "undertecknanden du har tagit tillbaka": list(
            withdrawn.values_list("reference", flat=True)
        ),
    }


def _told(row: Signatory) -> dict[str, Any]:
    signature = row.signature
    events = history.events_of(Signatory).filter(pgh_obj_id=row.pk).order_by("pgh_id")
    return {
        "organisation": signature.organisation.name,
        "text": str(signature.version),
        "referens": signature.reference,
        "läge": str(signature.get_state_display()),
        "undertecknad": signature.signed_on,
        "publicerad": signature.published_at,
        "återtagen": signature.withdrawn_at,
        "du uppgav om organisationen": signature.stated if row.order == 1 else None,
        "beslut": f"{signature.get_decided_by_display()} {signature.decided_on or ''}".strip(),
        "protokoll": signature.minutes_name,
        "inskannad blankett": signature.scan_name,
        "namn": row.name,
        "uppdrag": row.title,
        "e-postadress": row.email,
        "bekräftad": row.confirmed_at,
        "sätt": str(row.get_way_display()),
        "tillitsnivå": row.assurance,
        "annat namn i e-legitimationen": row.eid_name_differs,
        "textens kontrollsumma": row.seen_sha256,
        "påmind": row.reminded_at,
        "tidigare uppgifter": [
            {"tid": e.pgh_created_at, "namn": e.name, "uppdrag": e.title, "e-postadress": e.email}
            for e in events
        ],
    }


def names(person: User) -> set[str]:
    """The names by which the person has signed."""
    return set(_signatories(person).values_list("name", flat=True))


def erase(person: User, words: Words) -> None:
    """Take away the person. That the organisation signed, when and which text, stays."""
    keys = list(_signatories(person).values_list("pk", flat=True))
    signatures = Signature.objects.filter(signatories__in=keys)
    for waiting in signatures.filter(state=State.WAITING).distinct():
        actions.withdraw(signature=waiting, by=person)
    _empty(keys)
    drop_jobs("signatory_id", keys)
    for rows in (Signature._base_manager.all(), history.events_of(Signature)):
        words.take_out_of(rows, "decline_reason", "stated", "minutes_name", "scan_name")
    remove_papers()
    published = signatures.filter(entries__isnull=False).distinct().order_by("pk")
    for signature in published:
        register_log.append(RegisterEntry.Event.ERASED, signature)


def remove_papers() -> None:
    """Delete minutes and scans of decided signatures where a signatory has been erased.

    Those that wait for a decision are needed for it, and go once it is made (tasks.py).
    """
    undecided = [State.WAITING, State.SUBMITTED]
    erased = Signatory.objects.filter(name=ERASED_NAME, email="").values("signature")
    kept = Signature.objects.filter(pk__in=erased).exclude(state__in=undecided)
    for signature in kept.exclude(minutes="", scan=""):
        files = [name for name in (signature.minutes.name, signature.scan.name) if name]
        empty = {"minutes": "", "minutes_name": "", "scan": "", "scan_name": ""}
        Signature.objects.filter(pk=signature.pk).update(**empty)
        history.events_of(Signature).filter(pgh_obj_id=signature.pk).update(**empty)
        for name in files:
            transaction.on_commit(partial(default_storage.delete, name))


def _signatories(person: User) -> QuerySet[Signatory]:
    return Signatory.objects.filter(Q(person=person) | Q(email__iexact=person.email))


def _empty(keys: list[int]) -> None:
    """Leave of a signatory that somebody confirmed, when and how: no name, no way to them."""
    nobody = {
        "person": None,
        "name": ERASED_NAME,
        "title": "",
        "email": "",
        "eid_name_differs": None,
    }
    for key in keys:
        Signatory.objects.filter(pk=key).update(**nobody, token=new_token())
    events: QuerySet[Any] = history.events_of(Signatory).filter(pgh_obj_id__in=keys)
    events.update(**nobody, token="")
