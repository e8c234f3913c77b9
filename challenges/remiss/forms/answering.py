"""The steps of answering as forms: they clean and refuse, and decide nothing.

What is typed is kept as it was typed, right or wrong, so each form can be made anew from the
draft's data and judged again before the answer is sent.
"""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from challenges.remiss.models import Position, Referral, ReferralSection, RespondentKind
from malmoandan.organisations.numbers import refuse_personal_number
from malmoandan.publishing.fields import DayField, LineField, LinesField
from malmoandan.publishing.files import AttachmentField

MOST_IN_SUMMARY = 5_000
MOST_IN_SECTION = 50_000

_EMAIL_ERRORS = {
    "required": _("Skriv e-postadressen."),
    "invalid": _("Skriv en e-postadress, till exempel namn@exempel.se."),
}
_EMAIL_ATTRIBUTES = {"autocomplete": "email", "inputmode": "email", "spellcheck": "false"}


class EmailField(forms.EmailField):
    """An address, in lower case."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs=_EMAIL_ATTRIBUTES))
        super().__init__(error_messages=_EMAIL_ERRORS, **kwargs)

    def clean(self, value: Any) -> str:
        return str(super().clean(value)).lower()


class RespondentForm(forms.Form):
    """Step one: who answers, and by what decision."""

    kind = forms.ChoiceField(
        label=_("Vem svarar?"),
        error_messages={"required": _("Välj vem som svarar.")},
        choices=RespondentKind.choices,
        widget=forms.RadioSelect,
    )
    name = LineField(
        label=_("Namn"),
        max_length=200,
        validators=[refuse_personal_number],
        error_messages={"required": _("Skriv namnet på den som svarar.")},
        help_text=_(
            "Organisationens, förvaltningens eller ditt eget namn. "
            "En organisations och en förvaltnings namn blir offentligt."
        ),
    )
    name_public = forms.BooleanField(
        label=_("Jag svarar som privatperson och mitt namn får visas på webbplatsen"),
        required=False,
        help_text=_("Annars står det Privatperson. Du kan ändra dig senare."),
    )
    on_behalf_of = LineField(
        label=_("För vems räkning?"),
        required=False,
        max_length=300,
        validators=[refuse_personal_number],
        help_text=_("Om svaret lämnas för någon annan, till exempel en nämnd. Blir offentligt."),
    )
    decided_by = LineField(
        label=_("Vem har beslutat om svaret?"),
        required=False,
        max_length=200,
        validators=[refuse_personal_number],
        help_text=_("Till exempel styrelsen eller kulturnämnden. Blir offentligt."),
    )
    decided_on = DayField(
        label=_("När fattades beslutet?"),
        required=False,
        help_text=_("År-månad-dag, till exempel 2026-03-11. Blir offentligt."),
    )
    contact_person = LineField(
        label=_("Kontaktperson"),
        required=False,
        max_length=150,
        validators=[refuse_personal_number],
        help_text=_("Den vi kan fråga om svaret. Visas inte på webbplatsen."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = EmailField(
        label=_("Din e-postadress"),
        help_text=_("Dit skickar vi en kod innan svaret lämnas in, och kvittot. Visas inte."),
    )

    def clean_decided_on(self) -> Any:
        day = self.cleaned_data["decided_on"]
        if day and day > timezone.localdate():
            raise ValidationError(_("Beslutet kan inte ha fattats i framtiden."))
        if day and day.year < 2000:
            raise ValidationError(_("Kontrollera årtalet."))
        return day

    def clean(self) -> dict[str, Any]:
        """Who answers as a private person answers for nobody else; only they choose about names."""
        data = super().clean() or {}
        if data.get("kind") == RespondentKind.PERSON:
            data |= {"on_behalf_of": "", "decided_by": "", "decided_on": None, "contact_person": ""}
        else:
            data["name_public"] = False
        return data


def _positions() -> list[tuple[str, str]]:
    said = [(value, str(capfirst(label))) for value, label in Position.choices]
    return [("", gettext("Inget ställningstagande")), *said]


class AnswerForm(forms.Form):
    """Step two: position and summary for the whole, position and text for each section."""

    position = forms.ChoiceField(
        label=_("Ställningstagande till förslaget som helhet"),
        required=False,
        widget=forms.RadioSelect,
        choices=_positions,
    )
    summary = LinesField(
        label=_("Sammanfattning"),
        required=False,
        max_length=MOST_IN_SUMMARY,
        validators=[refuse_personal_number],
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Det viktigaste först, högst 5 000 tecken. Den visas överst i svaret."),
    )

    def __init__(self, *args: Any, referral: Referral, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sections: list[ReferralSection] = list(referral.sections.all())
        for section in self.sections:
            if section.asks_position:
                self.fields[position_field(section)] = forms.ChoiceField(
                    label=_("Ställningstagande: %(title)s") % {"title": section.title},
                    required=False,
                    choices=_positions,
                )
            self.fields[text_field(section)] = LinesField(
                label=_("Synpunkter: %(title)s") % {"title": section.title},
                required=False,
                max_length=MOST_IN_SECTION,
                validators=[refuse_personal_number],
                widget=forms.Textarea(attrs={"rows": 8}),
            )

    def parts(self) -> list[dict[str, Any]]:
        """Each section with its fields, for the template."""
        return [
            {
                "section": section,
                "position": self[position_field(section)] if section.asks_position else None,
                "text": self[text_field(section)],
            }
            for section in self.sections
        ]

    def answered(self) -> list[tuple[ReferralSection, str, str]]:
        """Of a valid form: each section that is answered, with position and text."""
        data = self.cleaned_data
        rows = [
            (one, data.get(position_field(one)) or "", data[text_field(one)])
            for one in self.sections
        ]
        return [row for row in rows if row[1] or row[2]]

    @property
    def sometimes_required(self) -> list[str]:
        """All fields: that each may be left empty is said once, above them."""
        return list(self.fields)

    @property
    def says_something(self) -> bool:
        """Whether a valid form holds any opinion at all."""
        return any(self.cleaned_data.get(name) for name in self.fields)


def position_field(section: ReferralSection) -> str:
    return f"s{section.pk}-position"


def text_field(section: ReferralSection) -> str:
    return f"s{section.pk}-text"


class AttachmentForm(forms.Form):
    file = AttachmentField(
        label=_("Välj en fil"),
        error_messages={"required": _("Välj en fil att bifoga.")},
        help_text=_("PDF, DOCX, ODT, JPEG eller PNG, högst 10 MB."),
    )


class LinkForm(forms.Form):
    """Where the link to go on elsewhere is mailed."""

    email = EmailField(label=_("Din e-postadress"))


class ReaderForm(forms.Form):
    email = EmailField(
        label=_("Kollegans e-postadress"),
        help_text=_("Kollegan får en egen länk för att läsa, kommentera och godkänna."),
    )


class ApprovalForm(forms.Form):
    """What a colleague says of a draft."""

    comment = LinesField(
        label=_("Kommentar"),
        required=False,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Läses av den som skriver svaret, och skickas inte in."),
    )
