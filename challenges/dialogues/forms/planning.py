"""A dialogue as its host plans it, and calls it off."""

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from challenges.dialogues.access import Keeper
from challenges.dialogues.clock import local_moment
from challenges.dialogues.forms.fields import ClockField, box, sensible
from challenges.models import ChallengeArea, Dialogue, Side
from malmoandan.organisations.numbers import refuse_personal_number
from malmoandan.publishing.fields import DayField, LineField, LinesField

MOST_SEATS = 5000


class DialogueForm(forms.Form):
    """A dialogue as its host plans it. `dialogue` is the one that is changed, if any."""

    # One of them is needed, so neither is marked as optional.
    sometimes_required = ("place", "online_address")

    title = LineField(
        label=_("Rubrik"),
        max_length=200,
        validators=[refuse_personal_number],
        error_messages={"required": _("Skriv en rubrik.")},
        help_text=_("Säg vad dialogen handlar om."),
    )
    areas = forms.ModelMultipleChoiceField(
        label=_("Samhällsutmaningar"),
        queryset=ChallengeArea.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Välj minst en samhällsutmaning.")},
    )
    form = forms.ChoiceField(label=_("Mötesform"), choices=Dialogue.Form.choices)
    sector = forms.ChoiceField(
        label=_("Vem bjuder in?"), choices=Side.choices, initial=Side.BOTH.value
    )
    day = DayField(
        label=_("Dag"),
        error_messages={"required": _("Skriv vilken dag dialogen är.")},
        help_text=_("År-månad-dag, till exempel 2027-03-11."),
    )
    starts = ClockField(label=_("Börjar"), error_messages={"required": _("Skriv när den börjar.")})
    ends = ClockField(label=_("Slutar"), error_messages={"required": _("Skriv när den slutar.")})
    last_day = DayField(
        label=_("Sista dag"), required=False, help_text=_("Bara om dialogen slutar en annan dag.")
    )
    place = LineField(
        label=_("Plats"),
        required=False,
        max_length=200,
        help_text=_("Lokal och gatuadress. Lämna tomt om ni bara ses på nätet."),
    )
    directions = LinesField(
        label=_("Så hittar man dit"), required=False, max_length=1000, widget=box(3)
    )
    accessibility = LinesField(
        label=_("Tillgänglighet"),
        required=False,
        max_length=1000,
        help_text=_("Till exempel ingång utan trappor, toalett, hörslinga, tolk."),
        widget=box(3),
    )
    online_address = forms.URLField(
        label=_("Webbadress för mötet"),
        required=False,
        assume_scheme="https",
        max_length=500,
        help_text=_("Visas bara för dem som har fått en plats."),
        widget=forms.TextInput(attrs={"inputmode": "url"}),
        error_messages={
            "invalid": _("Skriv webbadressen som exempel.se eller https://exempel.se.")
        },
    )
    seats = forms.IntegerField(
        label=_("Antal platser"),
        required=False,
        min_value=1,
        max_value=MOST_SEATS,
        help_text=_("Lämna tomt om det inte finns någon gräns."),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    method = LineField(
        label=_("Metod"),
        required=False,
        max_length=200,
        help_text=_("Till exempel öppet forum, fiskskål eller café."),
    )
    agenda = LinesField(
        label=_("Innehåll"),
        required=False,
        max_length=10_000,
        validators=[refuse_personal_number],
        help_text=_("Vad ni ska prata om. Rubriker och listor skrivs som Markdown."),
        widget=box(8),
    )

    def __init__(self, *args: Any, keeper: Keeper, dialogue: Dialogue | None = None, **kwargs: Any):
        if dialogue:
            kwargs["initial"] = _as_typed(dialogue)
        elif len(keeper.areas) == 1:
            kwargs["initial"] = {"areas": keeper.areas}
        super().__init__(*args, **kwargs)
        self.keeper, self.dialogue = keeper, dialogue
        own = [area.pk for area in keeper.areas]
        field: Any = self.fields["areas"]
        field.queryset = ChallengeArea.objects.filter(pk__in=own).order_by("pk")

    def clean_online_address(self) -> str:
        address = self.cleaned_data["online_address"]
        if address:
            message = self.fields["online_address"].error_messages["invalid"]
            URLValidator(schemes=["http", "https"], message=message)(address)
        return address

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not {"place", "online_address"} & set(self.errors) and not (
            data.get("place") or data.get("online_address")
        ):
            self.add_error("place", _("Skriv en plats, eller en webbadress längre ner."))
        starts_at = self._moment("starts", data.get("day"), data.get("starts"))
        last_day = data.get("last_day") or data.get("day")
        ends_at = self._moment("ends", last_day, data.get("ends"))
        if starts_at and ends_at:
            if ends_at <= starts_at:
                self.add_error("ends", _("Dialogen ska sluta efter att den har börjat."))
            data |= {"starts_at": starts_at, "ends_at": ends_at}
        return data

    def clean_day(self) -> date:
        return sensible(self.cleaned_data["day"])

    def clean_last_day(self) -> date | None:
        day = self.cleaned_data["last_day"]
        return sensible(day) if day else None

    def _moment(self, field: str, day: date | None, clock: time | None) -> datetime | None:
        if day is None or clock is None:
            return None
        try:
            return local_moment(day, clock)
        except ValidationError as error:
            self.add_error(field, error)
            return None

    @property
    def fields_of_dialogue(self) -> dict[str, Any]:
        """What `actions.plan` and `actions.change` take; areas of other hosts stay as they are."""
        typed = {"day", "starts", "ends", "last_day"}
        data = {name: value for name, value in self.cleaned_data.items() if name not in typed}
        others = set(self.dialogue.areas.all()) - set(self.keeper.areas) if self.dialogue else set()
        return data | {"areas": [*data["areas"], *others]}


def _as_typed(dialogue: Dialogue) -> dict[str, Any]:
    start, end = dialogue.local_start, dialogue.local_end
    same = ["title", "form", "sector", "place", "directions", "accessibility", "online_address"]
    same += ["seats", "method", "agenda"]
    return {name: getattr(dialogue, name) for name in same} | {
        "areas": dialogue.areas.all(),
        "day": start.date(),
        "starts": start.time(),
        "ends": end.time(),
        "last_day": end.date() if end.date() != start.date() else None,
    }


class CancelForm(forms.Form):
    reason = LineField(
        label=_("Skäl"),
        max_length=500,
        validators=[refuse_personal_number],
        error_messages={"required": _("Skriv varför dialogen ställs in.")},
        help_text=_("Visas öppet och skickas till alla som har anmält sig."),
    )
