import hashlib
import json
import re
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone, translation
from procrastinate.contrib.django.models import ProcrastinateJob
from pypdf import PdfReader

import malmoandan
from malmoandan.publishing.models import StoredDocument
from malmoandan.publishing.pdf import standards_broken
from malmoandan.publishing.seal import Seal, check_seal
from signatures import register_log
from signatures.documents import agreement_stamp, render_agreement, store_agreement
from signatures.models import RegisterEntry, State
from signatures.tasks import renew_agreement_pdfs
from tests.factories import (
    make_many_signatures,
    make_organisation,
    make_signature,
    make_version,
)

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 22)
ODD_NAMES = [
    "<b>fet</b> & {{ x }} \"citat\" 'apostrof'",
    '<img src="file:///etc/passwd">',
    "\u202egnal omöd\u202c",
    "جمعية الثقافة في مالمو",
    "हिन्दी सभा",
    "ማሕበር ኤርትራ",
    "中文协会 💥 \ue000",
    "=HYPERLINK(1)",
    "W" * 200,
    ("lång " * 40).strip(),
]


@pytest.fixture
def declaration():
    text = (Path(malmoandan.__file__).parent / "content/avsiktsforklaring-2015.md").read_text()
    title = text.splitlines()[0].removeprefix("# ")
    return make_version(text=text, title=title, adopted_in="Malmö")


def sign(version, name, **fields):
    return make_signature(version=version, organisation=make_organisation(name=name), **fields)


def pdf_of(version, *, language="sv", day=DAY):
    return render_agreement(version, language=language, day=day)


def text_of(data):
    """The words of all pages, without the footers, in one line."""
    pages = [page.extract_text() for page in PdfReader(BytesIO(data)).pages]
    lines = [
        line for page in pages for line in page.splitlines() if not line.startswith("Malmöandan ·")
    ]
    return " ".join(" ".join(lines).split())


def test_the_text_stands_there_word_for_word(declaration):
    words = re.sub(r"^(#+|>|-) ", "", declaration.text, flags=re.MULTILINE)

    found = text_of(pdf_of(declaration)).replace("– ", "")

    assert " ".join(words.split()).replace("– ", "") in found


def test_both_standards_hold_with_200_signatories_of_odd_names(declaration):
    make_many_signatures(200, version=declaration)
    for name in ODD_NAMES:
        sign(declaration, name)

    data = pdf_of(declaration)

    assert standards_broken(data) == []
    text = text_of(data)
    assert "210 organisationer" in text
    for name in ODD_NAMES[:2]:
        assert name in text
    assert "gnal omöd" in text
    assert text.replace(" ", "").count("W" * 200) == 1


def test_signatories_stand_in_swedish_order_with_their_days(declaration):
    for name in ["Örat", "Zenit", "Ängen", "alfa", "Åkern"]:
        sign(declaration, name, signed_on=date(2016, 3, 1))

    text = text_of(pdf_of(declaration))

    rows = [
        f"{row} {name} 1 mars 2016"
        for row, name in enumerate(["alfa", "Zenit", "Åkern", "Ängen", "Örat"], 1)
    ]
    assert " ".join(rows) in text


@pytest.mark.parametrize("state", [s for s in State if s != State.PUBLISHED])
def test_only_published_signatures_are_shown(declaration, state):
    sign(declaration, "Öppet hav")
    sign(declaration, "Den andra", state=state)

    text = text_of(pdf_of(declaration))

    assert "En organisation står bakom" in text
    assert "Öppet hav" in text
    assert "Den andra" not in text


def test_signatures_of_another_version_are_not_shown(declaration):
    sign(make_version(), "Den andra")

    assert "Ingen organisation hade undertecknat" in text_of(pdf_of(declaration))


def test_no_persons_name_or_address_is_there(declaration):
    signature = sign(declaration, "Öppet hav", signatories=2)

    data = pdf_of(declaration)

    for person in signature.signatories.all():
        assert person.name not in text_of(data)
        assert person.email not in text_of(data)


def test_day_version_and_the_checksum_of_the_embedded_text_are_stated(declaration):
    data = pdf_of(declaration)

    text = text_of(data)
    assert "Exportdag 22 november 2026" in text
    assert "Undertecknad i Malmö den 7 december 2015." in text
    [embedded] = PdfReader(BytesIO(data)).attachments["avsiktsforklaring-1.txt"]
    assert hashlib.sha256(embedded).hexdigest() == declaration.text_sha256
    assert declaration.text_sha256 in text


def test_it_is_sealed_and_pins_the_log(declaration):
    entry = register_log.append(RegisterEntry.Event.PUBLISHED, sign(declaration, "Öppet hav"))

    data = pdf_of(declaration)

    assert check_seal(data) is Seal.WHOLE
    assert standards_broken(data) == []
    assert f"post {entry.number}, den senaste i registrets logg {entry.hash}" in text_of(data)
    [facts] = PdfReader(BytesIO(data)).attachments["malmoandan.json"]
    assert json.loads(facts)["signatories"] == 1
    assert json.loads(facts)["log_hash"] == entry.hash


def test_an_entry_in_the_log_makes_the_document_stale(declaration):
    other = sign(make_version(), "Den andra")
    before = stamp(declaration)

    register_log.append(RegisterEntry.Event.PUBLISHED, other)

    assert stamp(declaration) != before


def test_title_language_and_one_top_heading(declaration):
    document = PdfReader(BytesIO(pdf_of(declaration)))

    assert document.metadata.title == declaration.title
    assert document.trailer["/Root"]["/Lang"] == "sv"
    tops = [entry.title for entry in document.outline if not isinstance(entry, list)]
    assert tops == [declaration.title]


def test_a_text_without_a_heading_gets_its_title():
    version = make_version(text="Vi vill samverka.", title="En ny text")

    assert "En ny text Vi vill samverka." in text_of(pdf_of(version))


def test_the_english_frame_holds_the_same_swedish_text(declaration):
    data = pdf_of(declaration, language="en")

    assert standards_broken(data) == []
    root = PdfReader(BytesIO(data)).trailer["/Root"]
    assert root["/Lang"] == "en"
    articles = [k for k in root["/StructTreeRoot"]["/K"][0]["/K"] if k["/S"] == "/Art"]
    assert {article["/Lang"] for article in articles} == {"sv"}
    assert "Denna avsiktsförklaring är ett första steg" in text_of(data)
    assert "22 November 2026" in text_of(data)


def test_every_signatory_is_one_item_of_the_list_that_is_read_aloud(declaration):
    make_many_signatures(120, version=declaration)
    root = PdfReader(BytesIO(pdf_of(declaration))).trailer["/Root"]["/StructTreeRoot"]

    def items(element):
        kids = element.get("/K", [])
        own = element.get("/S") == "/LI"
        return own + sum(items(k) for k in kids if hasattr(k, "get"))

    # 6 principles, 2 tasks of the group, 3 facts of a term and a value each.
    assert items(root["/K"][0].get_object()) == 120 + 6 + 2 + 6


def stamp(version, **fields):
    return agreement_stamp(version, **({"language": "sv", "day": DAY} | fields))


def test_the_stamp_follows_what_the_document_shows(declaration):
    signature = sign(declaration, "Öppet hav")
    seen = {stamp(declaration)}
    assert stamp(declaration) in seen

    def is_new():
        before = len(seen)
        seen.add(stamp(declaration))
        return len(seen) > before

    assert stamp(declaration, day=DAY + timedelta(days=1)) not in seen
    assert stamp(declaration, language="en") not in seen
    signature.organisation.name = "Öppet vatten"
    signature.organisation.save()
    assert is_new()
    sign(declaration, "Zenit")
    assert is_new()
    signature.state = State.WITHDRAWN
    signature.save()
    assert is_new()


def test_one_who_leaves_while_another_joins_is_noticed(declaration):
    leaving, joining = (sign(declaration, name) for name in ["Zenit", "Örat"])
    type(joining).objects.filter(pk=joining.pk).update(state=State.SUBMITTED, published_at=None)
    before = stamp(declaration)

    type(leaving).objects.filter(pk=leaving.pk).update(state=State.WITHDRAWN)
    type(joining).objects.filter(pk=joining.pk).update(
        state=State.PUBLISHED, published_at=timezone.now()
    )

    assert stamp(declaration) != before


def test_the_stamp_costs_the_same_at_any_size(declaration, django_assert_num_queries):
    make_many_signatures(300, version=declaration)

    with django_assert_num_queries(2):
        stamp(declaration)


def test_a_register_that_changes_while_the_document_is_made_is_made_again(declaration, monkeypatch):
    from signatures import documents

    def render_slowly(version, **arguments):
        sign(version, "Zenit")
        return b"%PDF-old"

    monkeypatch.setattr(documents, "render_agreement", render_slowly)
    store_agreement(declaration, language="sv")

    stored = StoredDocument.objects.get()
    assert stored.stamp != stamp(declaration, day=timezone.localdate())


@pytest.fixture
def address(declaration):
    return reverse("signatures:agreement_pdf")


def test_the_first_visitor_waits_and_the_next_gets_the_document(
    transactional_db, declaration, address, client, run_jobs
):
    sign(declaration, "Öppet hav")
    assert client.get(address).status_code == 503
    assert client.get(address).status_code == 503
    assert ProcrastinateJob.objects.count() == 1

    run_jobs()

    response = client.get(address)
    assert response.status_code == 200
    assert "Öppet hav" in text_of(response.content)
    assert response["Content-Disposition"] == 'inline; filename="avsiktsforklaring-1.pdf"'
    assert client.get(address, headers={"If-None-Match": response["ETag"]}).status_code == 304
    assert client.head(address)["ETag"] == response["ETag"]


def test_a_new_signatory_makes_the_document_stale(declaration, address, client):
    store_agreement(declaration, language="sv")
    assert client.get(address).status_code == 200

    sign(declaration, "Zenit")

    assert client.get(address).status_code == 503


def test_each_language_has_a_document_of_its_own(declaration, address, client):
    store_agreement(declaration, language="en")

    assert client.get(address).status_code == 503
    with translation.override("en"):
        assert client.get(address, {"sprak": "en"}).status_code == 200


def test_a_document_that_is_being_made_is_no_error_in_the_log(address, client, caplog):
    assert client.get(address).status_code == 503
    assert not caplog.records


def test_nothing_is_written_by_post(declaration, address, client):
    assert client.post(address).status_code == 405
    assert not ProcrastinateJob.objects.exists()


def test_without_a_declaration_there_is_no_document(db, client):
    assert client.get(reverse("signatures:agreement_pdf")).status_code == 404


def test_a_stale_document_is_made_anew_before_somebody_asks(declaration, run_jobs):
    store_agreement(declaration, language="sv")
    make_signature(version=declaration)

    renew_agreement_pdfs(timestamp=0)
    renew_agreement_pdfs(timestamp=60)
    run_jobs()

    stored = StoredDocument.objects.get()
    assert stored.stamp == agreement_stamp(declaration, language="sv", day=timezone.localdate())


def test_what_nobody_has_asked_for_is_not_made(declaration, run_jobs):
    renew_agreement_pdfs(timestamp=0)
    run_jobs()

    assert not StoredDocument.objects.exists()
