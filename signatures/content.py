"""The content the register starts with: the declaration of 2015 and its founding signatories."""

from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from malmoandan.organisations.models import Kind, Organisation, Sector
from signatures import register_log
from signatures.models import (
    Agreement,
    AgreementVersion,
    Origin,
    RegisterEntry,
    Signatory,
    Signature,
    State,
    Translation,
    Way,
    text_sha256,
)

# What facts.json leaves open. The city's number is public (its own letterhead).
MALMO_STAD_NUMBER = "2120001124"
PRINCIPLES_IN_ENGLISH = [
    "Autonomy and independence",
    "Dialogue",
    "Quality and participation",
    "Long-term commitment",
    "Openness and transparency",
    "Diversity",
]


@transaction.atomic
def load(folder: Path, facts: dict[str, Any]) -> bool:
    """Load the declaration with its founding signatories, once; say whether anything was done."""
    if Agreement.objects.filter(kind=Agreement.Kind.INTENT).exists():
        return False
    version = _load_declaration(folder, facts["declaration"])
    for founder in facts["declaration"]["founding_signatories"]:
        _load_founder(version, founder)
    return True


def _load_declaration(folder: Path, facts: dict[str, Any]) -> AgreementVersion:
    signed_on = date.fromisoformat(facts["signed_on"])
    agreement = Agreement.objects.create(kind=Agreement.Kind.INTENT, name="Avsiktsförklaringen")
    version = AgreementVersion(
        agreement=agreement,
        title=facts["title"],
        text=(folder / facts["text"]).read_text(),
        principles=facts["principles"],
        adopted_on=signed_on,
        adopted_in=facts["signed_in"],
        first_day=signed_on,
    )
    version.save()
    version.published_at = _at_noon(signed_on)
    version.save(update_fields=["published_at"])
    text = (folder / facts["text"]).with_suffix(".en.md").read_text()
    Translation.objects.create(
        version=version,
        language="en",
        title=text.splitlines()[0].removeprefix("# "),
        text=text,
        principles=PRINCIPLES_IN_ENGLISH,
    )
    return version


def _load_founder(version: AgreementVersion, facts: dict[str, Any]) -> None:
    city = facts["sector"] == Sector.CITY
    organisation = Organisation.objects.create(
        name=facts["name"],
        short_name=facts.get("short", ""),
        sector=facts["sector"],
        kind=Kind.MUNICIPALITY if city else Kind.ASSOCIATION,
        is_umbrella=facts.get("umbrella", False),
        organisation_number=MALMO_STAD_NUMBER if city else None,
    )
    signature = Signature.objects.create(
        version=version,
        organisation=organisation,
        state=State.PUBLISHED,
        origin=Origin.FOUNDING,
        signed_on=version.adopted_on,
        published_at=_at_noon(version.adopted_on),
    )
    # Who signed for each founder is not known to the portal; the row says how it was signed.
    Signatory.objects.create(
        signature=signature,
        confirmed_at=_at_noon(version.adopted_on),
        way=Way.FOUNDING,
        seen_sha256=text_sha256(version.text),
    )
    register_log.append(RegisterEntry.Event.PUBLISHED, signature)


def _at_noon(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(12)))
