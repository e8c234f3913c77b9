"""A coordinator enters a signed paper."""

import io
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from malmoandan.organisations.models import Organisation
from signatures.models import Origin, Signature, State, Way
from tests.browser import assert_well_formed
from tests.factories import make_organisation, make_signature, make_user, make_version
from tests.people import make_coordinator, sign_in

pytestmark = pytest.mark.django_db
PAPER = "/admin/signatures/signature/papper/"


@pytest.fixture
def version():
    return make_version()


@pytest.fixture
def desk():
    return sign_in(make_coordinator(), second_factor=True)


def picture(kind="JPEG"):
    file = io.BytesIO()
    Image.new("RGB", (8, 8)).save(file, kind)
    return SimpleUploadedFile("Blankett från Möllan.jpg", file.getvalue())


def paper(version, **changed):
    """What a coordinator sends for a paper signed by two."""
    data = {
        "draft_id": str(uuid4()),
        "version": version.pk,
        "signed_on": "2026-03-12",
        "name": "Möllans odlare",
        "kind": "association",
        "organisation_number": "802002-8711",
        "city_part": "soder",
        "website": "mollansodlare.se",
        "decided_by": "board",
        "decided_on": "2026-03-11",
        "scan": picture(),
        "person-TOTAL_FORMS": "3",
        "person-INITIAL_FORMS": "0",
        "person-0-name": "Alva Ek",
        "person-0-title": "ordförande",
        "person-0-email": "alva@example.org",
        "person-1-name": "Bo Al",
        "person-1-title": "kassör",
    }
    return {name: value for name, value in (data | changed).items() if value is not None}


def test_a_paper_becomes_the_same_kind_of_signature_with_its_origin(desk, version):
    page = desk.post(PAPER, paper(version), follow=True).text
    signature = Signature.objects.get()
    assert (signature.origin, signature.state) == (Origin.PAPER, State.SUBMITTED)
    assert signature.signed_on == date(2026, 3, 12)
    people = list(signature.signatories.values_list("name", "email", "way", "seen_sha256"))
    assert people == [
        ("Alva Ek", "alva@example.org", Way.PAPER, version.text_sha256),
        ("Bo Al", "", Way.PAPER, version.text_sha256),
    ]
    assert "Ladda ner den inskannade blanketten: Blankett från Möllan.jpg" in page
    desk.post(f"/admin/signatures/signature/{signature.pk}/publicera/")
    register = desk.get("/undertecknare/").text
    assert "Möllans odlare" in register
    assert "På papper" in register
    assert [row["satt"] for row in desk.get("/undertecknare.json").json()["rows"]] == ["på papper"]


def test_look_alikes_are_shown_before_it_is_published(desk, version):
    make_organisation(name="Mollans odlare")
    assert "Namnet liknar Mollans odlare" in desk.post(PAPER, paper(version), follow=True).text


def test_a_known_number_is_the_known_organisation_and_keeps_its_name(desk, version):
    known = make_organisation(name="Möllans odlarförening", organisation_number="8020028711")
    page = desk.post(PAPER, paper(version), follow=True).text
    assert Signature.objects.get().organisation == known
    assert Organisation.objects.get().name == "Möllans odlarförening"
    assert "Organisationen fanns redan" in page


def test_a_double_click_makes_one_signature(desk, version):
    sent = paper(version)
    for _click in range(2):
        desk.post(PAPER, {**sent, "scan": picture()})
    assert Signature.objects.count() == 1
    assert Organisation.objects.count() == 1


def test_a_duplicate_is_told_and_leads_to_the_one_that_stands(desk, version):
    known = make_organisation(name="Möllans odlare", organisation_number="8020028711")
    standing = make_signature(organisation=known, version=version)
    page = desk.post(PAPER, paper(version), follow=True)
    assert "Möllans odlare har redan undertecknat den texten." in page.text
    assert str(standing.pk) in page.redirect_chain[-1][0]
    assert Signature.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"scan": None}, "Bifoga den inskannade blanketten."),
        ({"scan": SimpleUploadedFile("x.pdf", b"MZ program")}, "Filen går inte att läsa"),
        ({"signed_on": "2014-01-01"}, "Texten kunde inte skrivas under den dagen."),
        ({"signed_on": "2126-01-01"}, "Dagen kan inte ligga i framtiden."),
        ({"organisation_number": "850709-9805"}, "ser ut som ett personnummer"),
        ({"kind": "municipality"}, "läggs till bland organisationerna först"),
        ({"person-0-name": "", "person-0-title": "", "person-0-email": "",
          "person-1-name": "", "person-1-title": ""}, "minst en firmatecknare"),
        ({"person-1-email": "ALVA@example.org"}, "Varje person räknas en gång."),
        ({"draft_id": "x"}, "Rätta felen nedan"),
        ({"decided_on": "03/11/2026"}, "Skriv datumet som år-månad-dag"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_swedish_and_nothing_is_entered(desk, version, changed, words):
    answer = desk.post(PAPER, paper(version, **changed))
    assert answer.status_code == 422
    assert words in answer.text
    assert_well_formed(answer.text)
    assert not Signature.objects.exists()


def test_a_good_scan_comes_through_an_error_in_another_field(desk, version):
    answer = desk.post(PAPER, paper(version, name=""))
    assert "Filen Blankett från Möllan.jpg finns kvar" in answer.text
    kept = answer.context["form"].data["kept_scan"]
    desk.post(PAPER, paper(version, scan=None, kept_scan=kept))
    signature = Signature.objects.get()
    assert signature.scan_name == "Blankett från Möllan.jpg"
    assert default_storage.exists(signature.scan.name)
    refused = desk.post(PAPER, paper(version, scan=None, kept_scan=f"{kept}x"))
    assert "Bifoga den inskannade blanketten." in refused.text


def test_the_scan_is_a_file_to_save_for_coordinators_alone(desk, version, client):
    desk.post(PAPER, paper(version))
    address = f"/admin/signatures/signature/{Signature.objects.get().pk}/blankett/"
    response = desk.get(address)
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"].startswith("attachment")
    for stranger in (client, sign_in(make_user())):
        assert stranger.get(address).status_code != 200
        assert stranger.get(PAPER).status_code != 200
    without = make_signature(version=version)
    assert desk.get(f"/admin/signatures/signature/{without.pk}/blankett/").status_code == 404


def test_a_paper_counts_by_its_own_day_also_when_it_comes_late(desk):
    yesterday = timezone.localdate() - timedelta(days=1)
    version = make_version(last_day=yesterday)
    refused = desk.post(PAPER, paper(version, signed_on=timezone.localdate().isoformat()))
    assert refused.status_code == 422
    desk.post(PAPER, paper(version, signed_on=yesterday.isoformat()))
    assert Signature.objects.get().signed_on == yesterday


def test_the_list_of_signatures_leads_to_the_paper_form(desk):
    assert PAPER in desk.get("/admin/signatures/signature/").text
