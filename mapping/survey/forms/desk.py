"""What a coordinator fills in: whom to invite, and the answer to an objection."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from malmoandan.organisations.forms import AddressField
from malmoandan.organisations.models import Organisation
from malmoandan.organisations.numbers import refuse_personal_number
from malmoandan.publishing.fields import LinesField
from mapping.survey import cells


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
