"""Dialogues as forms: they clean and refuse, and decide nothing."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from email.utils import parseaddr
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _

from challenges.dialogues.access import Keeper
from challenges.dialogues.clock import local_moment
from challenges.models import ChallengeArea, Dialogue, Outcome, Side
from malmoandan.organisations.models import Membership, Organisation
from malmoandan.organisations.numbers import refuse_personal_number
from malmoandan.publishing.fields import DayField, LineField, LinesField

MOST_SEATS = 5000
MOST_ADDRESSES = 500
MOST_FOUND = 20
YEARS = range(2000, 2101)


class ClockField(forms.TimeField):
    """A time of day as HH:MM; people also write HH.MM."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})
        super().__init__(widget=widget, input_formats=["%H:%M", "%H.%M"], **kwargs)
        self.error_messages["invalid"] = _(
            "Skriv tiden som timmar och minuter, till exempel 17:30."
        )


def _text(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


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
        label=_("Så hittar man dit"), required=False, max_length=1000, widget=_text(3)
    )
    accessibility = LinesField(
        label=_("Tillgänglighet"),
        required=False,
        max_length=1000,
        help_text=_("Till exempel ingång utan trappor, toalett, hörslinga, tolk."),
        widget=_text(3),
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
        widget=_text(8),
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
        return _sensible(self.cleaned_data["day"])

    def clean_last_day(self) -> date | None:
        day = self.cleaned_data["last_day"]
        return _sensible(day) if day else None

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


def _sensible(day: date) -> date:
    if day.year not in YEARS:
        raise ValidationError(_("Kontrollera årtalet."))
    return day


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


class ParticipantForm(forms.Form):
    """What can be changed by the link in the mail."""

    name = LineField(
        label=_("Namn"),
        max_length=150,
        validators=[refuse_personal_number],
        error_messages={"required": _("Skriv ditt namn.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    organisation = LineField(
        label=_("Organisation"),
        required=False,
        max_length=200,
        validators=[refuse_personal_number],
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    needs = LinesField(
        label=_("Behöver du något för att kunna delta?"),
        required=False,
        max_length=1000,
        validators=[refuse_personal_number],
        help_text=_(
            "Till exempel mat, tolk eller plats för rullstol. Skriv vad som behövs, inte varför. "
            "Bara värdarna och samordnarna kan läsa det."
        ),
        widget=_text(3),
    )


class SignUpForm(ParticipantForm):
    email = forms.EmailField(
        label=_("E-postadress"),
        max_length=254,
        error_messages={"required": _("Skriv din e-postadress.")},
        help_text=_("Hit skickar vi besked om din plats och en länk för att ändra eller avboka."),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )
    field_order = ["name", "email"]


class CancelForm(forms.Form):
    reason = LineField(
        label=_("Skäl"),
        max_length=500,
        validators=[refuse_personal_number],
        error_messages={"required": _("Skriv varför dialogen ställs in.")},
        help_text=_("Visas öppet och skickas till alla som har anmält sig."),
    )


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
        widget=_text(14),
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
        return _sensible(day) if day else None


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
        widget=_text(3),
    )
    until = DayField(
        label=_("Till när?"),
        required=False,
        help_text=_("År-månad-dag, till exempel 2027-03-11."),
    )

    def clean_until(self) -> date | None:
        day = self.cleaned_data["until"]
        return _sensible(day) if day else None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("status") == Outcome.Status.DROPPED and not data.get("note"):
            self.add_error("note", _("Skriv varför det inte blev av."))
        return data


@dataclass(frozen=True)
class Row:
    """One line of the preview: whom it is about, and what keeps the mail back, if anything."""

    label: str
    addresses: list[str]
    organisation: Organisation | None = None
    error: Any = ""


class InviteForm(forms.Form):
    """Whom to invite: organisations found by their names, and pasted addresses."""

    # One of them is needed, so none is marked as optional.
    sometimes_required = ("q", "organisations", "addresses")

    q = forms.CharField(label=_("Sök organisation"), required=False, max_length=200)
    organisations = forms.ModelMultipleChoiceField(
        label=_("Organisationer att bjuda in"),
        queryset=Organisation.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    addresses = forms.CharField(
        label=_("E-postadresser"),
        required=False,
        max_length=100_000,
        help_text=_("En adress på varje rad. Du kan klistra in många på en gång."),
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["organisations"]
        field.queryset = Organisation.objects.filter(pk__in=self._chosen() | self._found())
        field.queryset = field.queryset.in_swedish_order()

    def _chosen(self) -> set[int]:
        typed = self.data.getlist("organisations") if hasattr(self.data, "getlist") else []
        return {int(key) for key in typed[:MOST_ADDRESSES] if re.fullmatch(r"[0-9]{1,18}", key)}

    def _found(self) -> set[int]:
        query = str(self.data.get("q", "")).replace("\0", "").strip()
        if not query:
            return set()
        found = Organisation.objects.search(query).in_swedish_order()
        return set(found.values_list("pk", flat=True)[:MOST_FOUND])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        lines = _lines(data.get("addresses", ""))
        if len(lines) > MOST_ADDRESSES:
            self.add_error(
                "addresses",
                _("Högst %(most)s adresser på en gång.") % {"most": MOST_ADDRESSES},
            )
        elif not self.errors and not lines and not data.get("organisations"):
            self.add_error("addresses", _("Välj en organisation eller skriv en adress."))
        return data

    def rows(self, dialogue: Dialogue) -> list[Row]:
        """What would be sent, a row for each organisation and line. The form must be valid."""
        seen = set(dialogue.invitations.values_list("email", flat=True))
        rows = [self._organisation_row(found, seen) for found in self._organisations()]
        return rows + [_address_row(line, seen) for line in _lines(self.cleaned_data["addresses"])]

    def _organisations(self) -> list[Organisation]:
        active = Membership.objects.active().select_related("person")
        chosen = self.cleaned_data["organisations"].prefetch_related(
            Prefetch("memberships", active, "active")
        )
        return list(chosen)

    def _organisation_row(self, organisation: Any, seen: set[str]) -> Row:
        """The addresses of those who represent it; the host does not get to see them."""
        known = [member.person.email for member in organisation.active if member.person.is_active]
        new = [email for email in known if email not in seen]
        seen.update(new)
        error: Any = ""
        if not known:
            error = _("Vi känner inte till någon e-postadress. Skriv en adress i stället.")
        elif not new:
            error = _("Redan inbjuden.")
        return Row(organisation.name, new, organisation, error)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in re.split(r"[\r\n;,]+", text) if line.strip()]


def _address_row(line: str, seen: set[str]) -> Row:
    address = (parseaddr(line)[1] if "<" in line else line).strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        return Row(line[:200], [], error=_("Det är ingen e-postadress."))
    if address in seen:
        return Row(line[:200], [], error=_("Redan inbjuden, eller står två gånger."))
    seen.add(address)
    return Row(address, [address])


class DialogueFilter(forms.Form):
    """What a visitor may ask of the list, read from the address."""

    omrade = forms.ModelChoiceField(
        label=_("Samhällsutmaning"),
        queryset=ChallengeArea.objects.order_by("pk"),
        to_field_name="slug",
        required=False,
        empty_label=_("Alla utmaningar"),
        error_messages={"invalid_choice": _("Välj ett av alternativen i listan.")},
    )

    @property
    def area(self) -> ChallengeArea | None:
        return self.cleaned_data["omrade"]
