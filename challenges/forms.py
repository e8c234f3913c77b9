"""Forms about seats: they clean and refuse, and decide nothing."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from challenges.actions import Person
from challenges.models import Host
from malmoandan.organisations.models import Organisation, Sector
from malmoandan.organisations.numbers import refuse_personal_number
from malmoandan.publishing.fields import DayField, LineField

FIRST_YEAR = 2014  # nothing of Malmöandan is older


def refuse_odd_years(day: date) -> None:
    if not FIRST_YEAR <= day.year <= 2100:
        raise ValidationError(_("Kontrollera årtalet."))


class OrganisationPicker(AutocompleteSelect):
    """The admin's search for an organisation; what is no key at all finds none."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Host._meta.get_field("organisation"), admin.site, **kwargs)

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        return super().optgroups(name, [key for key in value if str(key).isdecimal()], attr)


class OrganisationField(forms.ModelChoiceField):
    def __init__(self) -> None:
        super().__init__(
            Organisation.objects.all(),
            label=_("Organisation eller förvaltning"),
            required=False,
            widget=OrganisationPicker,
            error_messages={"invalid_choice": _("Välj en organisation på samma sida som platsen.")},
        )


class SeatForm(forms.Form):
    """Who takes the seat, from when, and what may be shown."""

    name = LineField(
        label=_("Namn"),
        max_length=150,
        validators=[refuse_personal_number],
        error_messages={"required": _("Skriv värdens namn.")},
    )
    email = forms.EmailField(
        label=_("E-postadress"),
        required=False,
        help_text=_("Värden loggar in med den och ser då sitt område på Mina sidor."),
    )
    organisation = OrganisationField()
    unit = LineField(
        label=_("Enhet"), max_length=150, required=False, validators=[refuse_personal_number]
    )
    first_day = DayField(
        label=_("Första dag"),
        validators=[refuse_odd_years],
        error_messages={"required": _("Skriv dagen då uppdraget börjar.")},
    )
    last_day = DayField(
        label=_("Sista dag"),
        required=False,
        validators=[refuse_odd_years],
        help_text=_("Lämna tomt om ingen är bestämd."),
    )
    shows_name = forms.BooleanField(
        label=_("Värden har samtyckt till att namnet visas"),
        required=False,
        help_text=_("Annars står bara vilken sida värden kommer från."),
    )
    shows_email = forms.BooleanField(
        label=_("Värden har samtyckt till att e-postadressen visas"), required=False
    )
    # Who held the seat when the form was opened: somebody else may be quicker.
    after = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, sector: Sector, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        organisations: Any = self.fields["organisation"]
        organisations.queryset = Organisation.objects.filter(sector=sector)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("shows_email") and not data.get("email") and "email" not in self.errors:
            self.add_error("email", _("Skriv adressen som ska visas."))
        first_day, last_day = data.get("first_day"), data.get("last_day")
        if first_day and last_day and last_day < first_day:
            self.add_error("last_day", _("Sista dagen kan inte ligga före den första."))
        return data

    def show_as_now(self, host: Host | None) -> None:
        """Let the form, shown again, be about the seat as it is: held by `host` or vacant."""
        after = host.pk if host else ""
        self.initial["after"] = after
        if self.is_bound:
            self.data = {**self.data.dict(), "after": after}  # type: ignore[attr-defined]

    def person(self) -> Person:
        names = ["name", "email", "organisation", "unit", "shows_name", "shows_email"]
        return Person(**{name: self.cleaned_data[name] for name in names})


class EndForm(forms.Form):
    last_day = DayField(
        label=_("Sista dag"),
        required=False,
        validators=[refuse_odd_years],
        help_text=_("Lämna tomt om uppdraget ska fortsätta tills vidare."),
    )


class ConsentForm(forms.Form):
    """What a person on a seat lets be shown."""

    shows_name = forms.BooleanField(label=_("Visa mitt namn"), required=False)
    shows_email = forms.BooleanField(label=_("Visa min e-postadress"), required=False)

    def __init__(self, *args: Any, term: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "shows_name": bool(term.name_public_since),
            "shows_email": bool(term.email_public_since),
        }
        kwargs["prefix"] = f"{type(term).__name__.lower()}-{term.pk}"
        super().__init__(*args, **kwargs)
