"""Why something cannot be done to a signature."""

from signatures.models import Signature


class NotOpen(Exception):
    """The text cannot be signed now: not yet, or no longer."""


class AlreadySigned(Exception):
    """The organisation has signed this text before; `signature` is the one that stands."""

    def __init__(self, signature: Signature) -> None:
        super().__init__(signature.reference)
        self.signature = signature


class SamePerson(Exception):
    """The eID proved a person who has confirmed this signature under another address."""


class AlreadyDecided(Exception):
    """Somebody else has decided; `signature` tells who, when and what."""

    def __init__(self, signature: Signature) -> None:
        super().__init__(signature.state)
        self.signature = signature
