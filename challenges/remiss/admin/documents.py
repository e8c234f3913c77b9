"""The documents of a referral, in its form and on the page that adds one."""

from hashlib import sha256
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from challenges.remiss.admin.forms import DocumentForm
from challenges.remiss.models import Referral, ReferralDocument


class DocumentInline(admin.TabularInline):
    """Files that stand there; a draft's can be taken away, an open referral's stay."""

    model = ReferralDocument
    fields = ["title", "link", "size", "added_at"]
    readonly_fields = ["title", "link", "size", "added_at"]
    extra = 0
    view_on_site = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(obj and obj.is_draft) and super().has_delete_permission(request, obj)

    @admin.display(description=_("fil"))
    def link(self, document: ReferralDocument) -> str:
        address = reverse("admin:remiss_document_file", args=[document.pk])
        return format_html('<a href="{}">{}</a>', address, document.file_name)


def add_document(referral: Referral, form: DocumentForm) -> ReferralDocument:
    """Keep the file of a valid form as a document of the referral, last in order."""
    stored = form.stored_name()
    file = form.cleaned_data["file"]
    file.seek(0)
    content = file.read()
    document: ReferralDocument = ReferralDocument.objects.create(
        referral=referral,
        title=form.cleaned_data["title"],
        order=referral.documents.count() + 1,
        stored_name=stored,
        file_name=file.name,
        ending=stored[stored.rindex(".") :],
        size=len(content),
        sha256=sha256(content).hexdigest(),
    )
    return document
