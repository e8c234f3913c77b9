"""Writes a seal into a tagged PDF, and reads what is embedded in one of ours: pyHanko's part.

Loaded when it is needed (seal.py).
"""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from io import BytesIO
from typing import Any

from asn1crypto import keys, x509
from pyhanko.pdf_utils.generic import (
    DictionaryObject,
    NumberObject,
    pdf_name,
    pdf_string,
)
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter, append_signature_field
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko_certvalidator.registry import SimpleCertificateStore

FIELD_NAME = "Sigill"


def add_seal(
    pdf: bytes,
    *,
    private_key: keys.PrivateKeyInfo,
    certificate: x509.Certificate,
    issuers: list[x509.Certificate],
    name: str,
    reason: str,
    at: datetime,
    bytes_reserved: int,
) -> bytes:
    """The PDF with a seal that forbids any change, and says who sealed it, why and when."""
    update = _Update(BytesIO(pdf))
    _add_tagged_field(update, tooltip=reason)
    metadata = PdfSignatureMetadata(
        field_name=FIELD_NAME,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        reason=reason,
        name=name,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
    )
    store = SimpleCertificateStore.from_certs(issuers)
    signer = _SignerAt(metadata, signer=SimpleSigner(certificate, private_key, store))
    signer.at = at
    # pyHanko runs an event loop of its own, which a thread that already has one refuses.
    with ThreadPoolExecutor(max_workers=1) as thread:
        sealed = thread.submit(signer.sign_pdf, update, bytes_reserved=bytes_reserved).result()
    return sealed.getvalue()


def embedded_file(pdf: bytes, name: str) -> bytes | None:
    """The content of the file embedded under that name; None when there is none."""
    for reference in PdfFileReader(BytesIO(pdf)).root.get("/AF", ()):
        file = reference.get_object()
        if file["/UF"] == name:
            return bytes(file["/EF"]["/F"].data)
    return None


class _Update(IncrementalPdfFileWriter):
    """Appends to the file, and leaves its metadata alone: they hold what the standards ask for."""

    def _update_meta(self) -> None:
        pass


class _SignerAt(PdfSigner):
    """States our moment, not that of the machine's clock."""

    at: datetime

    def init_signing_session(self, *args: Any, **kwargs: Any) -> PdfSigningSession:
        session = super().init_signing_session(*args, **kwargs)
        session.system_time = self.at
        return session


def _add_tagged_field(update: IncrementalPdfFileWriter, *, tooltip: str) -> None:
    """The unseen field that holds the seal, in the structure tree, and with words of its own."""
    append_signature_field(update, SigFieldSpec(sig_field_name=FIELD_NAME))
    [field_reference] = update.root["/AcroForm"]["/Fields"]
    field = field_reference.get_object()
    page = field.raw_get("/P")
    field["/TU"] = pdf_string(tooltip)

    tree = update.root["/StructTreeRoot"]
    document = tree["/K"][0]
    element = update.add_object(
        DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/StructElem"),
                pdf_name("/S"): pdf_name("/Form"),
                pdf_name("/P"): tree["/K"].raw_get(0),
                pdf_name("/Pg"): page,
                pdf_name("/K"): DictionaryObject(
                    {
                        pdf_name("/Type"): pdf_name("/OBJR"),
                        pdf_name("/Obj"): field_reference,
                        pdf_name("/Pg"): page,
                    }
                ),
            }
        )
    )
    document["/K"].append(element)
    update.update_container(document["/K"])
    numbers = tree["/ParentTree"]["/Nums"]
    number = NumberObject(max(list(numbers)[::2], default=-1) + 1)
    field["/StructParent"] = number
    numbers.extend([number, element])
    update.update_container(numbers)
    update.update_container(field)
