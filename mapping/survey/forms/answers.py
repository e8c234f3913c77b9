"""What a reporter fills in beside the steps: a new party, an ending, an objection, a file."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from malmoandan.organisations.numbers import clean_organisation_number, refuse_personal_number
from malmoandan.publishing.fields import LineField, LinesField
from malmoandan.publishing.files import DocumentField, kind_of_any
from mapping.survey.forms.fields import YearOrDayField
from mapping.survey.sheets import NEW_KINDS


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

    def judge(self, file: UploadedFile) -> str:
        """Nobody but the portal opens it, and that reads it cell by cell (survey/cells.py)."""
        return kind_of_any(file)

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
