"""The certificate of one signature: a page for the wall, and a proof that anyone can check."""

import hashlib
from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from malmoandan.publishing.documents import serve_document, store_document
from malmoandan.publishing.pdf import layout_stamp, render_pdf
from malmoandan.publishing.qr import qr_code
from malmoandan.publishing.seal import seal
from signatures import register_log
from signatures.documents import facts_file, noon
from signatures.models import RegisterEntry, Signatory, Signature, SignatureQuerySet, State, Way

# From so many letters on, the name is set in the next smaller size, so that the page stays one.
NAME_SIZES = {0: "short", 32: "medium", 64: "long", 110: "longest"}


@dataclass(frozen=True)
class Proof:
    """What is public about one signature. No person's name is in it (rule 5)."""

    signature: Signature
    entries: list[RegisterEntry]
    ways: list[str]

    @property
    def stands(self) -> bool:
        return self.signature.state == State.PUBLISHED

    @property
    def first_entry(self) -> RegisterEntry | None:
        return self.entries[0] if self.entries else None

    @property
    def address(self) -> str:
        """The whole web address of the proof, as it stands in the QR code."""
        path = reverse("signatures:proof", kwargs={"code": self.signature.reference})
        return settings.BASE_URL + path

    @property
    def folder(self) -> str:
        """The address up to the reference: where a line of print may break."""
        return self.address.removesuffix(f"{self.signature.reference}/")


def provable() -> SignatureQuerySet:
    """The signatures that are or have been public: those alone have a proof."""
    return Signature.objects.filter(
        state__in=[State.PUBLISHED, State.WITHDRAWN], published_at__isnull=False
    ).select_related("organisation", "version__agreement")


def proof_of(signature: Signature) -> Proof:
    return Proof(signature, list(signature.entries.all()), _ways(signature))


def certificate_stamp(signature: Signature, *, language: str, day: date) -> str:
    """What the certificate is made from, in one short text: another stamp, another PDF."""
    parts = [
        signature.updated_at,
        signature.organisation.updated_at,
        signature.version.text_sha256,
        register_log.newest_hash(),
        language,
        day,
        settings.BASE_URL,
        layout_stamp("signatures/pdf"),
    ]
    return hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()


def render_certificate(signature: Signature, *, language: str, day: date) -> bytes:
    """The sealed certificate as of that day, in that language: one page, whatever the name."""
    newest = register_log.latest_entry()
    with translation.override(language):
        proof = proof_of(signature)
        title = _("Bevis om undertecknande: %(name)s") % {"name": signature.organisation.name}
        reason = _("Sigill: beviset är från Malmöandan")
    name_length = len(signature.organisation.name)
    context = {
        "proof": proof,
        "name_size": [size for least, size in NAME_SIZES.items() if name_length >= least][-1],
        "qr": qr_code(proof.address),
        "newest": newest,
        "export_day": day,
    }
    pdf = render_pdf(
        "signatures/pdf/certificate.html",
        context,
        title=title,
        language=language,
        made_at=noon(day),
        data=facts_file(
            {"document": "certificate", "reference": signature.reference},
            version=signature.version,
            day=day,
            newest=newest,
        ),
    )
    return seal(pdf, reason=reason, at=timezone.now())


def store_certificate(signature: Signature, *, language: str) -> None:
    """Make today's certificate and store it, unless the stored one is fresh."""
    day = timezone.localdate()
    store_document(
        name=_document_name(signature, language),
        stamp=certificate_stamp(signature, language=language, day=day),
        render=lambda: render_certificate(signature, language=language, day=day),
    )


def certificate_response(request: HttpRequest, signature: Signature) -> HttpResponse:
    """The certificate in the visitor's language, or the page that says that it is being made."""
    from signatures.tasks import make_certificate  # the task imports this module

    language = translation.get_language()
    return serve_document(
        request,
        name=_document_name(signature, language),
        stamp=certificate_stamp(signature, language=language, day=timezone.localdate()),
        make=make_certificate,
        arguments={"signature_id": signature.pk, "language": language},
        filename=f"bevis-{signature.reference}.pdf",
    )


def _document_name(signature: Signature, language: str) -> str:
    return f"bevis-{signature.reference}.{language}"


def _ways(signature: Signature) -> list[str]:
    """How many confirmed in which way, in words. Of the first day, the number is not known."""
    confirmed = signature.signatories.exclude(confirmed_at=None).order_by("way", "assurance")
    counted = Counter(_way(signatory) for signatory in confirmed)
    return [
        way
        if key == Way.FOUNDING
        else ngettext("%(count)s firmatecknare, %(way)s", "%(count)s firmatecknare, %(way)s", count)
        % {"count": count, "way": way}
        for (key, way), count in counted.items()
    ]


def _way(signatory: Signatory) -> tuple[str, str]:
    way = str(signatory.get_way_display())
    level = signatory.get_assurance_display() if signatory.assurance else ""
    return signatory.way, f"{way} ({level})" if level else way
