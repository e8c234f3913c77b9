import re
import stat
import subprocess
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from django.core.exceptions import ImproperlyConfigured
from django.template import engines
from pyhanko.pdf_utils.generic import pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pypdf import PdfReader, PdfWriter

from malmoandan.publishing import seal as sealing
from malmoandan.publishing.pdf import SourceFile, render_pdf, standards_broken
from malmoandan.publishing.seal import RESERVED, Seal, check_seal, seal, sealed_file

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """A tagged PDF of three pages with links and an embedded file."""
    folder = tmp_path_factory.mktemp("templates")
    lines = '{% extends "pdf/base.html" %}{% block content %}'
    lines += "<h1>Hej</h1>" + '<p>Se <a href="https://a.example/">a</a></p>' * 60
    (folder / "sample.html").write_text(lines + "{% endblock %}")
    engines["django"].engine.dirs.append(folder)
    data = SourceFile("fakta.json", "Fakta", '{"ett": 1}', relationship="Data")
    pdf = render_pdf("sample.html", {}, title="Prov", language="sv", made_at=AT, data=data)
    engines["django"].engine.dirs.remove(folder)
    return pdf


@pytest.fixture(autouse=True)
def local_key(settings, tmp_path):
    """A seal key of the test's own."""
    settings.LOCAL_SEAL = settings.SEAL_KEY = settings.SEAL_CERTIFICATE = tmp_path / "seal.pem"
    sealing._keys.cache_clear()
    yield settings.LOCAL_SEAL
    sealing._keys.cache_clear()


@pytest.fixture
def sealed(plain):
    return seal(plain, reason="Sigill: prov", at=AT)


def metadata(pdf):
    return PdfReader(BytesIO(pdf)).trailer["/Root"]["/Metadata"].get_data()


def test_both_standards_hold_after_sealing(plain, sealed):
    assert standards_broken(sealed) == []
    assert metadata(sealed) == metadata(plain)
    assert sealed.startswith(plain)


def test_the_field_is_read_aloud_in_its_place_in_the_tree(sealed):
    root = PdfReader(BytesIO(sealed)).trailer["/Root"]
    [field] = (reference.get_object() for reference in root["/AcroForm"]["/Fields"])
    assert field["/TU"] == "Sigill: prov"
    element = root["/StructTreeRoot"]["/K"][0]["/K"][-1].get_object()
    assert element["/S"] == "/Form"
    assert element["/K"]["/Obj"] == field
    numbers = root["/StructTreeRoot"]["/ParentTree"]["/Nums"]
    assert numbers[numbers.index(field["/StructParent"]) + 1].get_object() == element


def pdfsig(pdf, folder):
    path = folder / "sealed.pdf"
    path.write_bytes(pdf)
    return subprocess.run(["pdfsig", path], capture_output=True, text=True, check=False).stdout


def pyhanko_validates(pdf, key, folder):
    path = folder / "sealed.pdf"
    path.write_bytes(pdf)
    command = Path(".venv/bin/pyhanko").resolve()
    done = subprocess.run(
        [
            command,
            "sign",
            "validate",
            "--executive-summary",
            "--trust-replace",
            "--trust",
            key,
            path,
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode == 0 and done.stdout.strip().endswith(":VALID")


def test_pdfsig_accepts_it_as_the_whole_document(sealed, tmp_path):
    said = pdfsig(sealed, tmp_path)

    assert "Signature is Valid." in said
    assert "Total document signed" in said
    assert "ETSI.CAdES.detached" in said
    assert "SHA-256" in said


def test_pdfsig_sees_one_changed_byte(sealed, tmp_path):
    changed = sealed.replace(b"Prov", b"Prow", 1)

    assert changed != sealed
    assert "Signature is Valid." not in pdfsig(changed, tmp_path)


def test_pyhanko_accepts_it_under_our_certificate_alone(sealed, local_key, tmp_path):
    assert pyhanko_validates(sealed, local_key, tmp_path)
    assert not pyhanko_validates(sealed.replace(b"Prov", b"Prow", 1), local_key, tmp_path)
    write_pair(tmp_path, "other")
    assert not pyhanko_validates(sealed, tmp_path / "other.crt", tmp_path)


def test_a_sealed_file_is_whole(sealed):
    assert check_seal(sealed) is Seal.WHOLE


def test_any_changed_byte_breaks_it(sealed):
    """Bytes of the seal's own encoding, and of all that it is over."""
    gap = next(sealing.GAP.finditer(sealed))
    written = len(gap[1].rstrip(b"0"))
    everywhere = range(0, len(sealed), 97)
    inside = range(gap.start(1) - 1, gap.start(1) + written + 4, 3)

    for position in {*everywhere, *inside, gap.end(1)}:
        other = b"0" if sealed[position : position + 1] != b"0" else b"f"
        changed = sealed[:position] + other + sealed[position + 1 :]
        assert check_seal(changed) is not Seal.WHOLE, position


def test_a_changed_page_is_told_from_a_file_that_is_not_ours(plain, sealed):
    assert check_seal(sealed.replace(b"Prov", b"Prow", 1)) is Seal.BROKEN
    assert check_seal(sealed[:-10]) is Seal.BROKEN
    assert check_seal(sealed + b"\n") is Seal.BROKEN
    assert check_seal(plain) is Seal.NONE


def test_what_is_added_after_sealing_shows(sealed):
    update = IncrementalPdfFileWriter(BytesIO(sealed))
    update.root["/Lang"] = pdf_string("en")
    update.update_root()
    output = BytesIO()
    update.write(output)

    assert output.getvalue().startswith(sealed)
    assert check_seal(output.getvalue()) is Seal.BROKEN


def test_our_seal_moved_to_another_document_is_broken(plain, sealed):
    other = seal(plain.replace(b"Prov", b"Brov", 1), reason="Sigill: prov", at=AT)
    ours, theirs = (next(sealing.GAP.finditer(file)) for file in (sealed, other))
    moved = other[: theirs.start(1)] + ours[1] + other[theirs.end(1) :]

    assert check_seal(other) is Seal.WHOLE
    assert check_seal(moved) is Seal.BROKEN


def test_a_seal_by_another_key_is_not_ours(sealed, local_key):
    local_key.unlink()
    sealing._keys.cache_clear()

    assert check_seal(sealed) is Seal.OTHER


def test_one_who_only_shows_our_certificate_has_not_sealed(sealed):
    gap = next(sealing.GAP.finditer(sealed))
    certificate = sealing._der(sealing._keys().sealing[0]).hex().upper().encode()
    forged = certificate.ljust(RESERVED, b"0")

    assert check_seal(sealed[: gap.start(1)] + forged + sealed[gap.end(1) :]) is Seal.BROKEN


def hostile_files(sealed):
    gap = b"/Contents <" + b"f" * RESERVED + b">"
    encrypted = PdfWriter(BytesIO(sealed))
    encrypted.encrypt("hemligt")
    output = BytesIO()
    encrypted.write(output)
    return {
        "nothing": b"",
        "head": b"%PDF-1.7",
        "gaps": b"%PDF-1.7 /ByteRange" + gap * (9_000_000 // len(gap)),
        "objects": b"%PDF-1.7\n" + b"1 0 obj<</A 1 0 R>>endobj\n" * 300_000,
        "open": b"%PDF-1.7\n" + b"/Contents <" * 800_000,
        "deep": b"%PDF-1.7\n" + b"[" * 9_000_000,
        "encrypted": output.getvalue(),
    }


def test_a_hostile_file_is_no_seal_of_ours(sealed):
    for kind, file in hostile_files(sealed).items():
        assert check_seal(file) in {Seal.NONE, Seal.OTHER}, kind


def test_our_certificate_a_thousand_times_is_looked_at_once(sealed, monkeypatch):
    """Each look hashes the whole file: a thousand of them would take minutes."""
    gap = next(sealing.GAP.finditer(sealed))[0]
    looks = []
    monkeypatch.setattr(sealing, "_holds", lambda *seen: looks.append(seen))

    assert check_seal(b"%PDF-1.7" + gap * 500) is Seal.BROKEN
    assert len(looks) == 1


def test_the_file_embedded_in_a_sealed_pdf_is_found(sealed):
    assert sealed_file(sealed, "fakta.json") == b'{"ett": 1}'
    assert sealed_file(sealed, "annan.json") is None


def test_the_stated_moment_is_ours(sealed):
    [field] = PdfReader(BytesIO(sealed)).trailer["/Root"]["/AcroForm"]["/Fields"]

    assert field.get_object()["/V"]["/M"] == "D:20261122120000Z"


def test_the_local_key_is_made_once_for_us_alone(local_key, plain):
    first = seal(plain, reason="Prov", at=AT)
    made = local_key.read_bytes()
    sealing._keys.cache_clear()

    assert check_seal(first) is Seal.WHOLE
    assert local_key.read_bytes() == made
    assert stat.S_IMODE(local_key.stat().st_mode) == 0o600
    assert list(local_key.parent.iterdir()) == [local_key]


def test_many_who_need_the_local_key_at_once_get_the_same(tmp_path):
    path = tmp_path / "shared.pem"

    def make(_number):
        sealing._make_local_key(path)
        return path.read_bytes()

    with ThreadPoolExecutor(8) as executor:
        assert len(set(executor.map(make, range(8)))) == 1


def usage(*, issues):
    names = ["digital_signature", "key_encipherment", "data_encipherment", "key_agreement"]
    return x509.KeyUsage(
        **dict.fromkeys([*names, "encipher_only", "decipher_only"], False),
        content_commitment=not issues,
        key_cert_sign=issues,
        crl_sign=issues,
    )


def write_pair(folder, name, *, key=None, issuer=None):
    """A PEM key and a certificate; of an issuer when one is given, else by itself."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    issuer_name, issuer_key = issuer or (subject, key)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer_name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=name == "issuer", path_length=None), critical=True)
        .add_extension(usage(issues=name == "issuer"), critical=True)
        .sign(issuer_key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / f"{name}.crt").write_bytes(certificate.public_bytes(pem))
    private = serialization.PrivateFormat.PKCS8
    secret = key.private_bytes(pem, private, serialization.NoEncryption())
    (folder / f"{name}.key").write_bytes(secret)
    return subject, key


def use(settings, folder, key, *certificates):
    chain = b"".join((folder / f"{name}.crt").read_bytes() for name in certificates)
    (folder / "chain.pem").write_bytes(chain)
    settings.SEAL_KEY = folder / f"{key}.key"
    settings.SEAL_CERTIFICATE = folder / "chain.pem"
    sealing._keys.cache_clear()


def test_a_certificate_with_its_issuer_seals(settings, tmp_path, plain):
    issuer = write_pair(tmp_path, "issuer")
    write_pair(tmp_path, "city", issuer=issuer)
    use(settings, tmp_path, "city", "city", "issuer")

    sealed = seal(plain, reason="Prov", at=AT)

    assert check_seal(sealed) is Seal.WHOLE
    assert pyhanko_validates(sealed, tmp_path / "issuer.crt", tmp_path)


def test_what_an_earlier_key_sealed_stays_ours(settings, tmp_path, plain):
    for name in ("old", "new"):
        write_pair(tmp_path, name)
    use(settings, tmp_path, "old", "old")
    sealed = seal(plain, reason="Prov", at=AT)

    use(settings, tmp_path, "new", "new", "old")
    assert check_seal(sealed) is Seal.WHOLE
    use(settings, tmp_path, "new", "new")
    assert check_seal(sealed) is Seal.OTHER


def test_a_key_that_does_not_fit_its_certificate_is_refused(settings, tmp_path, plain):
    for name in ("one", "two"):
        write_pair(tmp_path, name)
    use(settings, tmp_path, "one", "two")

    with pytest.raises(ImproperlyConfigured, match="SEAL_KEY"):
        seal(plain, reason="Prov", at=AT)


@pytest.mark.parametrize("content", [None, b"", b"-----BEGIN PRIVATE KEY-----\nAAAA\n"])
def test_a_key_that_cannot_be_read_is_named(settings, tmp_path, plain, content):
    write_pair(tmp_path, "one")
    use(settings, tmp_path, "one", "one")
    (tmp_path / "one.key").unlink()
    if content is not None:
        (tmp_path / "one.key").write_bytes(content)

    with pytest.raises(ImproperlyConfigured, match=re.escape("SEAL_KEY")):
        seal(plain, reason="Prov", at=AT)


def test_an_rsa_key_is_refused(settings, tmp_path, plain):
    write_pair(tmp_path, "rsa", key=rsa.generate_private_key(65537, 2048))
    use(settings, tmp_path, "rsa", "rsa")

    with pytest.raises(ImproperlyConfigured, match="EC key"):
        seal(plain, reason="Prov", at=AT)
