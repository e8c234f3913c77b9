"""What one hands in to have it checked: a sealed PDF, or the reference on a certificate."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from malmoandan.publishing.files import MAX_BYTES

# Letters that are not in the alphabet of references, and the digits they are mistaken for.
MISREAD = str.maketrans("OIL", "011")


class SealedFileForm(forms.Form):
    document = forms.FileField(
        label=_("PDF-fil"),
        help_text=_("Ett bevis eller en avsiktsförklaring härifrån, högst 10 MB."),
        error_messages={
            "required": _("Välj den PDF som du vill kontrollera."),
            "empty": _("Filen är tom. Välj en annan fil."),
        },
        widget=forms.FileInput(attrs={"accept": ".pdf,application/pdf"}),
    )

    def clean_document(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["document"]
        if (file.size or 0) > MAX_BYTES:
            raise ValidationError(_("Filen är för stor. Den får vara högst 10 MB."))
        # By content, as readers of PDF do: some bytes may stand before the head.
        if b"%PDF-" not in file.read(1024):
            raise ValidationError(_("Filen är ingen PDF. Välj beviset som du laddade ner."))
        file.seek(0)
        return file


class ReferenceForm(forms.Form):
    """Sent by GET; the field's name stands in the address."""

    referens = forms.CharField(
        label=_("Referens"),
        max_length=40,
        help_text=_("Står på beviset, till exempel MA-7K3F-92QD."),
        error_messages={"required": _("Skriv referensen som står på beviset.")},
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "spellcheck": "false"}),
    )

    def clean_referens(self) -> str:
        """The reference as it is stored, whatever a person made of dashes, case, O and I."""
        letters = re.sub(r"[^0-9A-Z]", "", self.cleaned_data["referens"].upper())
        letters = letters[-8:].translate(MISREAD)
        return f"MA-{letters[:4]}-{letters[4:]}"
