"""What the forms about dialogues share: times of day, days of our years, larger boxes."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

YEARS = range(2000, 2101)


class ClockField(forms.TimeField):
    """A time of day as HH:MM; people also write HH.MM."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})
        super().__init__(widget=widget, input_formats=["%H:%M", "%H.%M"], **kwargs)
        self.error_messages["invalid"] = _(
            "Skriv tiden som timmar och minuter, till exempel 17:30."
        )


def box(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def sensible(day: date) -> date:
    if day.year not in YEARS:
        raise ValidationError(_("Kontrollera årtalet."))
    return day
