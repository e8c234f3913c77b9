import json
import random
import subprocess
from datetime import date, timedelta
from io import BytesIO
from urllib.parse import urlsplit

import pytest
import zxingcpp
from PIL import Image, ImageFilter
from pypdf import PdfReader

from malmoandan.publishing.pdf import standards_broken
from malmoandan.publishing.seal import Seal, check_seal
from signatures import actions, register_log
from signatures.certificates import certificate_stamp, proof_of, render_certificate
from signatures.models import Origin, State, Way
from tests.factories import (
    make_organisation,
    make_signatory,
    make_signature,
    make_user,
    make_version,
)

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 22)
LONG_NAMES = [
    "W" * 200,
    ("lång " * 40).strip(),
    "Malmö Ideella föreningars paraplyorganisation för kultur, idrott och social gemenskap",
    "جمعية الثقافة في مالمو",
    "<b>fet</b> & {{ x }} 💥",
]


@pytest.fixture
def signature():
    return publish("Öppet hav")


def publish(name="Öppet hav", **fields):
    """A signature published as a coordinator does it, with its entry in the log."""
    organisation = make_organisation(name=name)
    signature = make_signature(State.SUBMITTED, organisation=organisation, **fields)
    return actions.publish(signature=signature, by=make_user())


def certificate(signature, *, language="sv", day=DAY):
    return render_certificate(signature, language=language, day=day)


def text_of(data):
    return " ".join(PdfReader(BytesIO(data)).pages[0].extract_text().split())


def picture(pdf, *, dpi=150):
    command = ["pdftoppm", "-r", str(dpi), "-png", "-"]
    done = subprocess.run(command, input=pdf, capture_output=True, check=True)
    return Image.open(BytesIO(done.stdout))


def printed_and_scanned(pdf):
    """The page as an office scanner gives it: grey, askew, soft, with specks of dust."""
    page = picture(pdf).convert("L").rotate(2.3, expand=True, fillcolor=235)
    page = page.filter(ImageFilter.GaussianBlur(0.8))
    noise = random.Random(7)
    specks = bytes(noise.randrange(256) for _pixel in range(page.width * page.height))
    return Image.blend(page, Image.frombytes("L", page.size, specks), 0.15)


def test_a_scanned_certificate_leads_to_its_proof_that_follows_what_happens(
    signature, client, settings
):
    settings.ALLOWED_HOSTS = ["*"]
    pdf = certificate(signature)
    [code] = zxingcpp.read_barcodes(printed_and_scanned(pdf))
    address = urlsplit(code.text)

    assert code.text.startswith(settings.BASE_URL)
    response = client.get(address.path)
    assert "står bakom den i dag" in response.content.decode()

    actions.withdraw(signature=signature, by=make_user())

    after = client.get(address.path).content.decode()
    assert "Undertecknandet togs tillbaka" in after
    assert "står bakom den i dag" not in after
    assert check_seal(pdf) is Seal.WHOLE


def test_both_standards_and_the_seal_hold(signature):
    for language in ("sv", "en"):
        pdf = certificate(signature, language=language)
        assert standards_broken(pdf) == []
        assert check_seal(pdf) is Seal.WHOLE
        assert PdfReader(BytesIO(pdf)).trailer["/Root"]["/Lang"] == language


@pytest.mark.parametrize("name", LONG_NAMES)
def test_any_name_fits_on_the_one_page_and_covers_nothing(name):
    title = ("Avsiktsförklaring om samverkan " * 7)[:200].strip()
    pdf = certificate(publish(name, version=make_version(title=title), signatories=9))

    assert len(PdfReader(BytesIO(pdf)).pages) == 1
    assert standards_broken(pdf) == []
    [code] = zxingcpp.read_barcodes(picture(pdf))
    assert code.text.endswith("/")
    assert picture(pdf, dpi=50).getpixel((205, 505)) == (255, 255, 255)


def test_it_says_what_was_signed_by_whom_when_and_how(signature):
    text = text_of(certificate(signature))

    newest = register_log.latest_entry()
    for part in (
        "Öppet hav har undertecknat ”Avsiktsförklaring”",
        "Avsiktsförklaringen, version 1",
        "1 firmatecknare, kod till e-postadressen",
        signature.reference,
        signature.version.text_sha256,
        f"Post {newest.number} i registrets logg",
        newest.hash,
        "22 november 2026",
    ):
        assert part in text


def test_no_persons_name_or_address_is_there(signature):
    pdf = certificate(signature)

    person = signature.signatories.get()
    for secret in (person.name, person.email):
        assert secret not in text_of(pdf)
        assert secret.encode() not in pdf


def test_one_made_after_withdrawal_says_so(signature):
    signature = actions.withdraw(signature=signature, by=make_user())

    text = text_of(certificate(signature))

    assert "står inte bakom texten längre" in text
    assert "Återtagen den" in text
    assert "i dess helhet" not in text


def test_the_code_is_large_has_quiet_around_it_and_words_of_its_own(signature):
    pdf = certificate(signature)
    dpi = 300
    page = picture(pdf, dpi=dpi).convert("L")
    [code] = zxingcpp.read_barcodes(page)
    corners = code.position
    left, top = corners.top_left.x, corners.top_left.y
    width = corners.top_right.x - left

    assert width / dpi * 25.4 >= 25
    quiet = round(width / 33 * 3.5)
    around = page.crop((left - quiet, top - quiet, left - 4, top + width + quiet))
    assert min(around.tobytes()) > 250
    address = proof_of(signature).address
    assert f"QR-kod som leder till {address}" in figures_of(pdf)


def figures_of(pdf):
    """What is read aloud for each picture."""
    root = PdfReader(BytesIO(pdf)).trailer["/Root"]["/StructTreeRoot"]
    waiting, found = [root], []
    while waiting:
        element = waiting.pop().get_object()
        kids = element.get("/K", []) if hasattr(element, "get") else []
        waiting += kids if isinstance(kids, list) else [kids]
        if hasattr(element, "get") and element.get("/S") == "/Figure":
            found.append(element.get("/Alt"))
    return found


def test_ways_are_counted_without_names():
    signature = publish(signatories=2)
    paper = {"way": Way.PAPER, "confirmed_at": signature.published_at, "order": 3}
    make_signatory(signature=signature, **paper)

    assert proof_of(signature).ways == [
        "2 firmatecknare, kod till e-postadressen",
        "1 firmatecknare, underskrift på papper",
    ]


def test_of_a_founder_the_number_of_signatories_is_not_known():
    signature = publish(way=Way.FOUNDING, origin=Origin.FOUNDING)

    assert proof_of(signature).ways == ["vid undertecknandet den första dagen"]
    text = text_of(certificate(signature))
    assert text.casefold().count("vid undertecknandet den första dagen") == 1


def test_the_facts_for_machines_are_embedded(signature):
    [content] = PdfReader(BytesIO(certificate(signature))).attachments["malmoandan.json"]

    newest = register_log.latest_entry()
    assert json.loads(content) == {
        "document": "certificate",
        "reference": signature.reference,
        "agreement": "intent",
        "version": 1,
        "text_sha256": signature.version.text_sha256,
        "exported_on": "2026-11-22",
        "log_number": newest.number,
        "log_hash": newest.hash,
    }


def test_the_stamp_follows_what_the_certificate_shows(signature, settings):
    def stamp(**fields):
        return certificate_stamp(signature, **({"language": "sv", "day": DAY} | fields))

    seen = [stamp(), stamp(language="en"), stamp(day=DAY + timedelta(days=1))]
    publish("Zenit")  # another entry in the log
    seen.append(stamp())
    signature.organisation.name = "Öppet vatten"
    signature.organisation.save()
    seen.append(stamp())
    settings.BASE_URL = "https://andra.example"
    seen.append(stamp())

    assert len(set(seen)) == 6
    assert stamp() == stamp()
