"""Documents: found, read and downloaded; handed in, replaced and taken back."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.utils import timezone
from weasyprint import HTML

from malmoandan.pages import tasks
from malmoandan.pages.admin import add_version
from malmoandan.pages.models import Document, DocumentText, DocumentVersion
from tests.browser import assert_well_formed, findings_in_all_looks
from tests.malmoandan.pages.publications import (
    PDF,
    make_area,
    make_document,
    office_file,
)
from tests.people import make_coordinator, sign_in

pytestmark = pytest.mark.django_db
ADD = "/admin/pages/document/add/"


def pdf_of(words):
    return HTML(string=f"<html lang=sv><body>{words}</body></html>").write_pdf()


def form(content=PDF, name="Plan åäö.pdf", **changed):
    facts = {
        "title": "Samarbetsplan",
        "description": "",
        "kind": "plan",
        "day": "2018-06-13",
        "registry_number": "STK-2018-938",
        "language": "sv",
        "published_from_0": "2018-06-14",
        "published_from_1": "09:00",
        "kept_file": "",
        "versions-TOTAL_FORMS": "0",
        "versions-INITIAL_FORMS": "0",
    }
    file = {"file": SimpleUploadedFile(name, content)} if content else {}
    return facts | file | changed


@pytest.fixture
def coordinator():
    return sign_in(make_coordinator(), second_factor=True)


def test_a_document_is_handed_in_and_downloaded(client, coordinator):
    assert coordinator.post(ADD, form()).status_code == 302

    page = client.get("/dokument/samarbetsplan/").content.decode()
    file = client.get("/dokument/samarbetsplan.pdf")

    assert_well_formed(page)
    assert "STK-2018-938" in page
    assert 'href="/dokument/samarbetsplan.pdf"' in page
    assert file.content == PDF
    assert file["Content-Type"] == "application/pdf"
    assert file["X-Content-Type-Options"] == "nosniff"
    assert file["Content-Disposition"].startswith("inline")


def test_an_office_file_is_saved_and_never_shown(client):
    document = make_document(title="Mall", content=office_file(), name="Mall för IOP.exe")

    response = client.get("/dokument/mall.docx")

    assert response["Content-Disposition"].startswith("attachment")
    assert response["Content-Type"].endswith("wordprocessingml.document")
    assert document.current.file_name == "Mall för IOP.docx"
    assert document.current.stored_name.startswith("documents/")
    assert "Mall" not in document.current.stored_name


def test_who_has_the_file_is_answered_304(client):
    document = make_document(title="Plan")
    etag = client.get("/dokument/plan.pdf")["ETag"]

    response = client.get("/dokument/plan.pdf", headers={"If-None-Match": etag})

    assert response.status_code == 304
    assert document.current.sha256 in etag


def test_a_draft_and_its_file_are_there_for_coordinators_alone(client, coordinator):
    make_document(title="Hemlig", published_from=None)
    later = timezone.now() + timedelta(days=1)
    make_document(title="Kommande", published_from=later)

    for address in ("/dokument/hemlig/", "/dokument/hemlig.pdf", "/dokument/kommande.pdf"):
        assert client.get(address).status_code == 404
        mine = coordinator.get(address)
        assert mine.status_code == 200
        assert mine["Cache-Control"] == "private, no-store"
    listed = client.get("/dokument/").content.decode()
    assert "Hemlig" not in listed
    assert "Kommande" not in listed


@pytest.mark.parametrize(
    "address",
    ["/dokument/nej/", "/dokument/nej.pdf", "/dokument/plan.exe", "/dokument/plan.docx"],
)
def test_what_is_not_there_is_404(client, address):
    make_document(title="Plan")

    assert client.get(address).status_code == 404


def test_a_replaced_file_keeps_its_address_and_stays_in_the_history(client, coordinator):
    document = make_document(title="Plan", name="utkast.pdf")
    address = f"/admin/pages/document/{document.pk}/change/"
    former = document.current

    coordinator.post(address, form(PDF + b"nyare\n%%EOF", "slutlig.pdf", title="Plan"))

    assert client.get("/dokument/plan.pdf").content.endswith(b"nyare\n%%EOF")
    assert "version 2" in client.get("/dokument/plan/").content.decode()
    assert coordinator.get(f"/admin/pages/document/fil/{former.pk}/").content == PDF
    history = coordinator.get(f"/admin/pages/document/{document.pk}/history/").content.decode()
    assert "utkast.pdf" in history
    assert "slutlig.pdf" in history


def test_a_former_address_leads_to_the_new_kind_of_file(client):
    document = make_document(title="Plan", content=office_file(), name="plan.docx")
    add_version(document, SimpleUploadedFile("plan.pdf", PDF))

    assert client.get("/dokument/plan.docx").url == "/dokument/plan.pdf"
    assert client.get("/dokument/plan.pdf").content == PDF


def test_the_same_file_again_makes_no_version():
    document = make_document()

    add_version(document, SimpleUploadedFile("igen.pdf", PDF))

    assert DocumentVersion.objects.count() == 1


def test_former_files_are_for_coordinators_alone(client):
    version = make_document().current

    response = client.get(f"/admin/pages/document/fil/{version.pk}/")

    assert response.status_code == 302
    assert "login" in response.url or "konto" in response.url


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "tom"),
        (b"<html><script>alert(1)</script></html>", "går inte att läsa"),
        (office_file(**{"word/vbaProject.bin": b"x"}), "makron"),
        (PDF + b" " * (10 * 1024 * 1024), "10 MB"),
        (None, "Välj en fil"),
    ],
)
def test_a_file_that_cannot_be_taken_is_explained(coordinator, content, words):
    files = {"file": SimpleUploadedFile("x.pdf", b"")} if content == b"" else {}

    html = coordinator.post(ADD, form(content, **files)).content.decode()

    assert words in html
    assert Document.objects.count() == 0


def test_the_file_is_kept_when_another_field_is_wrong(client, coordinator):
    again = coordinator.post(ADD, form(title="", day="13/6 2018"))
    kept = again.context["adminform"].form["kept_file"].value()
    assert "Vald fil: Plan åäö.pdf" in again.content.decode()

    response = coordinator.post(ADD, form(None, kept_file=kept))

    assert response.status_code == 302
    assert client.get("/dokument/samarbetsplan.pdf").content == PDF
    assert len(default_storage.listdir("documents")[1]) == 1


def test_a_kept_file_that_is_forged_is_not_taken(coordinator):
    response = coordinator.post(ADD, form(None, kept_file="../../etc/passwd"))

    assert "Välj en fil" in response.content.decode()


def test_files_that_no_document_holds_are_removed_in_time(monkeypatch):
    used = make_document().current.stored_name
    forgotten = default_storage.save("documents/forgotten.pdf", ContentFile(PDF))
    tasks.remove_unused_files(0)
    assert default_storage.exists(forgotten)

    monkeypatch.setattr(tasks, "FORGOTTEN_AFTER", timedelta(days=-1))
    tasks.remove_unused_files(0)

    assert not default_storage.exists(forgotten)
    assert default_storage.exists(used)


def test_the_list_can_be_narrowed_to_a_kind_and_an_area(client):
    area = make_area("Stadsliv")
    make_document(title="Planen", areas=[area])
    make_document(title="Rapporten", kind=Document.Kind.REPORT, areas=[area])
    make_document(title="Annan plan")

    html = client.get("/dokument/?slag=plan&omrade=stadsliv").content.decode()

    assert "Planen" in html
    assert "Rapporten" not in html
    assert "Annan plan" not in html
    assert client.get("/dokument/?slag=nej").status_code == 400


def test_a_document_is_described_in_english_where_somebody_has_written_it(client):
    told = make_document(english_title="The plan", english_description="What we do.")
    untold = make_document(title="Rapporten", description="Vad vi såg.")
    page = client.get(f"{told.get_absolute_url()}?sprak=en").text
    assert '<h1 lang="en">The plan</h1>' in page
    assert "What we do." in page
    assert '<h1 lang="sv">Rapporten</h1>' in client.get(untold.get_absolute_url()).text


def test_the_areas_of_a_document_are_in_its_history(coordinator):
    area = make_area("Stadsliv")
    coordinator.post(ADD, form(areas=[area.pk]))
    path = f"/admin/pages/document/{Document.objects.get().pk}"
    coordinator.post(f"{path}/change/", form(content=None))
    steps = coordinator.get(f"{path}/history/").context["steps"]
    told = [(step.what, bool(step.who)) for step in steps if "Stadsliv" in step.about]
    assert told == [("Borttagen", True), ("Tillagd", True)]


def test_the_declaration_stands_among_the_documents(client):
    call_command("load_content")

    html = client.get("/dokument/").content.decode()

    assert 'href="/avsiktsforklaring/1/"' in html
    assert 'href="/avsiktsforklaring/1.pdf"' in html
    assert_well_formed(html)


def test_the_list_needs_the_same_queries_for_10_and_10_000_rows(client, django_assert_num_queries):
    for _number in range(10):
        make_document(areas=[make_area()])
    with django_assert_num_queries(6):
        client.get("/dokument/")

    first = Document.objects.first()
    Document.objects.bulk_create(
        Document(
            title="Många", slug=f"m-{n}", kind="plan", day=first.day, published_from=timezone.now()
        )
        for n in range(10_000)
    )

    with django_assert_num_queries(6):
        client.get("/dokument/?sida=300")


@pytest.mark.django_db(transaction=True)
def test_document_pages_are_accessible_in_every_look(live_server, browser_page):
    call_command("load_content")
    document = make_document(title="Ö" * 150, registry_number="STK-2018-938")

    for address in ("/dokument/", document.get_absolute_url(), "/dokument/?slag=nej"):
        browser_page.goto(live_server.url + address)
        assert findings_in_all_looks(browser_page) == []


def test_what_a_file_says_is_found_once_it_is_read_and_gone_with_a_new_file(client, run_jobs):
    document = make_document(content=pdf_of("Om folkhälsoarbetet på Möllan."), title="Rapport")
    assert "Inget stämmer" in client.get("/sok/?q=hälsa").content.decode()

    run_jobs()
    html = client.get("/sok/?q=hälsa möllan").content.decode()
    assert "Om <mark>folkhälsoarbetet</mark> på <mark>Möllan</mark>" in html

    add_version(document, SimpleUploadedFile("ny.pdf", pdf_of("Om cykelvägar.")))
    assert "Inget stämmer" in client.get("/sok/?q=hälsa").content.decode()  # at once
    run_jobs()
    assert "<mark>cykelvägar</mark>" in client.get("/sok/?q=cykel").content.decode()


def test_a_draft_s_file_is_never_found(client, run_jobs):
    make_document(content=pdf_of("Hemligheter"), published_from=None)
    run_jobs()

    assert "Inget stämmer" in client.get("/sok/?q=hemligheter").content.decode()


def test_files_from_before_are_read_by_the_hour():
    from malmoandan.pages.tasks import read_old_files

    document = make_document(content=pdf_of("Gamla ord"))
    DocumentText.objects.all().delete()

    read_old_files(0)

    assert Document.objects.get(pk=document.pk).inside.text == "Gamla ord"
