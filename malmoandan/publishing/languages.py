"""Swedish and English: texts that are written in both, and addresses that choose one."""

from typing import Any

from django.conf import settings
from django.utils.translation import get_language

ENGLISH = "en"
PARAMETER = "sprak"  # in an address: show the page in that language, and remember it


class Wording(str):
    """A text that knows its language, for the attribute lang."""

    language: str = settings.LANGUAGE_CODE


def shown(field: str) -> Any:
    """A property of a model: its `english_<field>` for who reads English, else its `<field>`."""

    def read(row: Any) -> Wording:
        english = getattr(row, f"english_{field}") if get_language() == ENGLISH else ""
        wording = Wording(english or getattr(row, field))
        if english:
            wording.language = ENGLISH
        return wording

    return property(read)


def in_language(path: str, language: str) -> str:
    """The address of the page in that language, for a link in a mail; "" means no choice."""
    if language in ("", settings.LANGUAGE_CODE):
        return path
    return f"{path}{'&' if '?' in path else '?'}{PARAMETER}={language}"
