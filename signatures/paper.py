"""The form to sign on paper: fillable on screen, good when printed, and accessible."""

import hashlib

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation

from malmoandan.organisations.models import CIVIL_KINDS, CityPart
from malmoandan.publishing.documents import serve_document, store_document
from malmoandan.publishing.pdf import layout_stamp, render_pdf
from signatures.documents import noon
from signatures.models import AgreementVersion, DecidingBody

SCAN_FOLDER = "blanketter"
SIGNATORIES = 3  # places on the paper; more people sign a second copy


def form_stamp(version: AgreementVersion, *, language: str) -> str:
    """What the form is made from, in one short text: another stamp means another form."""
    parts = [
        version.number,
        version.title,
        version.text_sha256,
        version.first_day,
        language,
        settings.BASE_URL,
        settings.CONTACT_EMAIL,
        layout_stamp("signatures/pdf"),
    ]
    return hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()


def render_form(version: AgreementVersion, *, language: str) -> bytes:
    """The form for one text, in that language, as a PDF whose fields can be filled."""
    text_path = reverse("signatures:agreement_version", args=[version.number])
    context = {
        "version": version,
        "text_address": settings.BASE_URL + text_path,
        "contact": settings.CONTACT_EMAIL,
        "kinds": CIVIL_KINDS,
        "city_parts": list(CityPart),
        "bodies": list(DecidingBody),
        "places": range(1, SIGNATORIES + 1),
    }
    with translation.override(language):
        title = translation.gettext("Blankett för att skriva under avsiktsförklaringen")
    return render_pdf(
        "signatures/pdf/form.html",
        context,
        title=title,
        language=language,
        made_at=noon(version.first_day),
        fillable=True,
    )


def store_form(version: AgreementVersion, *, language: str) -> None:
    store_document(
        name=_document_name(language),
        stamp=form_stamp(version, language=language),
        render=lambda: render_form(version, language=language),
    )


def form_response(request: HttpRequest, version: AgreementVersion) -> HttpResponse:
    """The form in the visitor's language, or the page that says that it is being made."""
    from signatures.tasks import make_paper_form  # the task imports this module

    language = translation.get_language()
    return serve_document(
        request,
        name=_document_name(language),
        stamp=form_stamp(version, language=language),
        make=make_paper_form,
        arguments={"version_id": version.pk, "language": language},
        filename="blankett.pdf",
    )


def _document_name(language: str) -> str:
    return f"blankett.{language}"
