"""The files of a compilation: which there are, whether they are fresh, and how they are made."""

import hashlib
from dataclasses import dataclass

from django.conf import settings
from django.db import connection
from django.db.models import Func, IntegerField
from django.urls import reverse

from challenges.remiss import shown_answers
from challenges.remiss.compilation import as_pdf, snapshot
from challenges.remiss.compilation.make_file import make_file
from challenges.remiss.compilation.source import compilation
from challenges.remiss.models import Referral
from malmoandan.publishing.documents import store_document
from malmoandan.publishing.exports import XLSX_TYPE
from malmoandan.publishing.files import CONTENT_TYPES
from malmoandan.publishing.models import StoredDocument
from malmoandan.publishing.pdf import layout_stamp

TYPES = {
    "json": "application/json",
    "docx": CONTENT_TYPES[".docx"],
    "xlsx": XLSX_TYPE,
    "pdf": "application/pdf",
}
# Raised by hand when the writers of Word, XLSX or JSON change what they write.
WRITERS = 3
# Everything that a compilation is made from: table, and the condition that picks a referral's rows.
_TABLES = {
    "remiss_referral": "id = %s",
    "remiss_referralsection": "referral_id = %s",
    "remiss_referralnote": "referral_id = %s",
    "remiss_referralrecipient": "referral_id = %s",
    "remiss_reply": "referral_id = %s",
    "remiss_referralresponse": "referral_id = %s",
    # A name or an umbrella's mark that was changed.
    "organisations_organisation": (
        "id IN (SELECT organisation_id FROM remiss_referralresponse WHERE referral_id = %s)"
    ),
    "remiss_responseversion": (
        "response_id IN (SELECT id FROM remiss_referralresponse WHERE referral_id = %s)"
    ),
    "remiss_masking": (
        "version_id IN (SELECT v.id FROM remiss_responseversion v"
        " JOIN remiss_referralresponse r ON r.id = v.response_id WHERE r.referral_id = %s)"
    ),
}


@dataclass(frozen=True)
class CompilationFile:
    """One file; `size` in bytes, None while it is not made."""

    ending: str
    part: int
    name: str
    size: int | None

    def address(self, referral: Referral) -> str:
        page = reverse("remiss:compilation_file", args=[referral.slug, self.ending])
        return f"{page}?del={self.part}" if self.part > 1 else page


def stamp(referral: Referral) -> str:
    """What the files are made from, in one short text; another stamp means other files.

    One query. It sees every change, raw SQL included: a changed row has another place (ctid) or
    another transaction (xmin). A restored database has all files made once more.
    """
    parts = [
        f"SELECT '{table}', md5(string_agg(id || ':' || ctid || ':' || xmin, ',' ORDER BY id))"  # noqa: S608 - our own names
        f" FROM {table} WHERE {condition}"
        for table, condition in _TABLES.items()
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), [referral.pk] * len(parts))
        found = sorted(map(str, cursor.fetchall()))
    found += [str(referral.phase()), settings.BASE_URL, layout_stamp("remiss/pdf"), str(WRITERS)]
    return hashlib.sha256("|".join(found).encode()).hexdigest()


def document_name(referral: Referral, ending: str, part: int = 1) -> str:
    return f"remiss-{referral.pk}-{ending}-{part}"


def files(referral: Referral, wanted: str) -> list[CompilationFile]:
    """All files of the compilation, the finished ones with their size. One query.

    How many volumes there are is known once the first part is made; until then, one.
    """
    size = Func("content", function="octet_length", output_field=IntegerField())
    stored = dict(
        StoredDocument.objects.filter(name__startswith=f"remiss-{referral.pk}-", stamp=wanted)
        .annotate(size=size)
        .values_list("name", "size")
    )
    counts = [int(n.rsplit("-", 1)[1]) for n in stored if n.split("-")[2] == "volumes"]
    volumes = max(counts, default=1)
    asked = [("pdf", part) for part in range(1, volumes + 1)]
    asked += [(ending, 1) for ending in ("docx", "xlsx", "json")]
    return [
        CompilationFile(
            e, p, document_name(referral, e, p), stored.get(document_name(referral, e, p))
        )
        for e, p in asked
    ]


def make_files(referral: Referral) -> bool:
    """Make those that are not fresh; return False when something changed while they were made.

    What is finished is stored at once, so a job that runs again goes on where it was. All are made
    from one snapshot, the JSON.
    """
    while shown_answers.catch_up(referral):
        pass
    if not shown_answers.is_grouped(referral):
        shown_answers.group(referral)
    wanted = stamp(referral)
    store_document(
        name=document_name(referral, "json"),
        stamp=wanted,
        content_type=TYPES["json"],
        render=lambda: snapshot.to_json(compilation(referral)),
    )
    whole = bytes(StoredDocument.objects.get(name=document_name(referral, "json")).content)
    volumes = as_pdf.number_of_volumes(snapshot.from_json(whole))
    _note_volumes(referral, wanted, volumes)
    order = [("pdf", 1), ("docx", 1), ("xlsx", 1), *(("pdf", n) for n in range(2, volumes + 1))]
    for ending, part in order:
        if stamp(Referral.objects.get(pk=referral.pk)) != wanted:
            return False
        store_document(
            name=document_name(referral, ending, part),
            stamp=wanted,
            content_type=TYPES[ending],
            render=lambda e=ending, p=part: make_file(e, p, whole),  # type: ignore[misc]
        )
    return True


def _note_volumes(referral: Referral, wanted: str, volumes: int) -> None:
    """Say how many parts there are, and forget those of a longer compilation before."""
    name = f"remiss-{referral.pk}-volumes"
    StoredDocument.objects.filter(name__startswith=f"{name}-").exclude(
        name=f"{name}-{volumes}"
    ).delete()
    store_document(
        name=f"{name}-{volumes}",
        stamp=wanted,
        content_type="text/plain",
        render=lambda: str(volumes).encode(),
    )
    pdfs = StoredDocument.objects.filter(name__startswith=document_name(referral, "pdf", 0)[:-1])
    pdfs.exclude(
        name__in=[document_name(referral, "pdf", n) for n in range(1, volumes + 1)]
    ).delete()
