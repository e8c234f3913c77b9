"""Whom to invite, and what would be sent."""

import re
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _

from challenges.models import Dialogue
from malmoandan.organisations.models import Membership, Organisation

MOST_ADDRESSES = 500
MOST_FOUND = 20


@dataclass(frozen=True)
class Row:
    """One line of the preview: whom it is about, and what keeps the mail back, if anything."""

    label: str
    addresses: list[str]
    organisation: Organisation | None = None
    error: Any = ""


class InviteForm(forms.Form):
    """Whom to invite: organisations found by their names, and pasted addresses."""

    # One of them is needed, so none is marked as optional.
    sometimes_required = ("q", "organisations", "addresses")

    q = forms.CharField(label=_("Sök organisation"), required=False, max_length=200)
    organisations = forms.ModelMultipleChoiceField(
        label=_("Organisationer att bjuda in"),
        queryset=Organisation.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    addresses = forms.CharField(
        label=_("E-postadresser"),
        required=False,
        max_length=100_000,
        help_text=_("En adress på varje rad. Du kan klistra in många på en gång."),
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["organisations"]
        field.queryset = Organisation.objects.filter(pk__in=self._chosen() | self._found())
        field.queryset = field.queryset.in_swedish_order()

    def _chosen(self) -> set[int]:
        typed = self.data.getlist("organisations") if hasattr(self.data, "getlist") else []
        return {int(key) for key in typed[:MOST_ADDRESSES] if re.fullmatch(r"[0-9]{1,18}", key)}

    def _found(self) -> set[int]:
        query = str(self.data.get("q", "")).replace("\0", "").strip()
        if not query:
            return set()
        found = Organisation.objects.search(query).in_swedish_order()
        return set(found.values_list("pk", flat=True)[:MOST_FOUND])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        lines = _lines(data.get("addresses", ""))
        if len(lines) > MOST_ADDRESSES:
            self.add_error(
                "addresses",
                _("Högst %(most)s adresser på en gång.") % {"most": MOST_ADDRESSES},
            )
        elif not self.errors and not lines and not data.get("organisations"):
            self.add_error("addresses", _("Välj en organisation eller skriv en adress."))
        return data

    def rows(self, dialogue: Dialogue) -> list[Row]:
        """What would be sent, a row for each organisation and line. The form must be valid."""
        seen = set(dialogue.invitations.values_list("email", flat=True))
        rows = [self._organisation_row(found, seen) for found in self._organisations()]
        return rows + [_address_row(line, seen) for line in _lines(self.cleaned_data["addresses"])]

    def _organisations(self) -> list[Organisation]:
        active = Membership.objects.active().select_related("person")
        chosen = self.cleaned_data["organisations"].prefetch_related(
            Prefetch("memberships", active, "active")
        )
        return list(chosen)

    def _organisation_row(self, organisation: Any, seen: set[str]) -> Row:
        """The addresses of those who represent it; the host does not get to see them."""
        known = [member.person.email for member in organisation.active if member.person.is_active]
        new = [email for email in known if email not in seen]
        seen.update(new)
        error: Any = ""
        if not known:
            error = _("Vi känner inte till någon e-postadress. Skriv en adress i stället.")
        elif not new:
            error = _("Redan inbjuden.")
        return Row(organisation.name, new, organisation, error)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in re.split(r"[\r\n;,]+", text) if line.strip()]


def _address_row(line: str, seen: set[str]) -> Row:
    address = (parseaddr(line)[1] if "<" in line else line).strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        return Row(line[:200], [], error=_("Det är ingen e-postadress."))
    if address in seen:
        return Row(line[:200], [], error=_("Redan inbjuden, eller står två gånger."))
    seen.add(address)
    return Row(address, [address])
