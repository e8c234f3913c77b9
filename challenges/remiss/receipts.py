"""The whole answer as it was sent, as a PDF: for the receipt's mail, and for who sent it."""

import hashlib
import logging
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _

from challenges.remiss.models import ResponseVersion
from malmoandan.publishing.documents import serve_document, store_document
from malmoandan.publishing.models import StoredDocument
from malmoandan.publishing.pdf import PDFError, layout_stamp, render_pdf
from malmoandan.publishing.seal import seal

logger = logging.getLogger(__name__)


def document_name(version: ResponseVersion, language: str) -> str:
    """The name under which the PDF is stored. It begins the same for all of one answer."""
    return f"{document_names(version.response.reference)}{version.number}.{language}"


def document_names(reference: str) -> str:
    """How the names of all stored PDFs of one answer begin."""
    return f"remissvar-{reference}-"


def receipt_file_name(version: ResponseVersion) -> str:
    return f"remissvar-{version.response.reference}-{version.number}.pdf"


def receipt_stamp(version: ResponseVersion, language: str) -> str:
    """A version never changes; its answer's name can be erased, and the layout can change."""
    response = version.response
    parts = [version.pk, response.name, response.contact_person, response.email, language]
    parts += [response.referral.title, settings.BASE_URL, layout_stamp("remiss/receipt")]
    return hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()


def render_receipt(version: ResponseVersion, *, language: str) -> bytes:
    """The sealed PDF of one version, in that language. Raises PDFError."""
    response = version.response
    with translation.override(language):
        title = _("Svar på remiss: %(title)s") % {"title": response.referral.title}
        reason = _("Sigill: kvittot är från Malmöandan")
    pdf = render_pdf(
        "remiss/receipt/receipt.html",
        whole_answer(version),
        title=title,
        language=language,
        made_at=version.received_at,
    )
    return seal(pdf, reason=reason, at=version.received_at)


def whole_answer(version: ResponseVersion) -> dict[str, Any]:
    """What page and PDF show of a version to who sent it."""
    return {
        "version": version,
        "response": version.response,
        "referral": version.response.referral,
        "sections": list(version.sections.select_related("section")),
        "attachments": list(version.attachments.all()),
    }


def store_receipt(version: ResponseVersion, *, language: str) -> None:
    store_document(
        name=document_name(version, language),
        stamp=receipt_stamp(version, language),
        render=lambda: render_receipt(version, language=language),
    )


def stored_receipt(version: ResponseVersion) -> bytes | None:
    """The PDF in the language of the answer, made now if need be; None when it cannot be made.

    The receipt itself must leave in any case, so it does without a PDF that breaks a standard.
    """
    language = version.response.language
    try:
        store_receipt(version, language=language)
    except PDFError:
        logger.exception("No PDF of %s could be made.", version.response.reference)
        return None
    return bytes(StoredDocument.objects.get(name=document_name(version, language)).content)


def receipt_response(request: HttpRequest, version: ResponseVersion) -> HttpResponse:
    """The PDF in the visitor's language, or the page that says that it is being made."""
    from challenges.remiss.answer_tasks import make_receipt  # the task imports this module

    language = translation.get_language() or "sv"
    response = serve_document(
        request,
        name=document_name(version, language),
        stamp=receipt_stamp(version, language),
        make=make_receipt,
        arguments={"version_id": version.pk, "language": language},
        filename=receipt_file_name(version),
    )
    response.headers["Cache-Control"] = "private, no-store"
    return response
