"""News and documents at the coordinators' desk."""

import hashlib
from typing import Any

from django import forms
from django.contrib import admin
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from malmoandan.accounts.history_admin import HistoryAdmin
from malmoandan.pages.documents import file_response
from malmoandan.pages.models import (
    DOCUMENTS_FOLDER,
    Document,
    DocumentArea,
    DocumentVersion,
    News,
    NewsArea,
    Publication,
)
from malmoandan.pages.tasks import read_file
from malmoandan.publishing.fields import DayField, LineField, LinesField
from malmoandan.publishing.files import AnyDocumentField, kind_of_any, shown_name, store_as

# A form that comes back wrong is sent again within a day, or begun anew.
KEPT_SECONDS = 24 * 60 * 60
WIDE = forms.TextInput(attrs={"class": "vLargeTextField"})
SHORT = forms.Textarea(attrs={"class": "vLargeTextField", "rows": 3})


class PublicationAdmin(HistoryAdmin):
    """What becomes public at a time. What is or was public is never deleted, but taken back."""

    date_hierarchy = "published_from"
    readonly_fields = ["page", "created_at", "updated_at"]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """The few areas as boxes to tick; they are made with their plan, not in passing."""
        if db_field.name != "areas":
            return super().formfield_for_dbfield(db_field, request, **kwargs)
        found: Any = super().formfield_for_dbfield(
            db_field, request, **kwargs, widget=forms.CheckboxSelectMultiple
        )
        found.widget.can_add_related = False
        return found

    @admin.display(description=_("tillstånd"), ordering="published_from")
    def state(self, row: Publication) -> str:
        if row.is_published:
            return str(_("Offentlig"))
        return str(_("Väntar på sin tid") if row.published_from else _("Utkast"))

    @admin.display(description=_("sida"))
    def page(self, row: Any) -> str:
        if not row.pk:
            return str(_("Får sin adress när du sparar. Den ändras inte sedan."))
        return format_html('<a href="{0}">{0}</a>', row.get_absolute_url())

    def view_on_site(self, row: Any) -> str:
        return row.get_absolute_url()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and not (obj and obj.published_from)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Without deletion in bulk, which would not ask about each row."""
        return {}


class NewsForm(forms.ModelForm):
    class Meta:
        model = News
        fields = [
            *["title", "lead", "text", "author", "areas"],
            *["english_title", "english_lead", "english_text", "published_from"],
        ]
        widgets = {
            "title": WIDE,
            "english_title": WIDE,
            "lead": SHORT,
            "english_lead": SHORT,
        }
        field_classes = {
            "title": LineField,
            "lead": LinesField,
            "english_title": LineField,
            "english_lead": LinesField,
        }


@admin.register(News)
class NewsAdmin(PublicationAdmin):
    form = NewsForm
    history_links = (NewsArea,)
    list_display = ["title", "state", "published_from", "author"]
    list_filter = ["areas", "author"]
    search_fields = ["title", "lead", "text"]
    fieldsets = [
        (None, {"fields": ["title", "lead", "text", "author", "areas"]}),
        (
            _("På engelska"),
            {
                "fields": ["english_title", "english_lead", "english_text"],
                "description": _("Lämna tomt om nyheten bara finns på svenska."),
            },
        ),
        (_("Publicering"), {"fields": ["published_from", "page", "created_at", "updated_at"]}),
    ]


class DocumentForm(forms.ModelForm):
    """The facts and the file; a file that passed is kept when another field is wrong."""

    file = AnyDocumentField(
        label=_("Fil"),
        required=False,
        help_text=_(
            "PDF, DOCX, XLSX, ODT, ODS, PNG eller JPEG, högst 10 MB, utan makron och lösenord. "
            "Filen blir offentlig tillsammans med sidan. En ny fil ersätter den gamla på samma "
            "adress; den gamla finns kvar i historiken."
        ),
        widget=forms.FileInput(attrs={"accept": AnyDocumentField.accept}),
    )
    day = DayField(
        label=_("Dokumentets datum"),
        help_text=_("Dagen då det antogs, skrevs eller upprättades."),
    )
    kept_file = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Document
        fields = [
            *["title", "description", "kind", "day", "registry_number"],
            *["language", "areas", "published_from", "english_title", "english_description"],
        ]
        widgets = {
            "title": WIDE,
            "description": SHORT,
            "english_title": WIDE,
            "english_description": SHORT,
        }
        field_classes = {
            "title": LineField,
            "description": LinesField,
            "english_title": LineField,
            "english_description": LinesField,
            "registry_number": LineField,
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("file") and "file" not in self.errors:
            cleaned["file"] = self._kept()
        if not cleaned.get("file") and "file" not in self.errors and not self.instance.pk:
            self.add_error("file", _("Välj en fil."))
        return cleaned

    def full_clean(self) -> None:
        super().full_clean()
        # Only here are the errors complete: those of the model come after those of the form.
        if self.is_bound and self.errors and self.cleaned_data.get("file"):
            self._keep(self.cleaned_data["file"])

    def _kept(self) -> UploadedFile | None:
        """The file that came with the form before this one."""
        try:
            kept = signing.loads(
                self.cleaned_data.get("kept_file") or "",
                salt=DOCUMENTS_FOLDER,
                max_age=KEPT_SECONDS,
            )
            with default_storage.open(kept["stored"]) as file:
                content = file.read()
        except (signing.BadSignature, FileNotFoundError):
            return None
        found = UploadedFile(ContentFile(content), kept["name"], size=len(content))
        found.stored_name = kept["stored"]  # type: ignore[attr-defined]
        return found

    def _keep(self, file: UploadedFile) -> None:
        stored = getattr(file, "stored_name", None) or store_as(
            file, DOCUMENTS_FOLDER, kind_of_any(file)
        )
        kept = signing.dumps({"stored": stored, "name": file.name}, salt=DOCUMENTS_FOLDER)
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        data[self.add_prefix("kept_file")] = kept
        self.data = data
        self["file"].help_text = _(
            "Vald fil: %(name)s. Den är kvar om du inte väljer en annan."
        ) % {"name": file.name}


class DocumentVersionInline(admin.TabularInline):
    model = DocumentVersion
    fields = readonly_fields = ("number", "link", "added_at", "size")
    extra = 0
    can_delete = False
    view_on_site = False  # the link opens this very file, also a former one
    verbose_name_plural = _("Filer, den nyaste först")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("fil"))
    def link(self, version: DocumentVersion) -> str:
        address = reverse("admin:pages_document_version", args=[version.pk])
        return format_html('<a href="{}">{}</a>', address, version.file_name)


@admin.register(Document)
class DocumentAdmin(PublicationAdmin):
    form = DocumentForm
    list_display = ["title", "kind", "day", "registry_number", "state"]
    list_filter = ["kind", "areas", "language"]
    search_fields = ["title", "description", "registry_number"]
    date_hierarchy = "day"
    inlines = [DocumentVersionInline]
    history_parts = ("versions",)
    history_links = (DocumentArea,)
    fieldsets = [
        (None, {"fields": ["title", "description", "file", "kept_file"]}),
        (_("Uppgifter"), {"fields": ["kind", "day", "registry_number", "language", "areas"]}),
        (_("På engelska"), {"fields": ["english_title", "english_description"]}),
        (_("Publicering"), {"fields": ["published_from", "page", "created_at", "updated_at"]}),
    ]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.version_file)
        return [path("fil/<int:pk>/", view, name="pages_document_version"), *super().get_urls()]

    def version_file(self, request: HttpRequest, pk: int) -> HttpResponse:
        """One of the files that a document has or had."""
        version = get_object_or_404(DocumentVersion.objects.select_related("document"), pk=pk)
        if not self.has_view_permission(request, version.document):
            raise PermissionDenied
        response = file_response(request, version)
        response["Cache-Control"] = "private, no-store"
        return response

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        file = form.cleaned_data.get("file")
        if file:
            add_version(form.instance, file)


def add_version(document: Document, file: UploadedFile) -> DocumentVersion:
    """Put the file in the place of the former one, unless it is the very same."""
    file.seek(0)
    content = file.read()
    sha256 = hashlib.sha256(content).hexdigest()
    former = document.versions.order_by("-number").first()
    if former and former.sha256 == sha256:
        return former
    ending = kind_of_any(file)
    version = DocumentVersion.objects.create(
        document=document,
        number=former.number + 1 if former else 1,
        stored_name=getattr(file, "stored_name", None) or store_as(file, DOCUMENTS_FOLDER, ending),
        file_name=shown_name(file.name or "", ending),
        ending=ending,
        size=len(content),
        sha256=sha256,
    )
    read_file.defer(document_id=document.pk)
    return version
