"""What happens to a signature. Each function is one transaction; mail is queued inside it.

A job is a row in the same database: queued in the transaction, it is there exactly when what
it tells of is there, also when the process dies right after the commit.
"""

from signatures.actions.deciding import decline, publish, withdraw
from signatures.actions.errors import AlreadyDecided, AlreadySigned, NotOpen, SamePerson
from signatures.actions.paper import enter_paper_signature
from signatures.actions.rows import ORGANISATION_FIELDS
from signatures.actions.signing import confirm, sign
from signatures.actions.texts import publish_version

__all__ = [
    "ORGANISATION_FIELDS",
    "AlreadyDecided",
    "AlreadySigned",
    "NotOpen",
    "SamePerson",
    "confirm",
    "decline",
    "enter_paper_signature",
    "publish",
    "publish_version",
    "sign",
    "withdraw",
]
