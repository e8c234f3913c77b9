"""What was signed on paper, entered by a coordinator."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from signatures.actions.errors import AlreadySigned, NotOpen
from signatures.actions.rows import by_number, fields_of, live_signature, wait_for_others
from signatures.models import AgreementVersion, Origin, Signatory, Signature, State, Way


@transaction.atomic
def enter_paper_signature(
    *,
    version: AgreementVersion,
    draft_id: UUID | str,
    organisation: dict[str, Any],
    signatories: Sequence[dict[str, str]],
    signed_on: date,
    scan: str,
    scan_name: str,
) -> Signature:
    """Enter what was signed on paper as a signature that waits for its publication.

    `organisation` and `signatories` hold the same fields as in `sign`; an address may be empty,
    and the day is the last one on the paper. Sent twice it makes one signature. Raises NotOpen
    for a paper of a day when the text could not be signed, and AlreadySigned.
    """
    wait_for_others(organisation, draft_id)
    sent = Signature.objects.filter(draft_id=draft_id).first()
    if sent:
        return sent
    if not version.is_open(signed_on):
        raise NotOpen
    known = by_number(organisation)
    live = live_signature(version, known)
    if live:
        raise AlreadySigned(live)
    signature = Signature.objects.create(
        version=version,
        draft_id=draft_id,
        state=State.SUBMITTED,
        origin=Origin.PAPER,
        signed_on=signed_on,
        scan=scan,
        scan_name=scan_name,
        **fields_of(organisation, known),
    )
    for order, person in enumerate(signatories, start=1):
        signatory = Signatory.objects.create(signature=signature, order=order, **person)
        signatory.confirm(way=Way.PAPER)
    return signature
