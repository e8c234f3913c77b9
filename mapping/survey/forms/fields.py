"""Fields that several forms of reporting share."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from malmoandan.organisations.numbers import refuse_personal_number
from malmoandan.publishing.fields import LinesField
from mapping.survey import cells

LONGEST = 10_000


def lines_field(
    label: Any, help_text: Any = "", *, most: int = LONGEST, rows: int = 4
) -> LinesField:
    """Text of several lines, in which no personal identity number may stand."""
    return LinesField(
        label=label,
        help_text=help_text,
        required=False,
        max_length=most,
        validators=[refuse_personal_number],
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class YearOrDayField(forms.CharField):
    """A year or a day, as people know it: a day with its precision, or None."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        super().__init__(max_length=20, widget=forms.TextInput(), **kwargs)

    def clean(self, value: Any) -> Any:
        said = super().clean(value)
        if not said:
            return None
        try:
            return cells.day(said)
        except cells.Wrong as wrong:
            raise ValidationError(
                _("Skriv ett år, som 2021, eller ett datum, som 2021-03-15.")
            ) from wrong
