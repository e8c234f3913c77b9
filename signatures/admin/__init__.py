"""The coordinators' desk: signatures to decide on, and the texts that are signed."""

from signatures.admin.agreements import AgreementAdmin, AgreementVersionAdmin
from signatures.admin.changes import ProposedChangeAdmin
from signatures.admin.signatures import DeclineForm, SignatureAdmin

__all__ = [
    "AgreementAdmin",
    "AgreementVersionAdmin",
    "DeclineForm",
    "ProposedChangeAdmin",
    "SignatureAdmin",
]
