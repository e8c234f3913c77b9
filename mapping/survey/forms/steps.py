"""The steps of reporting one cooperation. Each form is a part of a Report, whole in itself."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from challenges.models import ChallengeArea
from malmoandan.organisations.models import CityPart
from malmoandan.organisations.numbers import refuse_personal_number
from malmoandan.publishing.fields import LineField
from mapping.models import PARTNERSHIP_FIELDS, CooperationForm, Level, Precision, Step
from mapping.survey.forms.fields import YearOrDayField, lines_field
from mapping.survey.report import Report

UNKNOWN = "unknown"


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
    description = lines_field(_("Beskrivning"), _("Vad gör ni tillsammans, och för vem?"), rows=6)
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


class PartnershipForm(StepForm):
    fields_of_report = tuple(PARTNERSHIP_FIELDS)
    goals = lines_field(_("Mål"))
    city_contribution = lines_field(_("Stadens insats"))
    civil_contribution = lines_field(_("Den idéburna sektorns insats"))
    steering = lines_field(_("Styrning"))
    partnership_evaluation = lines_field(_("Så ska partnerskapet utvärderas"))


class MoreForm(StepForm):
    fields_of_report = ("sources", "registry_number", "evaluation")
    registry_number = LineField(
        label=_("Diarienummer"),
        help_text=_("Till exempel STK-2018-938."),
        required=False,
        max_length=60,
        validators=[refuse_personal_number],
    )
    sources = lines_field(_("Källor"), _("En källa eller webbadress per rad."), most=5000)
    evaluation = lines_field(_("Vad har en utvärdering visat?"))


def _said(day: date | None, precision: str) -> str:
    if day is None:
        return ""
    return str(day.year) if precision == Precision.YEAR else day.isoformat()


def _last(said: tuple[date, str]) -> date:
    """The last day that is meant: of a year its last one."""
    day, precision = said
    return day.replace(month=12, day=31) if precision == Precision.YEAR else day
