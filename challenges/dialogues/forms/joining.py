"""What a visitor fills in: which dialogues to see, and a sign-up."""

from django import forms
from django.utils.translation import gettext_lazy as _

from challenges.dialogues.forms.fields import box
from challenges.models import ChallengeArea
from malmoandan.organisations.numbers import refuse_personal_number
from malmoandan.publishing.fields import LineField, LinesField


class ParticipantForm(forms.Form):
    """What can be changed by the link in the mail."""

    name = LineField(
        label=_("Namn"),
        max_length=150,
        validators=[refuse_personal_number],
        error_messages={"required": _("Skriv ditt namn.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    organisation = LineField(
        label=_("Organisation"),
        required=False,
        max_length=200,
        validators=[refuse_personal_number],
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    needs = LinesField(
        label=_("Behöver du något för att kunna delta?"),
        required=False,
        max_length=1000,
        validators=[refuse_personal_number],
        help_text=_(
            "Till exempel mat, tolk eller plats för rullstol. Skriv vad som behövs, inte varför. "
            "Bara värdarna och samordnarna kan läsa det."
        ),
        widget=box(3),
    )


class SignUpForm(ParticipantForm):
    email = forms.EmailField(
        label=_("E-postadress"),
        max_length=254,
        error_messages={"required": _("Skriv din e-postadress.")},
        help_text=_("Hit skickar vi besked om din plats och en länk för att ändra eller avboka."),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )
    field_order = ["name", "email"]


class DialogueFilter(forms.Form):
    """What a visitor may ask of the list, read from the address."""

    omrade = forms.ModelChoiceField(
        label=_("Samhällsutmaning"),
        queryset=ChallengeArea.objects.order_by("pk"),
        to_field_name="slug",
        required=False,
        empty_label=_("Alla utmaningar"),
        error_messages={"invalid_choice": _("Välj ett av alternativen i listan.")},
    )

    @property
    def area(self) -> ChallengeArea | None:
        return self.cleaned_data["omrade"]
