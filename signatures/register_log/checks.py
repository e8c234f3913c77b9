"""Whether the log is whole, and whether the register says what the log says.

What raw SQL changed, with triggers switched off, shows as a finding: one sentence each. Only who
rewrites the whole log and the register alike leaves none; then a hash that was printed earlier,
which the new chain lacks, tells it.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from malmoandan.accounts.models import ERASED_NAME
from malmoandan.organisations.models import CityPart, Kind
from malmoandan.running import history
from signatures.models import (
    AgreementVersion,
    Origin,
    RegisterEntry,
    Signatory,
    Signature,
    State,
    text_sha256,
)
from signatures.register_log.chain import NO_HASH, canonical, clean, hash_of, public_facts
from signatures.register_log.chain import written_time as written

Event = RegisterEntry.Event
FIELDS = {
    *["number", "time", "event", "previous"],
    *["reference", "organisation", "version", "signed_on", "origin", "ways"],
}
# The database's clock and the portal's.
CLOCKS_DIFFER = timedelta(minutes=1)
FACT_NAMES = {
    "organisation.name": gettext_lazy("organisationens namn"),
    "organisation.short_name": gettext_lazy("organisationens kortnamn"),
    "organisation.organisation_number": gettext_lazy("organisationsnumret"),
    "organisation.kind": gettext_lazy("organisationsformen"),
    "organisation.city_part": gettext_lazy("delen av Malmö"),
    "organisation.website": gettext_lazy("webbplatsen"),
    "version.agreement": gettext_lazy("överenskommelsen"),
    "version.number": gettext_lazy("textens version"),
    "version.text_sha256": gettext_lazy("textens kontrollsumma"),
    "reference": gettext_lazy("referensen"),
    "signed_on": gettext_lazy("dagen för undertecknandet"),
    "origin": gettext_lazy("var organisationen skrev under"),
    "ways": gettext_lazy("sättet att skriva under"),
}
LABELS = {"organisation.kind": Kind, "organisation.city_part": CityPart, "origin": Origin}


@dataclass
class Report:
    entries: int = 0
    signatures: int = 0
    newest_hash: str | None = None
    findings: list[str] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        return not self.findings


class Row(NamedTuple):
    number: int
    entered_at: Any
    event: str
    body: str
    previous_hash: str
    hash: str


def verify(*, printed: Sequence[str] = ()) -> Report:
    """Recompute the chain and compare it with the register, at one moment of the database.

    `printed` are hashes that stand on paper or in files: each must be one of the log.
    """
    report = Report()
    with _one_moment():
        report.findings += _chain(report)
        report.findings += _register(report)
        report.findings += _texts()
        report.findings += _printed(printed)
    return report


@contextmanager
def _one_moment() -> Iterator[None]:
    """What is published meanwhile is not seen, so it is not found to be missing."""
    nested = connection.in_atomic_block
    with transaction.atomic():
        if not nested:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _chain(report: Report) -> Iterator[str]:
    expected, previous = 1, NO_HASH
    entries = RegisterEntry.objects.order_by("number").values_list(*Row._fields)
    for row in map(Row._make, entries.iterator()):
        report.entries += 1
        report.newest_hash = row.hash
        if row.number > expected:
            yield _missing(expected, row.number - 1)
        elif row.number < expected:
            yield _("Post %(number)s står mer än en gång.") % {"number": row.number}
        elif row.previous_hash != previous:
            yield _("Post %(number)s bygger inte på posten före den.") % {"number": row.number}
        yield from _entry(row)
        expected, previous = row.number + 1, row.hash


def _missing(first: int, last: int) -> str:
    if first == last:
        return _("Post %(number)s saknas.") % {"number": first}
    return _("Posterna %(first)s till %(last)s saknas.") % {"first": first, "last": last}


def _entry(row: Row) -> Iterator[str]:
    """What is wrong with an entry by itself."""
    if hash_of(row.body) != row.hash:
        yield _("Innehållet i post %(number)s stämmer inte med postens kontrollsumma.") % {
            "number": row.number
        }
    said = json.loads(row.body)
    if not isinstance(said, dict) or set(said) != FIELDS or canonical(said) != row.body:
        yield _("Innehållet i post %(number)s är inte skrivet som logg.") % {"number": row.number}
        return
    if said["event"] not in Event.values:
        yield _("Post %(number)s har en okänd händelse: ”%(event)s”.") % {
            "number": row.number,
            "event": said["event"],
        }
    columns = {
        "number": (_("nummer"), row.number),
        "time": (_("tid"), written(row.entered_at)),
        "event": (_("händelse"), row.event),
        "previous": (_("föregående kontrollsumma"), row.previous_hash),
    }
    for key, (name, stands) in columns.items():
        if said[key] != stands:
            yield _(
                "Post %(number)s står i loggen med %(name)s ”%(stands)s”, men dess innehåll säger"
                " ”%(said)s”."
            ) % {"number": row.number, "name": name, "stands": stands, "said": said[key]}


def _register(report: Report) -> Iterator[str]:
    entries = RegisterEntry.objects.filter(signature=OuterRef("pk")).order_by("number")
    public = Q(published_at__isnull=False) | Q(state=State.PUBLISHED) | Exists(entries)
    signatures = Signature.objects.filter(public).order_by("pk")
    signatures = signatures.annotate(log=ArraySubquery(entries.values("body")))
    for row, facts in public_facts(signatures, "log", "state", "published_at", "withdrawn_at"):
        report.signatures += 1
        yield from _signature(row, clean(facts), [json.loads(body) for body in row["log"]])
    for number, body in _entries_without_signature():
        yield _("Post %(number)s gäller %(reference)s, som inte finns i registret.") % {
            "number": number,
            "reference": json.loads(body).get("reference"),
        }
    for reference in _vanished():
        yield _(
            "Undertecknandet %(reference)s har varit publicerat men finns inte i registret."
        ) % {"reference": reference}
    for reference in _erased_unsaid():
        yield _("För %(reference)s är personuppgifter raderade utan post i loggen.") % {
            "reference": reference
        }


def _signature(row: dict[str, Any], facts: dict[str, Any], log: list[Any]) -> Iterator[str]:
    """What differs between a signature and its entries."""
    about = {"reference": row["reference"], "name": facts["organisation"]["name"]}
    log = [said for said in log if isinstance(said, dict) and set(said) == FIELDS]
    events = [said["event"] for said in log]
    if Event.PUBLISHED not in events:
        yield _("%(name)s (%(reference)s) är publicerad men saknar post om det i loggen.") % about
        return
    if not _is_possible(events):
        yield _("Posterna om %(name)s (%(reference)s) kan inte följa på varandra så.") % about
    yield from _state(row, events, about)
    yield from _times(row, log, about)
    yield from _facts(facts, log[-1], about, standing=row["state"] == State.PUBLISHED)


def _is_possible(events: list[str]) -> bool:
    """Published once, at first; withdrawn at most once, and then only erased."""
    ends = events.index(Event.WITHDRAWN) if Event.WITHDRAWN in events else len(events)
    return (
        events[0] == Event.PUBLISHED
        and events.count(Event.PUBLISHED) == 1
        and set(events[ends + 1 :]) <= {Event.ERASED}
    )


def _state(row: dict[str, Any], events: list[str], about: dict[str, str]) -> Iterator[str]:
    state = State.WITHDRAWN if Event.WITHDRAWN in events else State.PUBLISHED
    if row["state"] != state:
        yield _(
            "%(name)s (%(reference)s) är %(state)s i registret men %(logged)s enligt loggen."
        ) % {**about, "state": State(row["state"]).label, "logged": state.label}


def _times(row: dict[str, Any], log: list[dict[str, Any]], about: dict[str, str]) -> Iterator[str]:
    logged = {said["event"]: said["time"] for said in log}
    for event, moment in [
        (Event.PUBLISHED, row["published_at"]),
        (Event.WITHDRAWN, row["withdrawn_at"]),
    ]:
        if logged.get(event) != (moment and written(moment)):
            yield _(
                "%(name)s (%(reference)s): tiden för ”%(event)s” är en annan i registret än i"
                " loggen."
            ) % {**about, "event": event.label}


def _facts(
    facts: dict[str, Any], said: dict[str, Any], about: dict[str, str], *, standing: bool
) -> Iterator[str]:
    """Facts that differ from the newest entry.

    What an organisation is called after it has withdrawn is no longer entered in the log.
    """
    now, then = _flat(facts), _flat({key: said[key] for key in facts})
    for name in sorted(now.keys() | then.keys()):
        if now.get(name) != then.get(name) and (standing or not name.startswith("organisation.")):
            yield _(
                "%(name)s (%(reference)s): %(fact)s är ”%(now)s” i registret men ”%(then)s” i"
                " loggen."
            ) % {
                **about,
                "fact": FACT_NAMES.get(name, name),
                "now": _shown(name, now.get(name)),
                "then": _shown(name, then.get(name)),
            }


def _flat(facts: dict[str, Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in facts.items():
        if key != "ways" and isinstance(value, dict):
            flat |= {f"{key}.{name}": inner for name, inner in value.items()}
        else:
            flat[key] = value
    return flat


def _shown(name: str, value: Any) -> str:
    if name in LABELS:
        return str(dict(LABELS[name].choices).get(value, value))
    if isinstance(value, dict):
        return ", ".join(f"{way}: {number}" for way, number in value.items())
    return "–" if value in (None, "") else str(value)


def _entries_without_signature() -> Any:
    signature = Signature.objects.filter(pk=OuterRef("signature_id"))
    alone = RegisterEntry.objects.filter(~Exists(signature)).order_by("number")
    return alone.values_list("number", "body")


def _vanished() -> Any:
    """References of signatures that the history saw published and that are no more."""
    signature = Signature.objects.filter(pk=OuterRef("pgh_obj_id"))
    gone = history.events_of(Signature).filter(~Exists(signature), state=State.PUBLISHED)
    return gone.order_by("reference").values_list("reference", flat=True).distinct()


def _erased_unsaid() -> Any:
    """References of signatures of which a person was erased, once public, without an entry."""
    changes = history.events_of(Signatory).filter(pgh_obj_id=OuterRef("pk"))
    erased = Signatory.objects.filter(name=ERASED_NAME, email="").annotate(
        erased_at=Subquery(changes.order_by("-pgh_created_at").values("pgh_created_at")[:1])
    )
    said = RegisterEntry.objects.filter(
        event=Event.ERASED,
        signature=OuterRef("signature"),
        entered_at__gt=OuterRef("erased_at") - CLOCKS_DIFFER,
    )
    unsaid = erased.filter(~Exists(said), erased_at__gt=F("signature__published_at"))
    return unsaid.values_list("signature__reference", flat=True).distinct()


def _texts() -> Iterator[str]:
    for version in AgreementVersion.objects.published().select_related("agreement"):
        if text_sha256(version.text) != version.text_sha256:
            yield _("Texten i %(agreement)s, version %(number)s, har ändrats.") % {
                "agreement": version.agreement,
                "number": version.number,
            }
    another_text = (
        Signatory.objects.filter(signature__published_at__isnull=False)
        .filter(confirmed_at__isnull=False)
        .exclude(seen_sha256=F("signature__version__text_sha256"))
    )
    for reference in another_text.values_list("signature__reference", flat=True).distinct():
        yield _("En firmatecknare för %(reference)s bekräftade en annan text.") % {
            "reference": reference
        }


def _printed(hashes: Sequence[str]) -> Iterator[str]:
    known = set(RegisterEntry.objects.filter(hash__in=hashes).values_list("hash", flat=True))
    for missing in [printed for printed in hashes if printed not in known]:
        yield _(
            "Kontrollsumman %(hash)s finns inte i loggen. Har den stått på ett dokument från"
            " portalen, så är loggen omskriven."
        ) % {"hash": missing}
