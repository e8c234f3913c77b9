"""Rows that tests start from: plain functions, each makes one valid row unless told otherwise."""

from datetime import date
from itertools import count

import pgtrigger
from django.db import connection
from django.utils import timezone

from malmoandan.accounts.models import User
from malmoandan.organisations.models import CIVIL_KINDS, CityPart, Kind, Organisation
from malmoandan.organisations.numbers import clean_organisation_number
from signatures.models import (
    Agreement,
    AgreementVersion,
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

    Made in SQL, without signatories and history: 100,000 take seconds, where bulk_create takes
    most of a minute. The organisations have no numbers.
    """
    version = version or AgreementVersion.objects.published().first() or make_version()
    names = [
        "Öppet hav",
        "Ängens odlare",
        "Årets granne",
        "Kulturföreningen Västan",
        "IF Bollen",
        "Zenit teater",
        "Möllans cykelkök",
        "Hyresgästernas samråd",
    ]
    kinds = [kind.value for kind in CIVIL_KINDS if kind != Kind.NETWORK]
    parts = CityPart.values
    start = next(_serial) * 1_000_000
    with pgtrigger.ignore(), connection.cursor() as cursor:
        cursor.execute(
            """
            WITH made AS (
                INSERT INTO organisations_organisation (name, short_name, slug, sector, kind,
                    is_umbrella, purpose, city_part, website, created_at, updated_at)
                SELECT (%s::text[])[1 + n %% %s] || ' ' || n, '', 'many-' || n, 'civil',
                    (%s::text[])[1 + n %% %s], false, '', (%s::text[])[1 + n %% %s],
                    'https://forening' || n || '.example.org/', now(), now()
                FROM generate_series(%s + 1, %s + %s) AS n
                RETURNING id
            )
            INSERT INTO signatures_signature (version_id, organisation_id, draft_id, reference,
                state, stated, decided_by, minutes, minutes_name, language, created_at,
                updated_at, signed_on, published_at, decline_reason)
            SELECT %s, id, gen_random_uuid(), 'MANY-' || to_hex(id), 'published', '{}',
                '', '', '', 'sv', now(), now(), %s + (id %% 3600)::int,
                now() - id * interval '1 minute', ''
            FROM made
            """,
            [
                *(names, len(names), kinds, len(kinds), parts, len(parts)),
                *(start, start, number, version.pk, FIRST_DAY),
            ],
        )


# Mistakes in the sum would otherwise show as odd refusals far from here.
clean_organisation_number(organisation_number(1))
