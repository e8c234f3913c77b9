"""Codes that people read and links that nobody guesses."""

import secrets

# Crockford's base 32: no letter that is mistaken for a digit when read aloud or copied by hand.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def readable_reference(prefix: str) -> str:
    """A reference people can read over the telephone, such as MA-7K3F-92QD."""
    letters = "".join(secrets.choice(ALPHABET) for _position in range(8))
    return f"{prefix}-{letters[:4]}-{letters[4:]}"


def new_token() -> str:
    """A part of a link that nobody guesses: 192 bits in 32 characters."""
    return secrets.token_urlsafe(24)
