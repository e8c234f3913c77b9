"""What can be said of a PDF that somebody hands in: is it ours, is it whole, is it still true?"""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from malmoandan.publishing.seal import Seal, check_seal, sealed_file
from signatures.certificates import Proof, proof_of, provable
from signatures.documents import FACTS_FILE
from signatures.models import AgreementVersion, RegisterEntry


@dataclass(frozen=True)
class Verdict:
    """What the seal says; when it is whole, what the document is, and what holds today.

    `proof` for a certificate, `version` for an agreement with its signatories; neither when the
    register does not know what a whole document speaks of.
    """

    seal: Seal
    exported_on: date | None = None
    log_holds: bool = False
    proof: Proof | None = None
    version: AgreementVersion | None = None
    signed: int = 0
    joined: int = 0
    left: int = 0

    @property
    def is_whole(self) -> bool:
        return self.seal is Seal.WHOLE


def judge(data: bytes) -> Verdict:
    """The verdict on any bytes. Only a file whose seal is whole is read as a PDF: it is ours."""
    seal = check_seal(data)
    content = sealed_file(data, FACTS_FILE) if seal is Seal.WHOLE else None
    if content is None:
        return Verdict(seal)
    facts = json.loads(content)
    common: dict[str, Any] = {
        "seal": seal,
        "exported_on": date.fromisoformat(facts["exported_on"]),
        "log_holds": _log_holds(facts),
    }
    if facts["document"] == "certificate":
        signature = provable().filter(reference=facts["reference"]).first()
        return Verdict(**common, proof=proof_of(signature) if signature else None)
    return Verdict(**common, **_agreement(facts))


def _log_holds(facts: dict[str, Any]) -> bool:
    """Whether the log still has the entry, word for word, that was the newest on that day."""
    if not facts["log_number"]:
        return True
    known = RegisterEntry.objects.filter(number=facts["log_number"], hash=facts["log_hash"])
    return known.exists()


def _agreement(facts: dict[str, Any]) -> dict[str, Any]:
    version = (
        AgreementVersion.objects.published()
        .filter(text_sha256=facts["text_sha256"], number=facts["version"])
        .filter(agreement__kind=facts["agreement"])
        .first()
    )
    since = RegisterEntry.objects.filter(signature__version=version, number__gt=facts["log_number"])
    return {
        "version": version,
        "signed": facts["signatories"],
        "joined": since.filter(event=RegisterEntry.Event.PUBLISHED).count(),
        "left": since.filter(event=RegisterEntry.Event.WITHDRAWN).count(),
    }
