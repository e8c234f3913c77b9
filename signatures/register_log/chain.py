"""The chain of the register's log: what an entry says, how it is hashed, how it is appended."""

import hashlib
import json
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection, transaction
from django.db.models import OuterRef, QuerySet
from django.utils import timezone

from signatures.models import RegisterEntry, Signatory, Signature, SignatureQuerySet

# What stands before the first entry.
NO_HASH = "0" * 64
# One key for the whole log: whoever holds this lock knows the newest entry until the commit.
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('register log', 0))"

# The public facts of an entry, by where they stand in the rows (rule 5). Nothing of a person.
ORGANISATION_FACTS = {
    "name": "organisation__name",
    "short_name": "organisation__short_name",
    "organisation_number": "organisation__organisation_number",
    "kind": "organisation__kind",
    "city_part": "organisation__city_part",
    "website": "organisation__website",
}
VERSION_FACTS = {
    "agreement": "version__agreement__kind",
    "number": "version__number",
    "text_sha256": "version__text_sha256",
}
SIGNATURE_FACTS = ["reference", "signed_on", "origin"]


def canonical(body: dict[str, Any]) -> str:
    """The one way to write an entry: JSON with sorted keys and no spaces, letters as they are."""
    return json.dumps(clean(body), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def clean(value: Any) -> Any:
    """The value with its texts in one form: NFC, and line feeds alone."""
    if isinstance(value, dict):
        return {key: clean(inner) for key, inner in value.items()}
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n"))
    return value


def hash_of(body: str) -> str:
    """SHA-256 of the written entry in UTF-8. The hash of the entry before is in the body."""
    return hashlib.sha256(body.encode()).hexdigest()


def written_time(moment: datetime) -> str:
    """UTC with microseconds, such as 2026-11-22T18:05:00.000000Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def public_facts(
    signatures: QuerySet[Signature], *asked: str
) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """The facts that an entry of each signature holds, as they are now.

    Before them the row that they come from, with its key and the other columns asked for.
    """
    confirmed = Signatory.objects.filter(signature=OuterRef("pk"), confirmed_at__isnull=False)
    paths = [*ORGANISATION_FACTS.values(), *VERSION_FACTS.values(), *SIGNATURE_FACTS]
    found = signatures.annotate(ways=ArraySubquery(confirmed.order_by("way").values("way")))
    for row in found.values("pk", "ways", *paths, *asked).iterator():
        ways = row["ways"]
        yield (
            row,
            {
                "organisation": {key: row[path] for key, path in ORGANISATION_FACTS.items()},
                "version": {key: row[path] for key, path in VERSION_FACTS.items()},
                "reference": row["reference"],
                "signed_on": row["signed_on"].isoformat() if row["signed_on"] else None,
                "origin": row["origin"],
                "ways": {way: ways.count(way) for way in ways},
            },
        )


@transaction.atomic
def append(
    event: RegisterEntry.Event, signature: Signature, *, at: datetime | None = None
) -> RegisterEntry:
    """Append an event of a published signature to the log, in the caller's transaction.

    Call it last: from here to the commit every other append waits, which keeps the numbers
    without gaps and the chain without forks. The facts are read from the database, so save
    first. Without `at`, the entry has the time when the signature was published or withdrawn,
    or now for the other events. Raises ValueError for a signature that has never been public.
    """
    wait_for_others()
    signature = Signature.objects.get(pk=signature.pk)
    if not signature.published_at:
        raise ValueError("Only what has been public stands in the log.")
    times = {
        RegisterEntry.Event.PUBLISHED: signature.published_at,
        RegisterEntry.Event.WITHDRAWN: signature.withdrawn_at,
    }
    at = at or times.get(event) or timezone.now()
    newest = latest_entry()
    number = newest.number + 1 if newest else 1
    previous = newest.hash if newest else NO_HASH
    [(_row, facts)] = public_facts(Signature.objects.filter(pk=signature.pk))
    body = canonical(
        {
            **facts,
            "number": number,
            "time": written_time(at),
            "event": str(event),
            "previous": previous,
        }
    )
    return RegisterEntry.objects.create(
        number=number,
        entered_at=at,
        event=event,
        signature=signature,
        body=body,
        previous_hash=previous,
        hash=hash_of(body),
    )


def wait_for_others() -> None:
    """Hold the log until the transaction ends: what is read of it then stays the newest."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK)


def latest_entry() -> RegisterEntry | None:
    return RegisterEntry.objects.order_by("number").last()


def newest_hash() -> str | None:
    """The hash that pins all of the log: print it, and the past cannot change unnoticed."""
    return RegisterEntry.objects.order_by("-number").values_list("hash", flat=True).first()


def correct(signatures: SignatureQuerySet) -> list[RegisterEntry]:
    """Append a correction for each published signature whose facts differ from the log.

    Called last in the transaction that changed the facts. Without a change nothing is appended.
    """
    wait_for_others()
    entries = []
    for row, facts in list(public_facts(signatures.published().order_by("pk"))):
        newest = RegisterEntry.objects.filter(signature=row["pk"]).order_by("number").last()
        if newest and not _says(newest, facts):
            entries.append(append(RegisterEntry.Event.CORRECTED, newest.signature))
    return entries


def _says(entry: RegisterEntry, facts: dict[str, Any]) -> bool:
    said = json.loads(entry.body)
    return all(said.get(name) == value for name, value in clean(facts).items())
