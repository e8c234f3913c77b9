"""The steps of signing as forms: they clean and refuse, and decide nothing."""

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from malmoandan.accounts import eid
from malmoandan.organisations.models import CIVIL_KINDS, CityPart, Kind, Organisation
from malmoandan.organisations.numbers import clean_organisation_number, refuse_personal_number
from malmoandan.publishing.fields import DayField, LineField, LinesField
from malmoandan.publishing.files import DocumentField
from signatures.models import DecidingBody, Way

MOST_CO_SIGNATORIES = 9


class OrganisationForm(forms.Form):
    """Step one: the organisation, and how it decided."""

    # Which of them is required hangs on the kind, so neither is marked as optional.
    sometimes_required = ("organisation_number", "purpose")

    name = LineField(
        label=_("Organisationens namn"),
        error_messages={"required": _("Skriv organisationens namn.")},
        max_length=200,
        validators=[refuse_personal_number],
        help_text=_("Som det står i stadgarna. Namnet blir offentligt."),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    kind = forms.ChoiceField(
        label=_("Organisationsform"),
        error_messages={"required": _("Välj organisationsform.")},
        choices=[(kind.value, kind.label) for kind in CIVIL_KINDS],
        widget=forms.RadioSelect,
        help_text=_("Blir offentlig."),
    )
    organisation_number = forms.CharField(
        label=_("Organisationsnummer"),
        required=False,
        max_length=40,
        help_text=_(
            "Tio siffror, till exempel 802002-8711. Blir offentligt. "
            "Bara nätverk som saknar nummer lämnar det tomt."
        ),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "spellcheck": "false"}),
    )
    purpose = LinesField(
        label=_("Nätverkets ändamål"),
        required=False,
        max_length=500,
        validators=[refuse_personal_number],
        help_text=_("Bara för nätverk utan organisationsnummer: vad är ni till för?"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    city_part = forms.ChoiceField(
        label=_("Var i Malmö är ni verksamma?"),
        choices=CityPart.choices,
        initial=CityPart.ALL,
        help_text=_("Blir offentligt."),
    )
    website = forms.URLField(
        label=_("Webbplats"),
        required=False,
        assume_scheme="https",
        max_length=200,
        help_text=_("Blir offentlig."),
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "url"}),
        error_messages={
            "invalid": _("Skriv webbadressen som exempel.se eller https://exempel.se.")
        },
    )
    decided_by = forms.ChoiceField(
        label=_("Vem i organisationen har beslutat att skriva under?"),
        error_messages={"required": _("Välj vem som fattade beslutet.")},
        choices=DecidingBody.choices,
        widget=forms.RadioSelect,
    )
    decided_on = DayField(
        label=_("När fattades beslutet?"),
        error_messages={"required": _("Skriv dagen då beslutet fattades.")},
        help_text=_("År-månad-dag, till exempel 2026-03-11. Visas bara för samordnarna."),
    )
    minutes = DocumentField(
        label=_("Protokollsutdrag"),
        required=False,
        help_text=_("PDF, JPEG eller PNG, högst 10 MB. Bara samordnarna kan läsa det."),
    )
    remove_minutes = forms.BooleanField(label=_("Ta bort filen"), required=False)

    def clean_website(self) -> str:
        website = self.cleaned_data["website"]
        if website:
            message = self.fields["website"].error_messages["invalid"]
            URLValidator(schemes=["http", "https"], message=message)(website)
        return website

    def clean_decided_on(self) -> Any:
        day = self.cleaned_data["decided_on"]
        if day > timezone.localdate():
            raise ValidationError(_("Beslutet kan inte ha fattats i framtiden."))
        if day.year < 2000:
            raise ValidationError(_("Kontrollera årtalet."))
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "kind" in data and not self.has_error("organisation_number"):
            self._clean_number(data, network=data["kind"] == Kind.NETWORK)
        return data

    def _clean_number(self, data: dict[str, Any], *, network: bool) -> None:
        """A network states its purpose; everyone else has a number (domain.md, rule 3)."""
        number = data.get("organisation_number", "")
        if network:
            data["organisation_number"] = ""
            if number:
                self.add_error(
                    "organisation_number",
                    _("Ett nätverk har inget organisationsnummer. Ta bort numret eller byt form."),
                )
            if not data.get("purpose") and not self.has_error("purpose"):
                self.add_error("purpose", _("Skriv vad nätverket är till för."))
            return
        data["purpose"] = ""
        if not number:
            self.add_error("organisation_number", _("Skriv organisationsnumret."))
            return
        try:
            data["organisation_number"] = clean_organisation_number(number)
        except ValidationError as error:
            self.add_error("organisation_number", error)


class ChangeForm(OrganisationForm):
    """What is public of an organisation, to be corrected. Only coordinators change the number."""

    organisation_number = decided_by = decided_on = minutes = remove_minutes = None  # type: ignore

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        if organisation.kind == Kind.NETWORK:
            fields["purpose"].required = True
            fields["purpose"].help_text = ""
        else:
            del fields["purpose"]
        kinds = [kind for kind in CIVIL_KINDS if kind != Kind.NETWORK]
        if organisation.kind in kinds:
            fields["kind"].choices = [(kind.value, kind.label) for kind in kinds]
        else:
            del fields["kind"]
        self.initial = {name: getattr(organisation, name) for name in fields}

    def clean(self) -> dict[str, Any]:
        data = forms.Form.clean(self) or {}
        if not self.errors and not self.changed():
            raise ValidationError(_("Du har inte ändrat något."))
        return data

    def changed(self) -> dict[str, Any]:
        """The cleaned values that differ from what stands."""
        return {
            name: value for name, value in self.cleaned_data.items() if value != self.initial[name]
        }


class SignatoryForm(forms.Form):
    """A person who signs for the organisation."""

    name = LineField(
        label=_("För- och efternamn"),
        error_messages={"required": _("Skriv för- och efternamn.")},
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    title = LineField(
        label=_("Uppdrag"),
        error_messages={"required": _("Skriv uppdraget i organisationen.")},
        max_length=100,
        help_text=_("Till exempel ordförande eller kassör."),
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
    )
    email = forms.EmailField(
        label=_("E-postadress"),
        help_text=_("Dit skickar vi en kod som bekräftar underskriften, och kvittot."),
        error_messages={
            "required": _("Skriv e-postadressen."),
            "invalid": _("Skriv en e-postadress, till exempel namn@exempel.se."),
        },
        widget=forms.TextInput(
            attrs={"autocomplete": "email", "inputmode": "email", "spellcheck": "false"}
        ),
    )

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()


class CoSignatoryForm(SignatoryForm):
    """Left empty, or filled whole."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["empty_permitted"] = True
        kwargs["use_required_attribute"] = False
        super().__init__(*args, **kwargs)
        self.fields["email"].help_text = _("Dit skickar vi en länk för att skriva under.")
        for field in self.fields.values():
            field.widget.attrs["autocomplete"] = "off"

    def has_changed(self) -> bool:
        """A row counts when something stands in it: one that is emptied again is removed."""
        return any(self[name].data and self[name].data.strip() for name in self.fields)


class BaseCoSignatoryFormSet(forms.BaseFormSet):
    """Those who sign jointly with the first; one address counts once (domain.md, rule 4)."""

    def __init__(self, *args: Any, first_email: str = "", **kwargs: Any) -> None:
        self.first_email = first_email
        super().__init__(*args, **kwargs)

    def clean(self) -> None:
        seen = {self.first_email}
        for form in self.forms:
            email = form.cleaned_data.get("email") if form.is_valid() else None
            if email and email in seen:
                form.add_error(
                    "email", _("Varje person räknas en gång. Ange en annan e-postadress.")
                )
            seen.add(email or "")

    def filled(self) -> list[dict[str, str]]:
        """The people entered, when the formset is valid."""
        return [form.cleaned_data for form in self.forms if form.cleaned_data.get("email")]


CoSignatoryFormSet = cast(
    type[BaseCoSignatoryFormSet],
    forms.formset_factory(
        CoSignatoryForm,
        formset=BaseCoSignatoryFormSet,
        extra=1,
        max_num=MOST_CO_SIGNATORIES,
        absolute_max=MOST_CO_SIGNATORIES,
        validate_max=True,
    ),
)


class WayForm(forms.Form):
    """How the signer confirms. Asked only where an eID is switched on."""

    way = forms.ChoiceField(
        label=_("Hur vill du bekräfta?"),
        error_messages={"required": _("Välj hur du vill bekräfta.")},
        widget=forms.RadioSelect,
        help_text=_(
            "Koden visar att e-postadressen är din. Legitimerar du dig också visar du vem du är."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not eid.is_on():
            del self.fields["way"]
            return
        with_eid = _("Med %(eid)s och en kod i mejlen") % {"eid": eid.broker().name}
        way = cast(forms.ChoiceField, self.fields["way"])
        way.choices = [(Way.CODE, _("Med en kod i mejlen")), (Way.EID, with_eid)]

    @property
    def with_eid(self) -> bool:
        """Whether a valid form chose the eID."""
        return self.cleaned_data.get("way") == Way.EID


class ConsentForm(WayForm):
    """The last step before the code."""

    field_order = ("whole_text", "way")

    whole_text = forms.BooleanField(
        label=_(
            "Organisationen ställer sig bakom avsiktsförklaringen i dess helhet, "
            "och jag har rätt att skriva under för den."
        ),
        error_messages={"required": _("Kryssa i rutan för att kunna skriva under.")},
    )
