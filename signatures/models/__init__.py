"""The rows of the register: texts, signatures, and the log of what became public."""

from signatures.models.agreements import (
    Agreement,
    AgreementVersion,
    Translation,
    canonical_text,
    text_sha256,
)
from signatures.models.log import RegisterEntry, RegisterEntryQuerySet
from signatures.models.signatures import (
    LIVE_STATES,
    DecidingBody,
    Origin,
    Signatory,
    Signature,
    SignatureQuerySet,
    State,
    Way,
    new_reference,
    new_token,
)

__all__ = [
    "LIVE_STATES",
    "Agreement",
    "AgreementVersion",
    "DecidingBody",
    "Origin",
    "RegisterEntry",
    "RegisterEntryQuerySet",
    "Signatory",
    "Signature",
    "SignatureQuerySet",
    "State",
    "Translation",
    "Way",
    "canonical_text",
    "new_reference",
    "new_token",
    "text_sha256",
]
