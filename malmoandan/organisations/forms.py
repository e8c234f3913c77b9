"""Forms about who may act for an organisation."""

from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from malmoandan.accounts.models import User
from malmoandan.organisations.models import Membership, Organisation
from malmoandan.organisations.numbers import refuse_personal_number
from malmoandan.publishing.fields import LineField, LinesField

MOST_A_DAY = 5  # handovers that one person begins


class AddressField(forms.EmailField):
    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(
            attrs={"autocomplete": "off", "inputmode": "email", "spellcheck": "false"}
        )
        super().__init__(widget=widget, **kwargs)
        self.error_messages |= {
            "required": _("Skriv e-postadressen."),
            "invalid": _("Skriv en e-postadress, till exempel namn@exempel.se."),
        }

    def clean(self, value: Any) -> str:
        return User.objects.normalize_email(super().clean(value))


class HandoverForm(forms.Form):
    """Who takes over."""

    name = LineField(
        label=_("Den nya företrädarens namn"),
        max_length=150,
        validators=[refuse_personal_number],
        error_messages={"required": _("Skriv för- och efternamn.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    email = AddressField(
        label=_("Den nya företrädarens e-postadress"),
        help_text=_("Dit skickar vi en länk. Rätten flyttas först när personen har bekräftat."),
    )

    def __init__(self, *args: Any, present: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.present = present

    def clean_email(self) -> str:
        email = self.cleaned_data["email"]
        if email == self.present.email:
            raise ValidationError(_("Det är din egen adress. Skriv den nya företrädarens."))
        return email

    def clean(self) -> dict[str, Any]:
        """The mails go to addresses that nobody has proven, so they are few."""
        yesterday = timezone.now() - timedelta(days=1)
        if self.present.handovers.filter(created_at__gt=yesterday).count() >= MOST_A_DAY:
            raise ValidationError(_("Du har bett flera personer i dag. Försök igen i morgon."))
        return super().clean() or {}


class MoveRightForm(forms.Form):
    """A coordinator gives, moves or ends the right, and says how the identity was checked."""

    ends = forms.ModelChoiceField(
        label=_("Den som inte längre ska företräda organisationen"),
        queryset=Membership.objects.none(),
        required=False,
        empty_label=_("Ingen, alla nuvarande är kvar"),
    )
    email = AddressField(
        label=_("Den nya företrädarens e-postadress"),
        required=False,
        help_text=_("Lämna tomt om ingen ny ska få rätten nu."),
    )
    check_note = LinesField(
        label=_("Så kontrollerade du identiteten och rätten"),
        min_length=10,
        max_length=1000,
        help_text=_(
            "Till exempel ”Protokoll från årsmötet 2026-03-11 visar det, och jag ringde numret "
            "på föreningens webbplats”. Det står i historiken."
        ),
        error_messages={
            "required": _("Skriv hur du kontrollerade det."),
            "min_length": _("Skriv så att en annan samordnare förstår hur du kontrollerade det."),
        },
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
    )

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisation = organisation
        active = organisation.memberships.active().select_related("person")
        ends: Any = self.fields["ends"]
        ends.queryset = active
        ends.label_from_instance = _person
        self.fields["email"].widget.attrs["class"] = "vTextField"

    def clean_email(self) -> str:
        email = self.cleaned_data["email"]
        if email and self.organisation.memberships.active().filter(person__email=email).exists():
            raise ValidationError(_("Personen företräder redan organisationen."))
        return email

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not data.get("ends") and not data.get("email"):
            raise ValidationError(_("Välj vem som slutar, skriv vem som börjar, eller båda."))
        return data


def _person(membership: Membership) -> str:
    person = membership.person
    return f"{person.name} ({person.email})" if person.name else person.email
