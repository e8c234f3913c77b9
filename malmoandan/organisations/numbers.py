"""Swedish organisation numbers, by the rules of the Swedish Companies Registration Office.

Ten digits, the third at least 2 (what tells it from a person's number), the last a Luhn digit.
"""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# A personal identity number, with or without century: the month stands where an organisation's
# third digit is at least 2, and coordination numbers add 60 to the day.
PERSONAL_NUMBER = re.compile(
    r"(?<!\d)(?:1[89]|20)?\d{2}(?:0[1-9]|1[0-2])(?:[06][1-9]|[1278]\d|[39][01])[-+\s]?\d{4}(?!\d)",
    re.ASCII,
)


def clean_organisation_number(value: str) -> str:
    """Return the ten digits of an organisation number as people write it.

    Raises ValidationError, with a text that never repeats what was typed, when it is none.
    """
    digits = re.sub(r"[\s\u2010-\u2015\u2212-]", "", value)
    if not re.fullmatch(r"[0-9]+", digits):
        raise ValidationError(
            _("Skriv organisationsnumret med siffrorna 0–9, till exempel 802002-8711.")
        )
    if len(digits) == 12:
        if not digits.startswith("16"):
            raise ValidationError(_PERSONAL)
        digits = digits[2:]
    if len(digits) != 10:
        raise ValidationError(
            _("Ett organisationsnummer har tio siffror. Kontrollera att alla är med.")
        )
    if digits[2] < "2":
        raise ValidationError(_PERSONAL)
    if not _passes_luhn(digits):
        raise ValidationError(
            _("Organisationsnumret stämmer inte. Kontrollera att siffrorna är rätt.")
        )
    return digits


def format_organisation_number(number: str | None) -> str:
    """Show ten digits as NNNNNN-NNNN; an organisation without a number shows nothing."""
    return f"{number[:6]}-{number[6:]}" if number else ""


def refuse_personal_number(value: str) -> None:
    """Validator for free text that becomes public: it must not hold a person's number."""
    if PERSONAL_NUMBER.search(value):
        raise ValidationError(_("Skriv inte personnummer här. Texten blir offentlig."))


def _passes_luhn(digits: str) -> bool:
    total = 0
    for position, digit in enumerate(digits):
        product = int(digit) * (2 - position % 2)
        total += product - 9 if product > 9 else product
    return total % 10 == 0


_PERSONAL = _(
    "Det här ser ut som ett personnummer. Vi tar bara emot organisationsnummer. "
    "Saknar ni organisationsnummer väljer ni Nätverk som organisationsform."
)
