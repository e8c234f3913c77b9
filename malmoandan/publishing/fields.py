"""Form fields for text that will be published: what people type, made fit for every way out.

The same text goes to pages, mail, spreadsheets and PDF. So characters that no one sees, and
that change what others see (zero width, direction marks, control characters), go at the door.
"""

import re
import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# Letters of some scripts carry a few marks; a tower of them climbs over the lines around it.
MOST_MARKS_IN_A_ROW = 4
# Symbols that look empty although Unicode counts them as letters or symbols.
BLANKS = "\u115f\u1160\u2800\u3164\uffa0"


def clean_line(text: str) -> str:
    """Return the text as one line in NFC, without invisible characters or doubled spaces.

    Raises ValidationError when marks are stacked beyond what any script writes.
    """
    text = "".join(_visible(character) for character in unicodedata.normalize("NFC", text))
    _refuse_stacked_marks(text)
    return " ".join(text.split())


def clean_lines(text: str) -> str:
    """The same for a text of several lines; at most one empty line in a row is kept."""
    lines = "\n".join(clean_line(line) for line in re.split(r"\r\n|\r|\n", text))
    return re.sub(r"\n{3,}", "\n\n", lines).strip()


def _visible(character: str) -> str:
    category = unicodedata.category(character)
    if character in BLANKS or category in {"Cc", "Zl", "Zp", "Zs"}:
        return " "
    return "" if category in {"Cf", "Co", "Cn", "Cs"} else character


def _refuse_stacked_marks(text: str) -> None:
    row = 0
    for character in text:
        row = row + 1 if unicodedata.category(character) in {"Mn", "Me"} else 0
        if row > MOST_MARKS_IN_A_ROW:
            raise ValidationError(_("Texten innehåller tecken som inte går att visa."))


class LineField(forms.CharField):
    """One line that others will read. It holds at least one letter or digit unless empty."""

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        if "\0" in text:  # Django's own validator says so in the field's language.
            return text
        line = clean_line(text)
        if line and not any(character.isalnum() for character in line):
            raise ValidationError(_("Skriv med bokstäver eller siffror."))
        return line


class LinesField(forms.CharField):
    """A text of several lines that others will read."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        return text if "\0" in text else clean_lines(text)


class DayField(forms.DateField):
    """A day, typed or picked. Only ISO order: Django's Swedish formats read 03/11 as 11 March."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        super().__init__(widget=widget, input_formats=["%Y-%m-%d", "%Y%m%d"], **kwargs)
        self.error_messages["invalid"] = _(
            "Skriv datumet som år-månad-dag, till exempel 2026-03-11."
        )
