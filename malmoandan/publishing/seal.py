"""The portal's seal on a PDF (PAdES B-B), and the check whether a file still carries it whole.

Why it is done this way: docs/decisions/0010-seal.md.
"""

import hashlib
import os
import re
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum, auto
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from asn1crypto import cms, keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
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

SEALED_BY = "Malmöandan"
FIELD_NAME = "Sigill"
# Hexadecimal digits: room for the signature, our certificate and its issuers.
RESERVED = 16 * 1024
# What stands between the two sealed halves of a file.
GAP = re.compile(rb"/Contents <(.{%d})>" % RESERVED, re.DOTALL)
SELF_SIGNED_FOR = timedelta(days=25 * 365)


class Seal(Enum):
    """What the seal on a file says."""

    NONE = auto()  # no seal at all
    OTHER = auto()  # a seal or signature that somebody else has made
    BROKEN = auto()  # our seal, on another content than the one that was sealed
    WHOLE = auto()  # every byte is as we sealed it


@dataclass(frozen=True)
class _Keys:
    """What seals; the certificates that seals of ours were made with; those and their issuers."""

    signer: SimpleSigner
    sealing: list[x509.Certificate]
    all: list[x509.Certificate]


def seal(pdf: bytes, *, reason: str, at: datetime) -> bytes:
    """The tagged PDF under our seal: from now on, any change shows in every PDF reader.

    PDF/A-3a and PDF/UA-1 hold as before. Nothing is asked of the network, so `at` is our own
    word. Raises ImproperlyConfigured when key or certificate cannot be used.
    """
    update = _Update(BytesIO(pdf))
    _add_tagged_field(update, tooltip=reason)
    metadata = PdfSignatureMetadata(
        field_name=FIELD_NAME,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        reason=reason,
        name=SEALED_BY,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
    )
    signer = _SignerAt(metadata, signer=_keys().signer)
    signer.at = at
    # pyHanko runs an event loop of its own, which a thread that already has one refuses.
    with ThreadPoolExecutor(max_workers=1) as thread:
        sealed = thread.submit(signer.sign_pdf, update, bytes_reserved=RESERVED).result()
    return sealed.getvalue()


def check_seal(data: bytes) -> Seal:
    """Whether a file, of any kind and from anybody, is what we sealed, byte for byte.

    Nothing is read as a PDF, so nothing in the file can keep us busy: 10 MB take milliseconds.
    """
    for gap in GAP.finditer(data):
        contents = gap[1].upper()
        for certificate in _keys().sealing:
            # A seal holds its certificate, and its checksum among what is signed.
            marks = [_der(certificate), certificate.fingerprint(hashes.SHA256())]
            if any(mark.hex().upper().encode() in contents for mark in marks):
                digest = hashlib.sha256(data[: gap.start(1) - 1])
                digest.update(data[gap.end(1) + 1 :])
                whole = _holds(gap[1], certificate, digest.digest())
                return Seal.WHOLE if whole else Seal.BROKEN
    return Seal.OTHER if b"/ByteRange" in data else Seal.NONE


def sealed_file(pdf: bytes, name: str) -> bytes | None:
    """The content of the file embedded under that name, in a PDF whose seal is whole."""
    for reference in PdfFileReader(BytesIO(pdf)).root.get("/AF", ()):
        file = reference.get_object()
        if file["/UF"] == name:
            return bytes(file["/EF"]["/F"].data)
    return None


def _holds(digits: bytes, certificate: x509.Certificate, digest: bytes) -> bool:
    """Whether the seal is written as we write it, and signs that digest."""
    try:
        message = cms.ContentInfo.load(bytes.fromhex(digits.decode()))["content"]
        signer = message["signer_infos"][0]
        attributes = signer["signed_attrs"]
        signature = signer["signature"].native
        signed = attributes.untag().dump()
        certificate.public_key().verify(signature, signed, ec.ECDSA(hashes.SHA256()))  # type: ignore[union-attr,call-arg,arg-type]
        stated = [a["values"].native for a in attributes if a["type"].native == "message_digest"]
        chain = [certificate.dump() for certificate in message["certificates"]]
        # What stands round the signed part is not signed: it must be what we would have written.
        known = {_der(certificate) for certificate in _keys().all}
        expected = (
            _message(certificate, chain, attributes, signature).hex().upper().ljust(RESERVED, "0")
        )
        return stated == [[digest]] and known.issuperset(chain) and expected == digits.decode()
    # A damaged seal fails in as many ways as it has bytes.
    except (ValueError, TypeError, KeyError, IndexError, InvalidSignature):
        return False


def _message(
    certificate: x509.Certificate, chain: list[bytes], attributes: Any, signature: bytes
) -> bytes:
    """The seal as pyHanko encodes it (CMS SignedData, RFC 5652)."""
    ours = _asn1(certificate)
    sha256 = {"algorithm": "sha256"}
    signer = {
        "version": "v1",
        "sid": cms.SignerIdentifier(
            "issuer_and_serial_number",
            cms.IssuerAndSerialNumber({"issuer": ours.issuer, "serial_number": ours.serial_number}),
        ),
        "digest_algorithm": sha256,
        "signature_algorithm": {"algorithm": "sha256_ecdsa"},
        "signed_attrs": attributes,
        "signature": signature,
    }
    message = {
        "version": "v1",
        "digest_algorithms": [sha256],
        "encap_content_info": {"content_type": "data"},
        "certificates": [asn1_x509.Certificate.load(der) for der in chain],
        "signer_infos": [signer],
    }
    return bytes(cms.ContentInfo({"content_type": "signed_data", "content": message}).dump())


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


def valid_until() -> datetime:
    """When the certificate that seals expires; raises ImproperlyConfigured without a usable one."""
    return _keys().sealing[0].not_valid_after_utc


@cache
def _keys() -> _Keys:
    if settings.SEAL_KEY == settings.LOCAL_SEAL:
        _make_local_key(settings.LOCAL_SEAL)
    try:
        key = serialization.load_pem_private_key(settings.SEAL_KEY.read_bytes(), password=None)
        first, *others = x509.load_pem_x509_certificates(settings.SEAL_CERTIFICATE.read_bytes())
    except (OSError, ValueError, TypeError) as error:
        raise ImproperlyConfigured(
            f"SEAL_KEY or SEAL_CERTIFICATE cannot be read: {error}"
        ) from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != first.public_key():
        raise ImproperlyConfigured("SEAL_KEY is not the EC key of the first SEAL_CERTIFICATE.")
    issuers = [certificate for certificate in others if _is_issuer(certificate)]
    earlier = [certificate for certificate in others if not _is_issuer(certificate)]
    store = SimpleCertificateStore.from_certs(map(_asn1, issuers))
    signing_key = keys.PrivateKeyInfo.load(
        key.private_bytes(
            serialization.Encoding.DER,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    signer = SimpleSigner(_asn1(first), signing_key, store)
    return _Keys(signer, [first, *earlier], [first, *others])


def _is_issuer(certificate: x509.Certificate) -> bool:
    with suppress(x509.ExtensionNotFound):
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    return False


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.DER)


def _asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(_der(certificate))


def _make_local_key(path: Path) -> None:
    """Make key and certificate in one file, unless it is there; it appears whole or not at all."""
    if path.exists():
        return
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    certificate = _self_signed(key).public_bytes(serialization.Encoding.PEM)
    with tempfile.NamedTemporaryFile(dir=path.parent) as file:  # 0600 from the start
        file.write(pem + certificate)
        file.flush()
        os.fsync(file.fileno())
        with suppress(FileExistsError):  # another process was quicker, and its key is the one
            os.link(file.name, path)


def _self_signed(key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, SEALED_BY),
            x509.NameAttribute(NameOID.COMMON_NAME, f"{SEALED_BY} ({settings.BASE_URL})"[:64]),
        ]
    )
    now = datetime.now(UTC)
    usage = dict.fromkeys(
        [
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "key_cert_sign",
            "crl_sign",
            "encipher_only",
            "decipher_only",
        ],
        False,
    )
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + SELF_SIGNED_FOR)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(digital_signature=True, content_commitment=True, **usage), critical=True
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
