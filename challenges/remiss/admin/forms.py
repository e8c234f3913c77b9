"""Forms of the coordinators' own pages. They clean and refuse, and decide nothing."""

from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from challenges.remiss.models import (
    DOCUMENTS_FOLDER,
    Masking,
    Referral,
    ReferralRecipient,
    ReferralResponse,
    ReferralSection,
    Reply,
)
from malmoandan.organisations.models import CityPart, Kind, Sector
from malmoandan.organisations.numbers import refuse_personal_number
from malmoandan.publishing.fields import DayField, LineField, LinesField
from malmoandan.publishing.files import AnyDocumentField, DocumentField, store_as

KEPT_SECONDS = 24 * 60 * 60
WIDE = forms.TextInput(attrs={"class": "vTextField"})


def reason_field(help_text: Any = "") -> LinesField:
    return LinesField(
        label=_("Skäl"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=help_text,
        validators=[refuse_personal_number],
        error_messages={"required": _("Skriv skälet.")},
    )


class ConfirmForm(forms.Form):
    """Nothing to fill in: the button is the decision."""


class ReasonForm(forms.Form):
    reason = reason_field(_("Visas öppet på remissens sida, med dagens datum."))


class DayAndReasonForm(ReasonForm):
    due_date = DayField(
        label=_("Ny sista svarsdag"), error_messages={"required": _("Skriv dagen.")}
    )
    field_order = ["due_date", "reason"]


class WithholdForm(forms.Form):
    reason = reason_field(_("Bara samordnarna kan läsa det. Svaret är ändå en allmän handling."))


class PasteForm(forms.Form):
    rows = forms.CharField(
        label=_("Remissinstanser"),
        max_length=300_000,
        widget=forms.Textarea(attrs={"rows": 12, "class": "vLargeTextField"}),
        help_text=_(
            "En rad för var och en: namn, e-postadress och gärna slag (organisation, förvaltning "
            "eller annan). Kopiera från kalkylarket, eller skriv med semikolon eller komma mellan."
        ),
        error_messages={"required": _("Klistra in minst en rad.")},
    )


class ChooseForm(forms.Form):
    """A filter among organisations; nothing in it asks who has signed."""

    q = LineField(label=_("Sök"), required=False, max_length=100)
    sector = forms.ChoiceField(
        label=_("Sektor"), required=False, choices=[("", _("Alla")), *Sector.choices]
    )
    kind = forms.ChoiceField(
        label=_("Slag"), required=False, choices=[("", _("Alla")), *Kind.choices]
    )
    city_part = forms.ChoiceField(
        label=_("Del av Malmö"), required=False, choices=[("", _("Alla")), *CityPart.choices]
    )
    umbrella = forms.BooleanField(label=_("Bara paraplyorganisationer"), required=False)


class RecipientForm(forms.ModelForm):
    """A body's own data; the list's rules are those of the actions."""

    due_date = DayField(
        label=_("Egen sista svarsdag"),
        required=False,
        help_text=_("Bara för den som har fått längre tid. Instansen får ett mejl om det."),
    )

    class Meta:
        model = ReferralRecipient
        fields = ["name", "kind", "email", "due_date"]
        field_classes = {"name": LineField}

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    def clean_due_date(self) -> Any:
        day, referral = self.cleaned_data["due_date"], self.instance.referral
        if day and day != self.initial.get("due_date") and day <= referral.due_date:
            raise ValidationError(
                _("Dagen ska vara senare än remissens sista svarsdag, %(day)s."),
                params={"day": referral.due_date},
            )
        return day


class KeptFileForm(forms.Form):
    """A form with `file`, which a good file outlives: another field's error does not lose it."""

    kept_file = forms.CharField(required=False, widget=forms.HiddenInput)
    folder = DOCUMENTS_FOLDER
    file_is_required = True

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("file") and "file" not in self.errors:
            cleaned["file"] = self._kept()
        if self.file_is_required and not cleaned.get("file") and "file" not in self.errors:
            self.add_error("file", _("Välj en fil."))
        if self.errors and cleaned.get("file"):
            self._keep(cleaned["file"])
        return cleaned

    def stored_name(self) -> str:
        """Where the file is kept; it is stored now unless it was before."""
        file = self.cleaned_data["file"]
        field: Any = self.fields["file"]
        stored = getattr(file, "stored_name", None)
        return stored or store_as(file, self.folder, field.judge(file))

    def _kept(self) -> UploadedFile | None:
        try:
            kept = signing.loads(
                self.cleaned_data.get("kept_file") or "", salt=self.folder, max_age=KEPT_SECONDS
            )
            with default_storage.open(kept["stored"]) as file:
                content = file.read()
        except (signing.BadSignature, FileNotFoundError):
            return None
        found = UploadedFile(ContentFile(content), kept["name"], size=len(content))
        found.stored_name = kept["stored"]  # type: ignore[attr-defined]
        return found

    def _keep(self, file: UploadedFile) -> None:
        self.cleaned_data["file"] = file
        kept = {"stored": self.stored_name(), "name": file.name}
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        data["kept_file"] = signing.dumps(kept, salt=self.folder)
        self.data = data
        told = _("Vald fil: %(name)s. Den är kvar om du inte väljer en annan.")
        self["file"].help_text = told % {"name": file.name}


class DocumentForm(KeptFileForm):
    title = LineField(
        label=_("Titel"),
        max_length=150,
        widget=WIDE,
        validators=[refuse_personal_number],
        error_messages={"required": _("Skriv en titel.")},
    )
    file: DocumentField = AnyDocumentField(
        label=_("Fil"),
        required=False,
        help_text=_("PDF, DOCX, XLSX, ODT, ODS, PNG eller JPEG, högst 10 MB, utan makron."),
    )


class MaskForm(forms.Form):
    """What to hide: the words themselves, found in the text, or a whole attachment."""

    part = forms.ChoiceField(label=_("Var"))
    words = forms.CharField(
        label=_("Text att maskera"),
        required=False,
        max_length=5000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "Kopiera texten från svaret. Står den på flera ställen maskeras alla. "
            "Lämna tomt för en bilaga: den döljs i sin helhet."
        ),
    )
    reason = forms.ChoiceField(label=_("Skäl"), choices=Masking.Reason.choices)
    note = LineField(
        label=_("Anteckning"),
        required=False,
        max_length=500,
        widget=WIDE,
        validators=[refuse_personal_number],
        help_text=_("Visas öppet bredvid svaret, med dagens datum. Skriv inte det du döljer."),
    )


class ResponseField(forms.ModelChoiceField):
    def label_from_instance(self, response: ReferralResponse) -> str:
        return f"{response.name} ({response.reference})"


class ReplyForm(forms.ModelForm):
    link = forms.URLField(
        label=_("Länk till ändringen"), required=False, max_length=500, assume_scheme="https"
    )

    class Meta:
        model = Reply
        fields = ["referral", "section", "response", "text", "plan_area", "link"]
        field_classes = {"text": LinesField, "response": ResponseField}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        referral = cleaned.get("referral") or (self.instance.referral_id and self.instance.referral)
        for name in ("section", "response"):
            row = cleaned.get(name)
            if row and referral and row.referral_id != referral.pk:
                self.add_error(name, _("Det hör till en annan remiss."))
        return cleaned


class ReferralForm(forms.ModelForm):
    due_date = DayField(
        label=_("Sista svarsdag"), help_text=_("Svar tas emot till midnatt den dagen.")
    )

    class Meta:
        model = Referral
        fields = [
            *["title", "registry_number", "sender", "background", "plan", "due_date"],
            *["contact_name", "contact_email", "publishes_at_once"],
        ]
        widgets = {"title": WIDE}
        field_classes = {
            "title": LineField,
            "registry_number": LineField,
            "sender": LineField,
            "contact_name": LineField,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and not self.instance.is_draft:
            self.fields.pop("due_date", None)


class SectionForm(forms.ModelForm):
    class Meta:
        model = ReferralSection
        fields = ["order", "kind", "area", "title", "text", "asks_position"]
        field_classes = {"title": LineField}
