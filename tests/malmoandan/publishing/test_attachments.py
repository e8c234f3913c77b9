"""Files from strangers, for strangers: each is refused in words, or harmless as it is served."""

import socket

import pytest
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from malmoandan.publishing.files import (
    AnyDocumentField,
    AttachmentField,
    DocumentField,
    download,
    store_as,
)
from malmoandan.running import environment
from tests.hostile_files import EICAR, HTML, NAMES, REFUSED, TAKEN, pdf, picture
from tests.malmoandan.pages.publications import office_file

SENTENCES = (
    "Filen går inte att läsa",
    "Filen innehåller något som kan köras eller hämtas",
    "Filen innehåller makron eller är krypterad",
    "Filen är tom",
)


def clean(content, name="svar.pdf"):
    return AttachmentField().clean(SimpleUploadedFile(name, content))


@pytest.mark.parametrize(("what", "name", "content"), REFUSED, ids=[row[0] for row in REFUSED])
@pytest.mark.parametrize("field", [AttachmentField, DocumentField, AnyDocumentField])
def test_a_file_that_means_harm_is_refused_in_a_sentence(field, what, name, content):
    if field is AnyDocumentField and what == "a spreadsheet":
        return  # among documents it is an ordinary file
    with pytest.raises(ValidationError) as refused:
        field().clean(SimpleUploadedFile(name, content))

    assert str(refused.value.messages[0]).startswith(SENTENCES)


@pytest.mark.parametrize(
    ("content", "ending"), [row[1:] for row in TAKEN], ids=[row[0] for row in TAKEN]
)
def test_an_ordinary_file_is_taken(content, ending):
    assert clean(content).name == f"svar{ending}"


@pytest.mark.parametrize(("name", "shown"), NAMES)
def test_a_name_that_means_harm_becomes_a_plain_one(name, shown, settings):
    file = SimpleUploadedFile("x.pdf", pdf())
    file._name = name  # past Django's own cleaning of upload names

    cleaned = AttachmentField().clean(file)
    stored = store_as(cleaned, "svar", ".pdf")

    assert cleaned.name == shown
    assert set(stored.removeprefix("svar/").removesuffix(".pdf")) <= set("0123456789abcdef")
    assert (settings.MEDIA_ROOT / stored).parent == settings.MEDIA_ROOT / "svar"


def test_a_file_of_more_than_ten_megabytes_is_refused():
    with pytest.raises(ValidationError, match="10 MB"):
        clean(pdf(b" " * (10 * 1024 * 1024)))


@pytest.mark.parametrize("content", [pdf(tail=HTML), picture("JPEG", comment=HTML)])
def test_a_page_that_hides_in_a_file_is_never_shown_as_one(content):
    file = SimpleUploadedFile("svar.html", content)
    stored = store_as(file, "svar", AttachmentField().judge(file))

    response = download(stored, 'svar"\r\n.pdf')

    assert response.headers["Content-Type"] in {"application/pdf", "image/jpeg"}
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response.headers["Content-Disposition"].startswith("attachment;")
    assert "\r" not in response.headers["Content-Disposition"]


@pytest.mark.parametrize("daemon", ["clamd", "clamd_on_a_socket"])
def test_clamav_is_asked_about_the_whole_file(daemon, request):
    clamd = request.getfixturevalue(daemon)
    content = pdf(b"(" + b"a" * 300_000 + b")")

    assert clean(content).name == "svar.pdf"
    assert clamd.asked == [content]


def test_what_clamav_knows_is_refused(clamd):
    with pytest.raises(ValidationError, match="Virusskyddet stoppade filen"):
        clean(pdf(b"(" + EICAR + b")"))


def test_what_its_content_refuses_is_not_sent_to_clamav(clamd):
    with pytest.raises(ValidationError):
        clean(office_file(**{"word/vbaProject.bin": b"x"}))
    assert clamd.asked == []


@pytest.mark.parametrize(
    "reply", [b"INSTREAM size limit exceeded. ERROR\0", b"", b"stream: OK ERROR\0", b"\xff\xfe"]
)
def test_without_a_verdict_the_file_is_refused_for_now(clamd, reply):
    clamd.reply = reply

    with pytest.raises(ValidationError, match="svarar inte just nu"):
        clean(pdf())


def test_when_clamav_is_gone_files_are_refused_for_now(settings):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        settings.CLAMD_URL = f"tcp://127.0.0.1:{probe.getsockname()[1]}"
    with pytest.raises(ValidationError, match="Allt annat du har fyllt i är sparat"):
        clean(pdf())
    settings.CLAMD_URL = "unix:///nowhere/clamd.ctl"
    with pytest.raises(ValidationError, match="svarar inte just nu"):
        clean(pdf())


@pytest.mark.parametrize("url", ["", "tcp://127.0.0.1:3310", "unix:///run/clamav/clamd.ctl"])
def test_the_address_of_clamav_comes_from_the_environment(monkeypatch, url):
    monkeypatch.setenv("CLAMD_URL", url)
    assert environment.clamd() == url


@pytest.mark.parametrize("url", ["127.0.0.1:3310", "http://x", "unix://", "tcp://"])
def test_an_address_of_clamav_that_cannot_be_is_refused_at_the_start(monkeypatch, url):
    monkeypatch.setenv("CLAMD_URL", url)
    with pytest.raises(ImproperlyConfigured, match="CLAMD_URL"):
        environment.clamd()
