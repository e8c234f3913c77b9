"""The steps of reporting one cooperation. Each form is a part of a Report, whole in itself."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from challenges.models import ChallengeArea
from malmoandan.organisations.forms import AddressField
from malmoandan.organisations.models import CityPart, Organisation
from malmoandan.organisations.numbers import clean_organisation_number, refuse_personal_number
from malmoandan.publishing.fields import LineField, LinesField
from malmoandan.publishing.files import DocumentField, kind_of_any
from mapping.models import CooperationForm, Level, Precision, Step
from mapping.models.cooperations import PARTNERSHIP_FIELDS
from mapping.survey import cells
from mapping.survey.report import Report
from mapping.survey.sheets import NEW_KINDS

LONGEST = 10_000
UNKNOWN = "unknown"


def _lines(label: Any, help_text: Any = "", *, most: int = LONGEST, rows: int = 4) -> LinesField:
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


class StepForm(forms.Form):
    """A part of a Report: reads its initial values from it, and writes them back."""

    fields_of_report: tuple[str, ...] = ()

    def __init__(self, data: Any = None, *, report: Report) -> None:
        self.report = report
        super().__init__(data, initial=self.begin(report))

    def begin(self, report: Report) -> dict[str, Any]:
        return {name: getattr(report, name) for name in self.fields_of_report}

    def write(self) -> None:
        """Put what was filled in into the report."""
        for name in self.fields_of_report:
            setattr(self.report, name, self.cleaned_data[name])


class WhatForm(StepForm):
    fields_of_report = ("title", "form", "description", "areas")
    title = LineField(
        label=_("Vad heter samverkan?"),
        help_text=_("Blir offentligt när omgången publiceras, som allt annat här."),
        max_length=200,
        validators=[refuse_personal_number],
        error_messages={"required": _("Skriv en rubrik.")},
    )
    form = forms.ChoiceField(
        label=_("Form"),
        choices=CooperationForm.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Välj form.")},
    )
    description = _lines(_("Beskrivning"), _("Vad gör ni tillsammans, och för vem?"), rows=6)
    areas = forms.TypedMultipleChoiceField(
        label=_("Samhällsutmaningar"),
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        areas: Any = self.fields["areas"]
        areas.choices = [(row.pk, row.name) for row in ChallengeArea.objects.order_by("pk")]

    def write(self) -> None:
        super().write()
        self.report.without_partnership()


class WhenForm(StepForm):
    starts = YearOrDayField(label=_("När började den?"), help_text=_("Ett år räcker."))
    until = forms.ChoiceField(
        label=_("Hur länge?"),
        choices=[
            ("ongoing", _("Den pågår tills vidare")),
            ("ends", _("Den har ett slut, som jag skriver nedan")),
            (UNKNOWN, _("Jag vet inte")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Välj hur länge samverkan varar.")},
    )
    ends = YearOrDayField(label=_("När slutar den?"), help_text=_("Ett år eller ett datum."))

    def begin(self, report: Report) -> dict[str, Any]:
        until = "ongoing" if report.ongoing else "ends" if report.ends_on else UNKNOWN
        return {
            "starts": _said(report.starts_on, report.start_precision),
            "ends": _said(report.ends_on, report.end_precision),
            "until": until if report.ongoing or report.ends_on or report.starts_on else None,
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        starts, ends = data.get("starts"), data.get("ends")
        if data.get("until") == "ends" and not ends and "ends" not in self.errors:
            self.add_error("ends", _("Skriv när den slutar."))
        if data.get("until") == "ends" and starts and ends and _last(ends) < starts[0]:
            self.add_error("ends", _("Slutet kan inte ligga före början."))
        return data

    def write(self) -> None:
        data, said = self.cleaned_data, self.report
        said.starts_on, said.start_precision = data["starts"] or (None, Precision.DAY)
        said.ongoing = data["until"] == "ongoing"
        said.ends_on, said.end_precision = None, Precision.DAY
        if data["until"] == "ends":
            said.ends_on, said.end_precision = _last(data["ends"]), data["ends"][1]


class HowForm(StepForm):
    """The Council of Europe's matrix as questions."""

    fields_of_report = ("level", "steps", "city_parts")
    level = forms.ChoiceField(
        label=_("Hur mycket deltar den idéburna sektorn?"),
        help_text=_("Från information, som går åt ett håll, till partnerskap på lika villkor."),
        choices=[*Level.choices, ("", _("Vet inte"))],
        required=False,
        widget=forms.RadioSelect,
    )
    steps = forms.MultipleChoiceField(
        label=_("I vilka steg?"),
        help_text=_("Var i arbetet samverkan äger rum. Flera kan stämma."),
        choices=Step.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    city_parts = forms.MultipleChoiceField(
        label=_("Var i Malmö?"),
        choices=CityPart.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def clean_city_parts(self) -> list[str]:
        parts: list[str] = self.cleaned_data["city_parts"]
        if CityPart.ALL in parts and len(parts) > 1:
            raise ValidationError(_("Välj antingen hela Malmö eller vissa delar."))
        return parts


class MoneyForm(StepForm):
    """A field for each party and year, and one that says that nobody knows."""

    def __init__(
        self, data: Any = None, *, report: Report, names: dict[int, str], years: Iterable[int]
    ) -> None:
        self.names, self.years = names, list(years)
        super().__init__(data, report=report)
        for key, name in names.items():
            for year in self.years:
                self._add(key, name, year)

    def _add(self, key: int, name: str, year: int) -> None:
        label = _("%(name)s, kronor %(year)s") % {"name": name, "year": year}
        field = forms.CharField(
            label=label,
            required=False,
            max_length=30,
            widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "number"}),
        )
        self.fields[f"sek_{key}_{year}"] = field
        not_known = _("%(name)s: beloppet %(year)s är okänt") % {"name": name, "year": year}
        self.fields[f"unknown_{key}_{year}"] = forms.BooleanField(label=not_known, required=False)

    def begin(self, report: Report) -> dict[str, Any]:
        initial: dict[str, Any] = {}
        for key in self.names:
            for year, sek in report.parties.get(key, {}).items():
                initial[f"sek_{key}_{year}"] = sek
                initial[f"unknown_{key}_{year}"] = sek is None
        return initial

    @property
    def groups(self) -> list[tuple[str, list[tuple[int, Any, Any]]]]:
        """Party by party: the year with its two fields."""
        return [
            (
                name,
                [(y, self[f"sek_{key}_{y}"], self[f"unknown_{key}_{y}"]) for y in self.years],
            )
            for key, name in self.names.items()
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for key in self.names:
            for year in self.years:
                self._amount(data, f"{key}_{year}")
        return data

    def _amount(self, data: dict[str, Any], place: str) -> None:
        typed, unknown = data.get(f"sek_{place}"), data.get(f"unknown_{place}")
        if typed and unknown:
            self.add_error(f"sek_{place}", _("Skriv ett belopp eller kryssa för okänt, inte båda."))
        elif typed:
            try:
                data[f"money_{place}"] = cells.kronor(typed)
            except cells.Wrong:
                self.add_error(
                    f"sek_{place}", _("Skriv hela kronor med siffror, till exempel 150 000.")
                )
        elif unknown:
            data[f"money_{place}"] = None

    def write(self) -> None:
        for key in self.names:
            money = self.report.parties[key]
            for year in self.years:
                money.pop(year, None)
                if f"money_{key}_{year}" in self.cleaned_data:
                    money[year] = self.cleaned_data[f"money_{key}_{year}"]


class PartnershipForm(StepForm):
    fields_of_report = tuple(PARTNERSHIP_FIELDS)
    goals = _lines(_("Mål"))
    city_contribution = _lines(_("Stadens insats"))
    civil_contribution = _lines(_("Den idéburna sektorns insats"))
    steering = _lines(_("Styrning"))
    partnership_evaluation = _lines(_("Så ska partnerskapet utvärderas"))


class MoreForm(StepForm):
    fields_of_report = ("sources", "registry_number", "evaluation")
    registry_number = LineField(
        label=_("Diarienummer"),
        help_text=_("Till exempel STK-2018-938."),
        required=False,
        max_length=60,
        validators=[refuse_personal_number],
    )
    sources = _lines(_("Källor"), _("En källa eller webbadress per rad."), most=5000)
    evaluation = _lines(_("Vad har en utvärdering visat?"))


class NewPartyForm(forms.Form):
    """An organisation that the portal does not know yet."""

    name = LineField(
        label=_("Organisationens namn"),
        max_length=200,
        validators=[refuse_personal_number],
        error_messages={"required": _("Skriv organisationens namn.")},
    )
    kind = forms.ChoiceField(
        label=_("Organisationsform"), choices=[(kind.value, kind.label) for kind in NEW_KINDS]
    )
    organisation_number = forms.CharField(
        label=_("Organisationsnummer"), required=False, max_length=20
    )

    def clean_organisation_number(self) -> str | None:
        typed = self.cleaned_data["organisation_number"]
        return clean_organisation_number(typed) if typed else None


class EndForm(forms.Form):
    ended = YearOrDayField(
        label=_("När upphörde den?"),
        help_text=_("Ett år eller ett datum. Lämna tomt om du inte vet."),
    )


class ObjectionForm(forms.Form):
    text = LinesField(
        label=_("Vad stämmer inte?"),
        help_text=_("Den som rapporterade och samordnarna läser det. Skriv inga personuppgifter."),
        max_length=2000,
        min_length=5,
        validators=[refuse_personal_number],
        error_messages={"required": _("Skriv vad som inte stämmer.")},
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class SheetField(DocumentField):
    """An XLSX file of at most 10 MB, without macros."""

    accept = ".xlsx"
    judge = staticmethod(kind_of_any)

    def clean(self, data: Any, initial: Any = None) -> Any:
        file = super().clean(data, initial)
        if file and not file.name.endswith(".xlsx"):
            raise ValidationError(
                _("Välj en XLSX-fil. Spara kalkylbladet som XLSX och försök igen.")
            )
        return file


class UploadForm(forms.Form):
    file = SheetField(
        label=_("Ifylld mall"),
        help_text=_("XLSX, högst 10 MB. Inget sparas förrän du har sett vad som händer."),
        error_messages={"required": _("Välj en fil.")},
    )


# For coordinators -------------------------------------------------------------------------------


class InviteForm(forms.Form):
    """One organisation a line, with its address, or those that a filter has found."""

    rows = forms.CharField(
        label=_("Organisation; e-postadress"),
        max_length=100_000,
        help_text=_("En på varje rad: namn eller organisationsnummer, semikolon, e-postadress."),
        error_messages={"required": _("Skriv minst en organisation.")},
        widget=forms.Textarea(
            attrs={"rows": 15, "spellcheck": "false", "class": "vLargeTextField"}
        ),
    )

    def __init__(self, *args: Any, names: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names = names
        self.invited: list[tuple[Organisation, str]] = []

    def clean_rows(self) -> str:
        typed: str = self.cleaned_data["rows"]
        found, wrong = {}, []
        for number, line in enumerate(typed.splitlines(), start=1):
            if not line.strip():
                continue
            name, _semicolon, address = line.rpartition(";")
            try:
                found[self.names.find(name.strip())] = AddressField().clean(address.strip())
            except (cells.Wrong, ValidationError) as error:
                said = " ".join(getattr(error, "messages", [str(error)]))
                wrong.append(_("Rad %(row)s: %(why)s") % {"row": number, "why": said})
        if wrong:
            raise ValidationError(wrong[:20])
        rows = Organisation.objects.in_bulk(list(found))
        self.invited = [(rows[key], email) for key, email in found.items()]
        return typed


class DecisionForm(forms.Form):
    answer = LinesField(
        label=_("Svar"),
        max_length=2000,
        min_length=5,
        validators=[refuse_personal_number],
        help_text=_("Visas på samverkans sida och skickas till båda parter."),
        error_messages={"required": _("Skriv ett svar.")},
        widget=forms.Textarea(attrs={"rows": 4, "class": "vLargeTextField"}),
    )


def _said(day: date | None, precision: str) -> str:
    if day is None:
        return ""
    return str(day.year) if precision == Precision.YEAR else day.isoformat()


def _last(said: tuple[date, str]) -> date:
    """The last day that is meant: of a year its last one."""
    day, precision = said
    return day.replace(month=12, day=31) if precision == Precision.YEAR else day
