"""Forms about seats: they clean and refuse, and decide nothing."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from challenges.actions import Person
from challenges.models import Host
from malmoandan.organisations.models import Organisation, Sector
from malmoandan.organisations.numbers import refuse_personal_number
from malmoandan.organisations.swedish import unmarked
from malmoandan.publishing.fields import DayField, LineField

MOST_NAMED = 50
FIRST_YEAR = 2014  # nothing of Malmöandan is older


def refuse_odd_years(day: date) -> None:
    if not FIRST_YEAR <= day.year <= 2100:
        raise ValidationError(_("Kontrollera årtalet."))


class OrganisationField(LineField):
    """An organisation by its name, its short name or its number, typed: no list to scroll."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Organisation eller förvaltning"),
            required=False,
            max_length=200,
            help_text=_("Namn eller organisationsnummer, som det står under Organisationer."),
        )

    def prepare_value(self, value: Any) -> Any:
        """A form about a row begins with the row's key; people read the name."""
        if isinstance(value, int):
            return Organisation.objects.values_list("name", flat=True).filter(pk=value).first()
        return value

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return self._find(text) if text else None

    def _find(self, text: str) -> Organisation:
        digits = text.replace("-", "").replace(" ", "")
        named = list(Organisation.objects.search(text).in_swedish_order()[:MOST_NAMED])
        exactly = [row for row in named if unmarked(text) in map(unmarked, _names(row))]
        numbered = Organisation.objects.filter(organisation_number=digits)
        found = list(numbered) or exactly or named
        if not found:
            raise ValidationError(
                _("Ingen organisation heter så. Lägg först till den under Organisationer.")
            )
        if len(found) > 1:
            names = ", ".join(row.name for row in found[:5])
            raise ValidationError(
                _("Flera stämmer: %(names)s. Skriv hela namnet eller organisationsnumret."),
                params={"names": names},
            )
        return found[0]


def _names(organisation: Organisation) -> list[str]:
    return [organisation.name, organisation.short_name]


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
        self.sector = sector

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("shows_email") and not data.get("email") and "email" not in self.errors:
            self.add_error("email", _("Skriv adressen som ska visas."))
        organisation = data.get("organisation")
        if organisation and organisation.sector != self.sector:
            self.add_error("organisation", _("Organisationen hör till den andra sidan."))
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
