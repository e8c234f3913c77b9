"""The portal's seal on a PDF (PAdES B-B), and the check whether a file still carries it whole.

Why it is done this way: docs/decisions/0010-seal.md. What writes the seal (sealing.py) takes a
third of a second to load, so it is loaded with the first seal: most processes make none.
"""

import gc
import hashlib
import os
import re
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum, auto
from functools import cache
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

SEALED_BY = "Malmöandan"
# Hexadecimal digits: room for the signature, our certificate and its issuers.
RESERVED = 16 * 1024
LARGE = 500_000  # bytes
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
    """What seals, and who vouches for it; the certificates that seals of ours were made with;
    those and their issuers."""

    private: keys.PrivateKeyInfo
    issuers: list[x509.Certificate]
    sealing: list[x509.Certificate]
    all: list[x509.Certificate]


def seal(pdf: bytes, *, reason: str, at: datetime) -> bytes:
    """The tagged PDF under our seal: from now on, any change shows in every PDF reader.

    PDF/A-3a and PDF/UA-1 hold as before. Nothing is asked of the network, so `at` is our own
    word. Raises ImproperlyConfigured when key or certificate cannot be used.
    """
    from malmoandan.publishing import sealing

    ours = _keys()
    sealed = sealing.add_seal(
        pdf,
        private_key=ours.private,
        certificate=_asn1(ours.sealing[0]),
        issuers=list(map(_asn1, ours.issuers)),
        name=SEALED_BY,
        reason=reason,
        at=at,
        bytes_reserved=RESERVED,
    )
    if len(pdf) > LARGE:
        # What was read refers to itself: fifty megabytes that a spared collector would leave.
        gc.collect()
    return sealed


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
    from malmoandan.publishing import sealing

    return sealing.embedded_file(pdf, name)


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
    private = keys.PrivateKeyInfo.load(
        key.private_bytes(
            serialization.Encoding.DER,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return _Keys(private, issuers, [first, *earlier], [first, *others])


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
