"""Rows that tests start from: plain functions, each makes one valid row unless told otherwise."""

from datetime import date
from itertools import count

from django.db import connection, transaction
from django.utils import timezone

from malmoandan.accounts.models import User
from malmoandan.organisations.models import CIVIL_KINDS, CityPart, Kind, Organisation
from malmoandan.organisations.numbers import clean_organisation_number
from signatures.models import (
    Agreement,
    AgreementVersion,
    RegisterEntry,
    Signatory,
    Signature,
    State,
    Way,
    canonical_text,
    text_sha256,
)

FIRST_DAY = date(2015, 12, 7)
_serial = count(1)


def organisation_number(serial: int) -> str:
    """The serial-th valid organisation number; distinct for serials up to 9,999,999."""
    nine = f"80{2 + serial // 1_000_000}{serial % 1_000_000:06d}"
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(nine)]
    return nine + str(-sum(n - 9 if n > 9 else n for n in doubled) % 10)


def make_user(email=None, **fields):
    return User.objects.create_user(email or f"person{next(_serial)}@example.org", **fields)


def make_organisation(**fields):
    serial = next(_serial)
    fields = {"name": f"Föreningen {serial}", "kind": Kind.ASSOCIATION} | fields
    if fields["kind"] == Kind.NETWORK:
        fields.setdefault("purpose", "Vi samlar grannar kring odling.")
    else:
        fields.setdefault("organisation_number", organisation_number(serial))
    return Organisation.objects.create(**fields)


def make_version(*, published=True, **fields):
    """A text of the declaration, published unless told otherwise; numbers follow each other."""
    agreement, _made = Agreement.objects.get_or_create(
        kind=fields.pop("kind", Agreement.Kind.INTENT), defaults={"name": "Avsiktsförklaringen"}
    )
    fields = {
        "number": agreement.versions.count() + 1,
        "title": "Avsiktsförklaring",
        "text": "# Avsiktsförklaring\n\nVi vill samverka.\n",
        "principles": ["Dialog", "Öppenhet och insyn"],
        "adopted_on": FIRST_DAY,
        "first_day": FIRST_DAY,
        "published_at": timezone.now() if published else None,
    } | fields
    fields["text"] = canonical_text(fields["text"])
    return AgreementVersion.objects.create(
        agreement=agreement, text_sha256=text_sha256(fields["text"]), **fields
    )


def make_signature(state=State.PUBLISHED, *, signatories=1, way=Way.CODE, **fields):
    """A signature with its signatories, who have confirmed unless it waits for them."""
    now = timezone.now()
    fields.setdefault("organisation", None)
    fields["organisation"] = fields["organisation"] or make_organisation()
    fields["version"] = fields.get("version") or (
        AgreementVersion.objects.published().first() or make_version()
    )
    if state != State.WAITING:
        fields.setdefault("signed_on", timezone.localdate())
    if state == State.PUBLISHED:
        fields.setdefault("published_at", now)
    if state == State.DECLINED:
        fields.setdefault("declined_at", now)
        fields.setdefault("decline_reason", "Organisationen finns inte i Malmö.")
        fields["decision_by"] = fields.get("decision_by") or make_user()
    signature = Signature.objects.create(state=state, **fields)
    confirmed = {} if state == State.WAITING else {"confirmed_at": now, "way": way}
    for order in range(1, signatories + 1):
        make_signatory(signature=signature, order=order, **confirmed)
    return signature


def make_signatory(*, signature, **fields):
    """A signatory; one with `confirmed_at` has seen the text as it stands."""
    serial = next(_serial)
    fields = {
        "name": f"Alva Ek {serial}",
        "title": "ordförande",
        "email": f"firmatecknare{serial}@example.org",
    } | fields
    if fields.get("confirmed_at"):
        fields.setdefault("way", Way.CODE)
        fields.setdefault("seen_sha256", signature.version.text_sha256)
    return Signatory.objects.create(signature=signature, **fields)


def make_many_signatures(number, *, version=None):
    """`number` published signatures of as many organisations, over kinds, parts and years.

    Copied from one in SQL, without signatories and history: 100,000 take seconds, where
    bulk_create takes most of a minute. All but the first organisation have no number.
    """
    first = make_signature(
        version=version, organisation=make_organisation(name=f"{_NAMES[0]} 0"), signed_on=FIRST_DAY
    )
    start = first.organisation_id * 1_000_000
    kinds = [kind.value for kind in CIVIL_KINDS if kind != Kind.NETWORK]
    organisations = _copy(
        Organisation,
        name=f"{_one_of(_NAMES)} || ' ' || n",
        slug="'many-' || n",
        kind=_one_of(kinds),
        city_part=_one_of(CityPart.values),
        organisation_number="NULL",
        website="'https://forening' || n || '.example.org/'",
    )
    signatures = _copy(
        Signature,
        organisation_id="made.id",
        draft_id="gen_random_uuid()",
        reference="'MANY-' || to_hex(made.id)",
        signed_on="old.signed_on + mod(made.id, 3600)::int",
        published_at="old.published_at - made.id * interval '1 minute'",
    )
    _without_triggers(
        f"WITH made AS ({organisations}, generate_series({start + 1}, {start + number - 1}) n"
        f" WHERE old.id = {first.organisation_id} RETURNING id)"
        f" {signatures}, made WHERE old.id = {first.pk}"
    )


def make_many_entries():
    """An entry in the log for every signature but the first, copied from its entry in SQL.

    Their facts are those of the first, and the chain of hashes does not hold.
    """
    entries = _copy(
        RegisterEntry,
        number="old.number + row_number() OVER ()",
        signature_id="signature.id",
        hash="signature.reference",
    )
    _without_triggers(
        f"{entries}, {Signature._meta.db_table} signature"
        " WHERE old.number = 1 AND signature.id <> old.signature_id"
    )


def _without_triggers(sql):
    """Neither history, nor what notes each row for the search, nor what guards the log."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql)


def _copy(model, **changed):
    """SQL that copies a row `old` with the named columns changed, whatever columns there are."""
    made = [field for field in model._meta.concrete_fields if not field.generated]
    columns = [f.column for f in made if f.column in changed or not f.primary_key]
    values = ", ".join(changed.get(column, f"old.{column}") for column in columns)
    table = model._meta.db_table
    return f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM {table} old"


def _one_of(values):
    """SQL that picks the values in turn by the number `n`."""
    return f"(ARRAY[{', '.join(repr(value) for value in values)}])[1 + mod(n, {len(values)})::int]"


_NAMES = [
    "Öppet hav",
    "Ängens odlare",
    "Årets granne",
    "Kulturföreningen Västan",
    "IF Bollen",
    "Zenit teater",
    "Möllans cykelkök",
    "Hyresgästernas samråd",
]

# Mistakes in the sum would otherwise show as odd refusals far from here.
clean_organisation_number(organisation_number(1))
