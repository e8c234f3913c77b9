"""A signature on paper, entered by a coordinator with its scan."""

from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from malmoandan.organisations.models import CIVIL_KINDS, Kind, Organisation
from malmoandan.publishing import files
from malmoandan.publishing.fields import DayField
from malmoandan.publishing.files import DocumentField
from signatures import actions
from signatures.forms import MOST_CO_SIGNATORIES, CoSignatoryForm, OrganisationForm
from signatures.models import Agreement, AgreementVersion
from signatures.paper import SCAN_FOLDER, SIGNATORIES

_SALT = "signatures.scan"


class VersionField(forms.ModelChoiceField):
    def label_from_instance(self, version: AgreementVersion) -> str:
        return str(_("Version %(number)s")) % {"number": version.number}


class PaperForm(OrganisationForm):
    """What stands on the paper. `kept_scan` brings a good file through another field's error."""

    draft_id = forms.UUIDField(widget=forms.HiddenInput)
    kept_scan = forms.CharField(required=False, widget=forms.HiddenInput)
    version = VersionField(
        AgreementVersion.objects.none(),
        label=_("Text"),
        empty_label=None,
        help_text=_("Versionen står längst ner på blanketten."),
    )
    signed_on = DayField(
        label=_("Dag på blanketten"),
        help_text=_("Den dag då den sista skrev under, år-månad-dag."),
        error_messages={"required": _("Skriv dagen som står på blanketten.")},
    )
    scan = DocumentField(
        label=_("Inskannad blankett"),
        required=False,
        help_text=_("PDF, JPEG eller PNG, högst 10 MB. Bara samordnarna kan läsa den."),
    )

    field_order = ["version", "signed_on", "scan", "name", "kind", "organisation_number"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["minutes"], self.fields["remove_minutes"]
        self.fields["version"].queryset = (  # type: ignore[attr-defined]
            AgreementVersion.objects.published()
            .filter(agreement__kind=Agreement.Kind.INTENT)
            .order_by("-number")
        )
        self.fields["kind"].choices = Kind.choices  # type: ignore[attr-defined]
        self.fields["organisation_number"].help_text = _(
            "Tio siffror. Är numret känt förs underskriften till den organisationen."
        )

    def clean_signed_on(self) -> Any:
        day = self.cleaned_data["signed_on"]
        if day > timezone.localdate():
            raise ValidationError(_("Dagen kan inte ligga i framtiden."))
        return day

    def clean_kept_scan(self) -> tuple[str, str] | None:
        """The stored file and its shown name, or None; a word that is not ours counts as none."""
        try:
            stored, shown = signing.loads(self.cleaned_data["kept_scan"], salt=_SALT)
        except (signing.BadSignature, ValueError):
            return None
        return stored, shown

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not data.get("scan") and not data.get("kept_scan") and not self.has_error("scan"):
            self.add_error("scan", _("Bifoga den inskannade blanketten."))
        version, day = data.get("version"), data.get("signed_on")
        if version and day and not version.is_open(day):
            self.add_error("signed_on", _("Texten kunde inte skrivas under den dagen."))
        number = data.get("organisation_number")
        known = Organisation.objects.filter(organisation_number=number or None).exists()
        if data.get("kind") not in {None, *CIVIL_KINDS} and not known:
            self.add_error(
                "organisation_number",
                _("Malmö stad och dess förvaltningar läggs till bland organisationerna först."),
            )
        return data

    def keep_scan(self) -> tuple[str, str]:
        """Store the file that came now, or find the one that came before; for later posts too."""
        file = self.cleaned_data.get("scan")
        kept = self.cleaned_data.get("kept_scan")
        if file:
            kept = files.store(file, SCAN_FOLDER), file.name
            self.data = {**self.data.dict(), "kept_scan": signing.dumps(kept, salt=_SALT)}  # type: ignore[attr-defined]
        return kept or ("", "")


class PaperSignatoryForm(CoSignatoryForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].required = False
        self.fields["email"].help_text = _("Frivillig. Dit skickar vi besked.")


class BasePaperSignatories(forms.BaseFormSet):
    """Those who signed: at least one, and each address once."""

    def clean(self) -> None:
        rows = [form for form in self.forms if form.is_valid() and form.cleaned_data]
        if not rows and not any(form.errors for form in self.forms):
            raise ValidationError(_("Skriv namnet på minst en firmatecknare."))
        seen: set[str] = set()
        for form in rows:
            email = form.cleaned_data["email"]
            if email and email in seen:
                form.add_error("email", _("Varje person räknas en gång."))
            seen.add(email)

    def filled(self) -> list[dict[str, str]]:
        return [form.cleaned_data for form in self.forms if form.cleaned_data]


PaperSignatories = forms.formset_factory(
    PaperSignatoryForm,
    formset=BasePaperSignatories,
    extra=SIGNATORIES,
    max_num=MOST_CO_SIGNATORIES + 1,
    absolute_max=MOST_CO_SIGNATORIES + 1,
)


def enter(request: HttpRequest, desk: ModelAdmin) -> HttpResponse:
    """The page where a coordinator enters a signed paper; it then waits for its publication."""
    if not request.user.has_perm("signatures.add_signature"):
        raise PermissionDenied
    data, sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = PaperForm(data, sent, initial={"draft_id": uuid4()})
    people = PaperSignatories(data, prefix="person")
    kept = "", ""
    if request.method == "POST":
        valid = all([form.is_valid(), people.is_valid()])
        kept = form.keep_scan()
        if valid:
            return _enter(request, form, people, *kept)
    context = {
        **desk.admin_site.each_context(request),
        "opts": desk.opts,
        "title": _("För in en underskrift på papper"),
        "form": form,
        "people": people,
        "kept_scan_name": kept[1],
    }
    return TemplateResponse(
        request,
        "admin/signatures/paper.html",
        context,
        status=422 if request.method == "POST" else 200,
    )


def _enter(
    request: HttpRequest, form: PaperForm, people: Any, scan: str, scan_name: str
) -> HttpResponse:
    try:
        signature = actions.enter_paper_signature(
            version=form.cleaned_data["version"],
            draft_id=form.cleaned_data["draft_id"],
            organisation=form.cleaned_data,
            signatories=people.filled(),
            signed_on=form.cleaned_data["signed_on"],
            scan=scan,
            scan_name=scan_name,
        )
        messages.success(
            request, _("Underskriften är införd. Läs igenom den och publicera den här.")
        )
    except actions.AlreadySigned as standing:
        signature = standing.signature
        messages.warning(
            request,
            _("%(name)s har redan undertecknat den texten. Här är den underskriften.")
            % {"name": signature.organisation.name},
        )
    return redirect(reverse("admin:signatures_signature_change", args=[signature.pk]))
