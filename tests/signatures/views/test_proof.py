import re
from datetime import date
from io import BytesIO

import pgtrigger
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader, PdfWriter

from malmoandan.publishing import seal as sealing
from malmoandan.publishing.seal import Seal, check_seal
from signatures import actions
from signatures.certificates import render_certificate
from signatures.documents import render_agreement
from signatures.models import AgreementVersion, RegisterEntry, State
from tests.factories import make_organisation, make_signature, make_user, make_version

pytestmark = pytest.mark.django_db
CHECK = "/bevis/"
DAY = date(2026, 11, 22)


def publish(name="Öppet hav", **fields):
    organisation = make_organisation(name=name)
    signature = make_signature(State.SUBMITTED, organisation=organisation, **fields)
    return actions.publish(signature=signature, by=make_user())


@pytest.fixture
def signature():
    return publish()


def withdraw(signature):
    return actions.withdraw(signature=signature, by=make_user())


def page_of(signature):
    return reverse("signatures:proof", args=[signature.reference])


def words(response):
    """What stands on the page, in one line."""
    main = response.content.decode().split("<main")[1].split("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def test_the_page_says_who_signed_what_when_and_how(signature, client):
    response = client.get(page_of(signature))

    assert response.status_code == 200
    said = words(response)
    entry = signature.entries.get()
    for part in (
        "Öppet hav",
        "står bakom den i dag",
        "Gäller i dag Ja",
        "1 firmatecknare, kod till e-postadressen",
        signature.reference,
        signature.version.text_sha256,
        f"Post {entry.number} , publicerad",
        entry.hash,
    ):
        assert part in said
    assert f"/bevis/{signature.reference}.pdf" in response.content.decode()
    assert reverse("signatures:agreement_version", args=[1]) in response.content.decode()


def test_no_persons_name_or_address_is_there(signature, client):
    person = signature.signatories.get()

    said = client.get(page_of(signature)).content.decode()

    assert person.name not in said
    assert person.email not in said


def test_after_withdrawal_the_page_says_so_with_the_day(signature, client):
    withdraw(signature)

    said = words(client.get(page_of(signature)))

    assert "Undertecknandet togs tillbaka den" in said
    assert "Gäller i dag Nej" in said
    assert "återtagen" in said
    assert "står bakom den i dag" not in said


@pytest.mark.parametrize("state", [State.WAITING, State.SUBMITTED, State.DECLINED])
def test_what_has_never_been_public_has_no_proof(state, client):
    signature = make_signature(state)

    assert client.get(page_of(signature)).status_code == 404
    pdf = reverse("signatures:certificate_pdf", args=[signature.reference])
    assert client.get(pdf).status_code == 404


def test_one_withdrawn_before_it_was_public_has_no_proof(client):
    signature = make_signature(State.WITHDRAWN, withdrawn_at=timezone.now())

    assert client.get(page_of(signature)).status_code == 404


@pytest.mark.parametrize("code", ["MA-0000-0000", "x", "%00", "ÅÄÖ", "M" * 3000])
def test_an_unknown_code_is_not_found(signature, client, code):
    assert client.get(f"/bevis/{code}/").status_code == 404
    assert client.get(f"/bevis/{code}.pdf").status_code == 404


def test_the_page_changes_nothing(signature, client):
    assert client.post(page_of(signature)).status_code == 405


def test_the_page_speaks_english(signature, client):
    assert "Proof of signature" in words(client.get(page_of(signature), {"sprak": "en"}))


def test_the_first_visitor_waits_and_the_next_gets_the_certificate(
    transactional_db, client, run_jobs
):
    signature = publish()
    address = f"/bevis/{signature.reference}.pdf"
    assert client.get(address).status_code == 503

    run_jobs()

    response = client.get(address)
    assert response.status_code == 200
    assert check_seal(response.content) is Seal.WHOLE
    named = f'inline; filename="bevis-{signature.reference}.pdf"'
    assert response["Content-Disposition"] == named
    withdraw(signature)
    assert client.get(address).status_code == 503


# The check of an uploaded file


def hand_in(client, content, name="bevis.pdf"):
    return client.post(CHECK, {"document": SimpleUploadedFile(name, content)})


def certificate(signature):
    return render_certificate(signature, language="sv", day=DAY)


def test_a_certificate_is_ours_whole_and_true(signature, client):
    response = hand_in(client, certificate(signature))

    assert response.status_code == 200
    said = words(response)
    assert "Filen är äkta och oförändrad" in said
    assert "den 22 november 2026" in said
    assert "Ja. Öppet hav står bakom" in said
    assert page_of(signature) in response.content.decode()


def test_a_certificate_outlives_the_withdrawal_but_is_no_longer_true(signature, client):
    pdf = certificate(signature)
    withdraw(signature)

    said = words(hand_in(client, pdf))

    assert "Filen är äkta och oförändrad" in said
    assert "Nej, inte längre. Öppet hav tog tillbaka sitt undertecknande den" in said


def test_of_the_agreement_it_counts_who_has_come_and_gone_since(signature, client):
    leaving = publish("Zenit")
    publish("Ett annat avtal", version=make_version())
    version = AgreementVersion.objects.select_related("agreement").get(number=1)
    pdf = render_agreement(version, language="sv", day=DAY)
    withdraw(leaving)
    for name in ("Ängen", "Åkern", "Örat"):
        publish(name, version=version)

    said = words(hand_in(client, pdf))

    assert "Filen är äkta och oförändrad" in said
    assert "version 1" in said
    assert "Undertecknare i filen 2" in said
    assert "Har tillkommit sedan dess 3" in said
    assert "Har lämnat sedan dess 1" in said


def test_a_changed_certificate_is_not_to_be_trusted(signature, client):
    pdf = certificate(signature)

    for changed in (pdf.replace(b"Malm", b"Melm", 1), pdf[:-20], pdf + b"%%EOF\n"):
        said = words(hand_in(client, changed))
        assert "Filen har ändrats" in said
        assert "Ja. Öppet hav" not in said


def test_a_certificate_saved_anew_has_lost_its_seal(signature, client):
    pdf = certificate(signature)
    writer = PdfWriter()
    writer.append(PdfReader(BytesIO(pdf)), import_outline=False)
    output = BytesIO()
    writer.write(output)
    encrypted = PdfWriter(BytesIO(pdf))
    encrypted.encrypt("hemligt")
    secret = BytesIO()
    encrypted.write(secret)

    for file in (output.getvalue(), secret.getvalue()):
        response = hand_in(client, file)
        assert response.status_code == 200
        assert "äkta" not in words(response)


def test_somebody_elses_seal_is_told_from_ours(signature, client, settings, tmp_path):
    ours = (settings.LOCAL_SEAL, settings.SEAL_KEY, settings.SEAL_CERTIFICATE)
    settings.LOCAL_SEAL = settings.SEAL_KEY = settings.SEAL_CERTIFICATE = tmp_path / "theirs"
    sealing._keys.cache_clear()
    theirs = certificate(signature)
    settings.LOCAL_SEAL, settings.SEAL_KEY, settings.SEAL_CERTIFICATE = ours
    sealing._keys.cache_clear()

    assert "Filen är inte förseglad av Malmöandan" in words(hand_in(client, theirs))


def test_a_certificate_the_register_does_not_know_is_not_called_true(signature, client):
    pdf = certificate(signature)
    type(signature).objects.filter(pk=signature.pk).update(reference="MA-0000-0000")

    said = words(hand_in(client, pdf))

    assert "finns inte i registret" in said
    assert "Ja." not in said


def test_a_log_that_was_written_anew_is_found_out(signature, client):
    pdf = certificate(signature)
    with pgtrigger.ignore():  # as a superuser can
        RegisterEntry.objects.filter(signature=signature).update(hash="0" * 64)

    assert "Registrets logg har ändrats" in words(hand_in(client, pdf))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Filen är tom"),
        (b"hej", "Filen är ingen PDF"),
        (b"PK\x03\x04" + b"\0" * 5000, "Filen är ingen PDF"),
        (b"\0" * 2000 + b"%PDF-1.7", "Filen är ingen PDF"),
        (b"%PDF-1.7" + b"\0" * (10 * 1024 * 1024), "Filen är för stor"),
    ],
)
def test_what_is_no_pdf_is_refused_in_words(client, content, sentence):
    response = hand_in(client, content)

    assert response.status_code == 422
    assert sentence in words(response)


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7",
        b"%PDF-1.7\n" + b"1 0 obj<</A 1 0 R>>endobj\n" * 100_000 + b"%%EOF",
        b"%PDF-1.7\n" + b"[" * 5_000_000,
        b"%PDF-1.7 /ByteRange [0 99999999999999999999 0 -1] /Contents <00>",
        b"%PDF-1.7\n/Encrypt 1 0 R" + bytes(range(256)) * 10_000,
    ],
    ids=["head", "objects", "deep", "ranges", "encrypted"],
)
def test_a_hostile_pdf_gets_a_plain_answer(db, client, content):
    response = hand_in(client, content)

    assert response.status_code == 200
    assert "Filen" in words(response)
    assert "äkta" not in words(response)


def test_without_a_file_the_page_asks_for_one(client):
    response = client.post(CHECK, {})

    assert response.status_code == 422
    assert "Välj den PDF som du vill kontrollera." in words(response)
    assert "<title>Fel:" in response.content.decode()


def test_nothing_that_is_handed_in_is_stored(signature, client, settings):
    hand_in(client, certificate(signature))
    hand_in(client, b"%PDF-1.7" + b"x" * 3_000_000)

    assert not settings.MEDIA_ROOT.exists()


def test_a_reference_leads_to_its_proof_however_it_is_typed(signature, client):
    type(signature).objects.filter(pk=signature.pk).update(reference="MA-7K10-92QD")

    for typed in ("MA-7K10-92QD", "ma 7k10 92qd", "7KlO92QD", " MA–7KIO–92QD "):
        response = client.get(CHECK, {"referens": typed})
        assert response.status_code == 302, typed
        assert response["Location"] == "/bevis/MA-7K10-92QD/"


@pytest.mark.parametrize("typed", ["", "MA-0000-0000", "x" * 50, "\0", "åäö"])
def test_an_unknown_reference_is_told_in_words(client, typed):
    response = client.get(CHECK, {"referens": typed})

    assert response.status_code == 422
    assert "<title>Fel:" in response.content.decode()


def test_a_sealed_file_of_another_kind_is_only_called_ours(signature, client, monkeypatch):
    monkeypatch.setattr("signatures.documents.FACTS_FILE", "annat.json")

    said = words(hand_in(client, certificate(signature)))

    assert "Filen är äkta och oförändrad" in said
    assert "finns inte i registret" in said
