"""The page where a coordinator enters an answer that came by mail or letter."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from challenges.remiss.actions import entering as actions
from challenges.remiss.admin.forms import WIDE, KeptFileForm
from challenges.remiss.admin.pages import page
from challenges.remiss.models import (
    ATTACHMENTS_FOLDER,
    Position,
    Referral,
    ReferralRecipient,
    ReferralResponse,
    RespondentKind,
)
from malmoandan.organisations.numbers import refuse_personal_number
from malmoandan.publishing.fields import DayField, LineField, LinesField
from malmoandan.publishing.files import AttachmentField, DocumentField

if TYPE_CHECKING:
    from challenges.remiss.admin.responses import ResponseAdmin

POSITIONS = [("", _("Inget angivet")), *Position.choices]
RESPONDENT = ["kind", "name", "name_public", "contact_person", "email", "origin"]
VERSION = ["on_behalf_of", "decided_by", "decided_on", "position", "summary"]


class EnterForm(KeptFileForm):
    """What stands in the letter. Fields for the sections are made from the referral."""

    folder = ATTACHMENTS_FOLDER
    file_is_required = False

    origin = forms.ChoiceField(
        label=_("Hur kom svaret?"),
        choices=[
            choice
            for choice in ReferralResponse.Origin.choices
            if choice[0] != ReferralResponse.Origin.WEB
        ],
    )
    received_on = DayField(
        label=_("Dag då svaret kom in"),
        help_text=_("Av den dagen följer om svaret är sent."),
        error_messages={"required": _("Skriv dagen då svaret kom in.")},
    )
    recipient = forms.ModelChoiceField(
        ReferralRecipient.objects.none(),
        label=_("Remissinstans"),
        required=False,
        empty_label=_("Ingen på remisslistan"),
        help_text=_("Har den redan svarat blir det här en ny version av svaret."),
    )
    kind = forms.ChoiceField(label=_("Vem svarar?"), choices=RespondentKind.choices)
    name = LineField(
        label=_("Namn"),
        max_length=200,
        widget=WIDE,
        validators=[refuse_personal_number],
        error_messages={"required": _("Skriv namnet på den som svarar.")},
    )
    name_public = forms.BooleanField(
        label=_("Privatpersonen har sagt att namnet får visas"), required=False
    )
    contact_person = LineField(
        label=_("Kontaktperson"), required=False, max_length=150, help_text=_("Visas aldrig.")
    )
    email = forms.EmailField(
        label=_("E-postadress"),
        required=False,
        help_text=_("Dit skickas återkopplingen. Visas aldrig."),
    )
    on_behalf_of = LineField(label=_("För vems räkning?"), required=False, max_length=300)
    decided_by = LineField(label=_("Vem har beslutat?"), required=False, max_length=200)
    decided_on = DayField(label=_("När fattades beslutet?"), required=False)
    position = forms.ChoiceField(
        label=_("Ställningstagande till helheten"), required=False, choices=POSITIONS
    )
    summary = LinesField(
        label=_("Sammanfattning"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    file: DocumentField = AttachmentField(
        label=_("Bilaga"),
        required=False,
        help_text=_("Brevet eller bilagan som PDF, DOCX, ODT, PNG eller JPEG, högst 10 MB."),
    )

    def __init__(self, *args: Any, referral: Referral, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sections = list(referral.sections.all())
        recipients = referral.recipients.in_swedish_order()
        self.fields["recipient"].queryset = recipients  # type: ignore[attr-defined]
        for section in self.sections:
            self._add_section(section.pk, section.title, section.asks_position)
        self.order_fields([name for name in self.fields if name != "file"] + ["file"])

    def _add_section(self, key: int, title: str, asks_position: bool) -> None:
        if asks_position:
            self.fields[f"position-{key}"] = forms.ChoiceField(
                label=_("%(title)s: ställningstagande") % {"title": title},
                required=False,
                choices=POSITIONS,
            )
        self.fields[f"text-{key}"] = LinesField(
            label=_("%(title)s: synpunkter") % {"title": title},
            required=False,
            max_length=50_000,
            widget=forms.Textarea(attrs={"rows": 4}),
        )

    def clean_received_on(self) -> Any:
        day = self.cleaned_data["received_on"]
        if day > timezone.localdate():
            raise ValidationError(_("Dagen kan inte ligga i framtiden."))
        if day.year < 2000:
            raise ValidationError(_("Kontrollera året."))
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        says = [cleaned.get("summary"), cleaned.get("position"), cleaned.get("file")]
        if not any(says) and not self.answers(cleaned) and not self.errors:
            self.add_error("summary", _("Svaret säger inget än. Skriv något, eller bifoga brevet."))
        return cleaned

    def answers(self, cleaned: dict[str, Any]) -> dict[Any, tuple[str | None, str]]:
        """What is said of each section; those of which nothing is said are left out."""
        found = {}
        for section in self.sections:
            position = cleaned.get(f"position-{section.pk}") or None
            text = cleaned.get(f"text-{section.pk}") or ""
            if position or text:
                found[section] = (position, text)
        return found


def enter(request: HttpRequest, admin: "ResponseAdmin", pk: int) -> HttpResponse:
    referral = get_object_or_404(Referral, pk=pk)
    if not admin.has_change_permission(request):
        raise PermissionDenied
    if referral.is_draft:
        raise PermissionDenied
    sent = request.POST if request.method == "POST" else None
    form = EnterForm(sent, request.FILES if sent is not None else None, referral=referral)
    if sent is not None and form.is_valid():
        version = _enter(form, referral, request.user)
        told = gettext("Svaret är infört och märkt som sent.") if version.late else ""
        messages.success(request, told or gettext("Svaret är infört."))
        return redirect(reverse("admin:remiss_referralresponse_change", args=[version.response_id]))
    context = {"referral": referral, "form": form}
    status = 422 if sent is not None else 200
    return page(request, admin, "form", gettext("För in ett svar"), context, status)


def _enter(form: EnterForm, referral: Referral, by: Any) -> Any:
    cleaned = form.cleaned_data
    version = {name: cleaned[name] for name in VERSION}
    version["position"] = version["position"] or None
    respondent = {name: cleaned[name] for name in RESPONDENT}
    respondent["email"] = respondent["email"].lower()
    return actions.enter(
        referral=referral,
        recipient=cleaned["recipient"],
        respondent=respondent,
        version=version,
        sections=form.answers(cleaned),
        files=[(form.stored_name(), cleaned["file"])] if cleaned.get("file") else [],
        received_on=cleaned["received_on"],
        by=by,
    )
