"""The agreement as a PDF: the text, and who stands behind it on the day of export."""

import hashlib
import json
from datetime import date, datetime, time
from typing import Any

from django.conf import settings
from django.db.models import Count, Max
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from malmoandan.publishing.documents import serve_document, store_document
from malmoandan.publishing.markdown import render_markdown
from malmoandan.publishing.models import StoredDocument
from malmoandan.publishing.pdf import SourceFile, layout_stamp, render_pdf
from malmoandan.publishing.seal import seal
from signatures import register_log
from signatures.models import Agreement, AgreementVersion, RegisterEntry, Signature

FILE_NAMES = {
    Agreement.Kind.INTENT: "avsiktsforklaring",
    Agreement.Kind.AGREEMENT: "overenskommelse",
}
# The file in each of our PDFs that says what the PDF is; sealed with it.
FACTS_FILE = "malmoandan.json"


def agreement_document_name(version: AgreementVersion, language: str) -> str:
    """The name under which the PDF is stored, such as avsiktsforklaring-1.sv."""
    return f"{_base_name(version)}.{language}"


def agreement_stamp(version: AgreementVersion, *, language: str, day: date) -> str:
    """What the PDF is made from, in one short text: another stamp means another PDF.

    Two queries, whatever the size of the register. The log's newest hash is printed, so what
    happens to other texts counts too.
    """
    register = (
        Signature.objects.filter(version=version)
        .published()
        .aggregate(
            count=Count("pk"),
            published=Max("published_at"),
            changed=Max("updated_at"),
            renamed=Max("organisation__updated_at"),
        )
    )
    parts = [
        version.text_sha256,
        language,
        day,
        settings.BASE_URL,
        layout_stamp("signatures/pdf"),
        register_log.newest_hash(),
        *register.values(),
    ]
    return hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()


def render_agreement(version: AgreementVersion, *, language: str, day: date) -> bytes:
    """The sealed PDF of a version as of that day, with its frame in that language.

    The text is the binding Swedish one in every language. No person's name is in it.
    """
    source = SourceFile(
        name=f"{_base_name(version)}.txt", description=version.title, content=version.text
    )
    rows = (
        Signature.objects.filter(version=version)
        .published()
        .in_swedish_order()
        .values_list("organisation__name", "signed_on", named=True)
    )
    newest = register_log.latest_entry()
    with translation.override(language):
        reason = _("Sigill: dokumentet är från Malmöandan")
    signatories = list(rows)
    context = {
        "version": version,
        "text": render_markdown(version.text, shift=0),
        "text_has_title": version.text.startswith("# "),
        "signatories": signatories,
        "export_day": day,
        "register_address": f"{settings.BASE_URL}/undertecknare/",
        "source_name": source.name,
        "newest": newest,
        "check_address": settings.BASE_URL + reverse("signatures:check_proof"),
    }
    facts = {"document": "agreement", "signatories": len(signatories)}
    pdf = render_pdf(
        "signatures/pdf/agreement.html",
        context,
        title=version.title,
        language=language,
        made_at=noon(day),
        source=source,
        data=facts_file(facts, version=version, day=day, newest=newest),
    )
    return seal(pdf, reason=reason, at=timezone.now())


def facts_file(
    facts: dict[str, Any], *, version: AgreementVersion, day: date, newest: RegisterEntry | None
) -> SourceFile:
    """What one of our PDFs is, for machines: these facts, its text, its day, the log's end."""
    facts = facts | {
        "agreement": version.agreement.kind,
        "version": version.number,
        "text_sha256": version.text_sha256,
        "exported_on": day.isoformat(),
        "log_number": newest.number if newest else 0,
        "log_hash": newest.hash if newest else None,
    }
    content = json.dumps(facts, ensure_ascii=False, indent=1)
    return SourceFile(FACTS_FILE, _("Uppgifter för datorer"), content, relationship="Data")


def noon(day: date) -> datetime:
    """Noon in Malmö, so that readers in other time zones see the same day."""
    return datetime.combine(day, time(12), tzinfo=timezone.get_default_timezone())


def store_agreement(version: AgreementVersion, *, language: str) -> None:
    """Make today's PDF and store it, unless the stored one is fresh."""
    day = timezone.localdate()
    store_document(
        name=agreement_document_name(version, language),
        stamp=agreement_stamp(version, language=language, day=day),
        render=lambda: render_agreement(version, language=language, day=day),
    )


def stale_agreements() -> list[tuple[AgreementVersion, str]]:
    """The texts and languages whose stored PDF is not what would be made today."""
    stored = dict(StoredDocument.objects.values_list("name", "stamp"))
    day = timezone.localdate()
    return [
        (version, language)
        for version in AgreementVersion.objects.published().select_related("agreement")
        for language, _name in settings.LANGUAGES
        if (stamp := stored.get(agreement_document_name(version, language)))
        and stamp != agreement_stamp(version, language=language, day=day)
    ]


def agreement_pdf_response(request: HttpRequest, version: AgreementVersion) -> HttpResponse:
    """The PDF in the visitor's language, or the page that says that it is being made."""
    from signatures.tasks import make_agreement_pdf  # the task imports this module

    language = translation.get_language()
    return serve_document(
        request,
        name=agreement_document_name(version, language),
        stamp=agreement_stamp(version, language=language, day=timezone.localdate()),
        make=make_agreement_pdf,
        arguments={"version_id": version.pk, "language": language},
        filename=f"{_base_name(version)}.pdf",
    )


def _base_name(version: AgreementVersion) -> str:
    return f"{FILE_NAMES[Agreement.Kind(version.agreement.kind)]}-{version.number}"
