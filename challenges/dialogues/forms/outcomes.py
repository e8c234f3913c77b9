"""What a host writes afterwards: notes, outcomes, and how it went with them."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from challenges.dialogues.forms.fields import box, sensible
from challenges.models import Outcome, Side
from malmoandan.organisations.numbers import refuse_personal_number
from malmoandan.publishing.fields import DayField, LineField, LinesField


class NotesForm(forms.Form):
    # It may be emptied, which is no reason to call it optional.
    sometimes_required = ("notes",)

    notes = LinesField(
        label=_("Anteckningar"),
        required=False,
        max_length=50_000,
        validators=[refuse_personal_number],
        help_text=_(
            "Vad ni pratade om och kom fram till. Skriv inga namn på deltagare. "
            "Rubriker och listor skrivs som Markdown."
        ),
        widget=box(14),
    )


class OutcomeForm(forms.Form):
    what = LineField(
        label=_("Vad ska göras?"),
        max_length=500,
        validators=[refuse_personal_number],
        error_messages={"required": _("Skriv vad som ska göras.")},
    )
    who = LineField(
        label=_("Vem gör det?"),
        max_length=200,
        validators=[refuse_personal_number],
        error_messages={"required": _("Skriv vem som gör det.")},
        help_text=_("En organisation, förvaltning eller grupp. Det blir offentligt."),
    )
    sector = forms.ChoiceField(label=_("Sektor"), choices=Side.choices, widget=forms.RadioSelect)
    until = DayField(
        label=_("Till när?"),
        required=False,
        help_text=_("År-månad-dag, till exempel 2027-03-11."),
    )

    def clean_until(self) -> date | None:
        day = self.cleaned_data["until"]
        return sensible(day) if day else None


class FollowUpForm(forms.Form):
    status = forms.ChoiceField(
        label=_("Läge"), choices=Outcome.Status.choices, widget=forms.RadioSelect
    )
    note = LinesField(
        label=_("Hur går det?"),
        required=False,
        max_length=1000,
        validators=[refuse_personal_number],
        help_text=_("Blir offentligt, tillsammans med resultatet."),
        widget=box(3),
    )
    until = DayField(
        label=_("Till när?"),
        required=False,
        help_text=_("År-månad-dag, till exempel 2027-03-11."),
    )

    def clean_until(self) -> date | None:
        day = self.cleaned_data["until"]
        return sensible(day) if day else None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("status") == Outcome.Status.DROPPED and not data.get("note"):
            self.add_error("note", _("Skriv varför det inte blev av."))
        return data
