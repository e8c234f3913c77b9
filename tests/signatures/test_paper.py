"""The form for paper: fields that can be filled, heard and printed."""

import io

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob
from pypdf import PdfReader, PdfWriter

from malmoandan.publishing.pdf import standards_broken
from signatures.paper import render_form
from tests.factories import make_version

pytestmark = pytest.mark.django_db


@pytest.fixture
def version():
    return make_version(title="Avsiktsförklaring för Malmö")


def read(data):
    return PdfReader(io.BytesIO(data))


def text_of(reader):
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_form_is_archival_and_accessible_in_two_pages(version, language):
    data = render_form(version, language=language)
    assert standards_broken(data) == []
    assert len(read(data).pages) == 2
    assert data == render_form(version, language=language)


def test_the_form_names_the_text_by_version_and_hash_and_where_to_read_it(version, settings):
    settings.BASE_URL = "https://malmoandan.example.org"
    settings.CONTACT_EMAIL = "samordnare@example.org"
    text = text_of(read(render_form(version, language="sv")))
    for words in (
        "Avsiktsförklaring för Malmö",
        f"version {version.number}",
        version.text_sha256,
        f"https://malmoandan.example.org/avsiktsforklaring/{version.number}/",
        "Lämna blanketten till samordnarna",
        "samordnare@example.org",
    ):
        assert words.replace(" ", "") in text.replace(" ", "")  # a long address is parted


def test_every_field_has_words_of_its_own_and_lies_in_reading_order(version):
    reader = read(render_form(version, language="sv"))
    fields = reader.get_fields()
    names = [field["/TU"] for field in fields.values()]
    assert len(set(names)) == len(names) == 33
    assert names[0] == "Organisationens namn, som i stadgarna"
    assert "Firmatecknare 3: dag för underskriften, år-månad-dag" in names
    assert all(page["/Tabs"] == "/S" for page in reader.pages)
    places = [
        (number, -widget.get_object()["/Rect"][1])
        for number, page in enumerate(reader.pages)
        for widget in page["/Annots"]
        if widget.get_object()["/FT"] == "/Tx"
    ]
    assert places == sorted(places)


def test_every_field_stands_in_the_structure_tree(version):
    reader = read(render_form(version, language="sv"))
    found, waiting = [], [reader.trailer["/Root"]["/StructTreeRoot"]]
    while waiting:
        element = waiting.pop().get_object()
        if not isinstance(element, dict):
            continue
        if element.get("/S") == "/Form":
            found.append(element["/K"][0].get_object()["/Obj"].get_object()["/T"])
        kids = element.get("/K", [])
        waiting += kids if isinstance(kids, list) else [kids]
    assert sorted(found) == sorted(reader.get_fields())


def test_a_filled_form_keeps_what_was_written(version):
    writer = PdfWriter(clone_from=read(render_form(version, language="sv")))
    values = {"namn": "Ängens Öst & Ł", "namn-1": "Åsa Ek", "form-association": "/on"}
    for page in writer.pages:
        writer.update_page_form_field_values(page, values, auto_regenerate=False)
    filled = io.BytesIO()
    writer.write(filled)
    fields = PdfReader(filled).get_fields()
    assert {name: fields[name]["/V"] for name in values} == values


@pytest.mark.django_db(transaction=True)
def test_the_worker_makes_the_form_once_and_again_for_a_new_text(client, run_jobs):
    make_version()
    assert client.get("/blankett.pdf").status_code == 503
    run_jobs()
    response = client.get("/blankett.pdf")
    assert response["Content-Type"] == "application/pdf"
    assert "version 1" in text_of(read(response.content))
    make_version()
    assert client.get("/blankett.pdf").status_code == 503
    run_jobs()
    assert "version 2" in text_of(read(client.get("/blankett.pdf").content))
    assert ProcrastinateJob.objects.filter(task_name="signatures.make_paper_form").count() == 2


def test_without_a_text_there_is_no_form(client):
    assert client.get("/blankett.pdf").status_code == 404


def test_the_pages_about_signing_lead_to_the_form(client, version):
    for page in ("/avsiktsforklaring/", "/skriv-under/"):
        assert 'href="/blankett.pdf"' in client.get(page).text
