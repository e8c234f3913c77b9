"""Cells of a spreadsheet, whatever type the program gave them. Each reader raises Wrong."""

import re
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.exceptions import ValidationError

from malmoandan.organisations.numbers import refuse_personal_number
from malmoandan.publishing.fields import clean_line, clean_lines
from mapping.models import Precision
from mapping.models.parties import FIRST_YEAR, LAST_YEAR

BLANK = re.compile(r"[\s\u00a0\u202f\u2007\u2009]+")
_UNKNOWN = {"vetinte", "vetej", "okänt", "okänd", "?"}
_YES = {"ja", "j", "x", "sant", "true", "yes", "1"}
_NO = {"nej", "n", "falskt", "false", "no", "0"}
# What spreadsheets count days from, since March 1900.
_DAY_0 = date(1899, 12, 30)
# Numbers that are days in a cell without a date format: from 1930 to 2100.
_SERIALS = range(10_959, 73_051)
MOST_KRONOR = 10**12


class Wrong(ValueError):
    """The cell cannot be read as what its column holds; the text says why, in Swedish."""


def text(value: Any, *, most: int, lines: bool = False) -> str:
    """A text, also where the program made a number or a day of it."""
    if isinstance(value, bool):
        value = "Ja" if value else "Nej"
    elif isinstance(value, float) and value.is_integer():
        value = int(value)
    elif isinstance(value, datetime):
        value = value.date() if value.time() == time() else value
    said = str(value)
    try:
        said = clean_lines(said) if lines else clean_line(said)
        refuse_personal_number(said)
    except ValidationError as error:
        raise Wrong(" ".join(error.messages)) from error
    if len(said) > most:
        raise Wrong(f"Texten är för lång, {len(said)} tecken. Högst {most} får plats.")
    return said


def yes(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    said = str(value).strip().lower()
    if said in _YES:
        return True
    if said in _NO:
        return False
    raise Wrong("Skriv Ja eller Nej, eller lämna rutan tom.")


def day(value: Any) -> tuple[date, str]:
    """A day with how precisely it is known: the day, or the year (as its first day)."""
    if isinstance(value, date):
        found = date(value.year, value.month, value.day)
        # A year typed into a cell that shows days: 2026 is then a day of 1905.
        serial = (found - _DAY_0).days
        if FIRST_YEAR <= serial <= LAST_YEAR:
            return date(serial, 1, 1), Precision.YEAR
        return found, Precision.DAY
    if isinstance(value, int | float) and not isinstance(value, bool) and value == int(value):
        value = str(int(value))
        if len(value) == 5 and int(value) in _SERIALS:
            return _DAY_0 + timedelta(days=int(value)), Precision.DAY
    said = BLANK.sub("", str(value))
    if re.fullmatch(r"[0-9]{4}", said) and FIRST_YEAR <= int(said) <= LAST_YEAR:
        return date(int(said), 1, 1), Precision.YEAR
    match = re.fullmatch(r"([0-9]{4})[-/.]?([0-9]{2})[-/.]?([0-9]{2})(T?00:00(:00)?)?", said)
    try:
        return date(*map(int, match.groups()[:3])), Precision.DAY  # type: ignore
    except (AttributeError, ValueError):
        raise Wrong("Skriv ett år, som 2021, eller ett datum, som 2021-03-15.") from None


def kronor(value: Any) -> int | None:
    """Whole kronor; None where the cell says that nobody knows."""
    if isinstance(value, bool | date):
        raise Wrong("Skriv hela kronor med siffror, eller ”vet inte”.")
    if isinstance(value, int | float):
        return _whole(value)
    said = BLANK.sub("", str(value)).lower()
    if said in _UNKNOWN:
        return None
    said = re.sub(r"(kronor|kr|sek|:-|,-)$", "", said).replace("−", "-")
    said = re.sub(r",0+$", "", said)
    if re.fullmatch(r"-?[0-9]+", said):
        return _whole(int(said))
    if re.fullmatch(r"-?[0-9]+[.,][0-9]+", said):
        raise Wrong("Skriv hela kronor, utan punkt och decimaler.")
    raise Wrong("Skriv hela kronor med siffror, eller ”vet inte”.")


def _whole(number: float) -> int:
    if number != number or number in (float("inf"), float("-inf")):
        raise Wrong("Skriv hela kronor med siffror, eller ”vet inte”.")
    if number != int(number):
        raise Wrong("Skriv hela kronor, utan punkt och decimaler.")
    if number < 0:
        raise Wrong("Beloppet kan inte vara under 0.")
    if number > MOST_KRONOR:
        raise Wrong("Beloppet är orimligt stort. Skriv det i kronor.")
    return int(number)


def number(value: Any) -> int:
    """A row's own number."""
    said = BLANK.sub("", str(int(value) if isinstance(value, float) else value))
    if isinstance(value, bool) or not re.fullmatch(r"[0-9]{1,7}", said):
        raise Wrong("Skriv numret med siffror, till exempel 12.")
    return int(said)
