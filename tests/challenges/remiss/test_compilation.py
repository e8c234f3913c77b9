"""The compilation: four formats of one source that agree to the digit, made in the background."""

import io
import json

import openpyxl
import pypdf
import pytest
from django.utils import timezone
from docx import Document
from docx.oxml.ns import qn

from challenges.remiss.compilation import as_pdf, as_word, chapters, snapshot
from challenges.remiss.compilation.as_spreadsheet import render_spreadsheet
from challenges.remiss.compilation.files import files, stamp
from challenges.remiss.compilation.reading import key_figures
from challenges.remiss.compilation.source import compilation
from challenges.remiss.models import Position, Referral, RespondentKind
from challenges.remiss.shown_answers import catch_up, group
from malmoandan.publishing.models import StoredDocument
from malmoandan.publishing.pdf import standards_broken
from tests.challenges.remiss.referrals import (
    Publication,
    State,
    make_attachment,
    make_masking,
    make_recipient,
    make_referral,
    make_reply,
    make_response,
    make_section,
)
from tests.challenges.remiss.test_campaigns import CALL
from tests.factories import make_organisation

HOSTILE = '=HYPERLINK("http://ond.example") <b>& \x0b\u202e ]]> {{ 7|add:7 }}'


def make_published(referral, **fields):
    return make_response(referral, publication=Publication.PUBLISHED, **fields)


@pytest.fixture
def referral(transactional_db):
    """A closed referral with every kind of answer."""
    referral = make_referral(State.CLOSED, closed_at=timezone.now(), title="Plan för å, ä & ö")
    first, second = (make_section(referral, title=f"Avsnitt {n}", order=n) for n in (1, 2))
    body = make_recipient(referral, name="Kulturföreningen")
    make_published(
        referral,
        name="Kulturföreningen",
        recipient=body,
        position=Position.SUPPORTS,
        summary="Vi är för.",
        sections={first: (Position.SUPPORTS_WITH_CHANGES, "Mera ljus."), second: "Mera ljud."},
    )
    make_response(referral, recipient=make_recipient(referral), position=Position.ABSTAINS)
    make_recipient(referral, name="Den tysta")
    make_published(referral, organisation=make_organisation(is_umbrella=True), name="Paraplyet")
    for _n in range(3):
        make_published(referral, summary=CALL, position=Position.REJECTS, sections={second: CALL})
    person = make_published(
        referral, kind=RespondentKind.PERSON, name="Alva Ek", summary="Bo stör mig."
    )
    make_masking(person.counting_version, 0, 2)
    make_attachment(person.counting_version)
    make_published(referral, name=HOSTILE[:60], summary=HOSTILE, sections={first: HOSTILE})
    make_response(referral, publication=Publication.WITHHELD, summary="Hemligheten")
    make_reply(referral, published=True, section=first, text="Vi satte upp lampor.")
    catch_up()
    group(referral)
    return referral


def sheet_of(workbook, name):
    rows = list(workbook[name].iter_rows(values_only=True))
    return rows[0], rows[1:]


def pdf_text(content):
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)


def test_page_and_all_four_formats_agree_to_the_digit(client, referral):
    whole = compilation(referral)
    expected = dict(key_figures(whole.figures))
    assert whole.figures.published == 7
    assert whole.figures.received == 9
    assert (whole.figures.campaigns, whole.figures.in_campaigns) == (1, 3)
    assert client.get(referral.get_absolute_url()).context["figures"] == whole.figures

    assert json.loads(snapshot.to_json(whole))["figures"] == json.loads(
        json.dumps(whole.figures.__dict__, default=lambda row: row.__dict__)
    )

    book = openpyxl.load_workbook(io.BytesIO(render_spreadsheet(whole)))
    overview = dict(sheet_of(book, "Översikt")[1])
    assert {label: overview[label] for label in expected} == expected
    rows = [row.counts for row in [*whole.figures.by_group, *whole.figures.by_section]]
    assert [list(r[2:9]) for r in sheet_of(book, "Ställningstaganden")[1]] == rows

    tables = Document(io.BytesIO(as_word.render_word(whole))).tables
    figures = {row.cells[0].text: row.cells[1].text for row in tables[0].rows[1:]}
    assert figures == {label: str(value) for label, value in expected.items()}
    counted = [[int(c.text) for c in row.cells[1:8]] for t in tables[1:3] for row in t.rows[1:]]
    assert counted == rows

    text = " ".join(pdf_text(as_pdf.render_volume(whole, 1)).split())
    assert all(f"{label} {value}" in text for label, value in expected.items())
    for row in [*whole.figures.by_group, *whole.figures.by_section]:
        assert f"{row.label} {' '.join(map(str, row.counts))} {row.total}" in text


def test_the_figures_are_what_one_counts_oneself(referral):
    whole = compilation(referral)
    keys = [word.key for word in whole.positions]
    counted = [sum((a.position or "none") == key for a in whole.answers) for key in keys]
    assert whole.figures.by_group[0].counts == counted
    for row, section in zip(whole.figures.by_section, whole.sections, strict=True):
        said = [t for a in whole.answers for t in a.texts if t.section == section.number]
        assert row.counts == [sum((t.position or "none") == key for t in said) for key in keys]
    assert sum(row.total for row in whole.figures.by_group[1:]) == len(whole.answers)


def test_what_is_not_public_is_in_no_format(referral):
    whole = compilation(referral)
    json_text = snapshot.to_json(whole).decode()
    word = Document(io.BytesIO(as_word.render_word(whole)))
    word_text = "\n".join(paragraph.text for paragraph in word.paragraphs)
    pdf = "".join(
        pdf_text(as_pdf.render_volume(whole, n))
        for n in range(1, as_pdf.number_of_volumes(whole) + 1)
    )
    book = openpyxl.load_workbook(io.BytesIO(render_spreadsheet(whole)))
    cells = " ".join(str(c) for sheet in book for row in sheet.values for c in row if c)
    for text in (json_text, word_text, pdf, cells):
        assert "Hemligheten" not in text
        assert "Alva" not in text
        assert "Bo stör" not in text
        assert "@example.org" not in text.replace("registrator@example.org", "")
        assert "[maskerat] stör mig." in text
        assert "Mera ljud." in text
        assert "Vi satte upp lampor." in text


def test_the_snapshot_reads_back_as_it_was(referral):
    whole = compilation(referral)
    assert snapshot.from_json(snapshot.to_json(whole)) == whole


def test_the_pdfs_keep_both_standards_and_have_bookmarks(referral):
    whole = compilation(referral)
    for number in (1, 2):
        content = as_pdf.render_volume(whole, number)
        assert standards_broken(content) == []
        assert pypdf.PdfReader(io.BytesIO(content)).outline
    with pytest.raises(IndexError):
        as_pdf.render_volume(whole, 3)


def test_the_word_file_has_headings_language_and_repeated_table_heads(referral):
    document = Document(io.BytesIO(as_word.render_word(compilation(referral))))
    headings = [p.text for p in document.paragraphs if p.style.name == "Heading 1"]
    assert headings[:3] == ["Innehåll", "Översikt", "Ställningstaganden"]
    assert headings[-2:] == ["Avsnitt 1", "Avsnitt 2"]
    assert document.core_properties.title == "Sammanställning av remissvar: Plan för å, ä & ö"
    languages = {e.get(qn("w:val")) for e in document.styles.element.iter(qn("w:lang"))}
    assert languages == {"sv-SE"}
    for table in document.tables:
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
        assert table.rows[1]._tr.trPr.find(qn("w:tblHeader")) is None


def test_the_spreadsheet_holds_no_formula_and_every_text_whole(referral):
    section = referral.sections.first()
    long = "Ord och åter ord. " * 4000  # longer than a cell may be
    make_published(referral, name="Den långa", sections={section: long})
    catch_up()
    book = openpyxl.load_workbook(io.BytesIO(render_spreadsheet(compilation(referral))))
    assert all(cell.data_type != "f" for sheet in book for row in sheet.rows for cell in row)
    _head, rows = sheet_of(book, "Synpunkter")
    parts = [row[6] for row in rows if row[3] == "Den långa" and row[1] == section.title]
    assert len(parts) == 3
    assert "".join(parts) == long


def test_a_campaigns_text_stands_once_with_those_who_sent_it(referral):
    whole = compilation(referral)
    entries = [entry for chapter in chapters.chapters(whole) for entry in chapter.entries]
    same = [entry for entry in entries if entry.text.text == CALL]
    assert len(same) == 1
    assert len(same[0].also) == 2
    text = " ".join(pdf_text(as_pdf.render_volume(whole, 2)).split())
    assert text.count("Därför ska planen säga") == 1


@pytest.mark.parametrize("most", [1, 30, 60, 200, 10_000])
def test_volumes_are_bounded_and_hold_every_text_once_in_order(referral, most):
    whole = compilation(referral)
    parts = chapters.volumes(whole, most)
    expected = [
        (chapter.section.number, entry.answer.reference)
        for chapter in chapters.chapters(whole)
        for entry in chapter.entries
    ]
    found = [
        (chapter.section.number, entry.answer.reference)
        for part in parts
        for chapter in part
        for entry in chapter.entries
    ]
    assert found == expected
    for part in parts:
        entries = [entry for chapter in part for entry in chapter.entries]
        assert len(entries) == 1 or sum(entry.words for entry in entries) <= most
    seen = set()
    for chapter in (chapter for part in parts for chapter in part):
        assert chapter.continued == (chapter.section.number in seen)
        seen.add(chapter.section.number)


def test_files_are_made_in_the_background_and_the_page_tells_how_far_it_is(
    client, referral, run_jobs
):
    base = f"/remiss/{referral.slug}"
    waiting = client.get(f"{base}.pdf")
    assert waiting.status_code == 503
    assert waiting.headers["Refresh"]
    progress = client.get(f"{base}/sammanstallning/")
    assert progress.context["done"] == 0
    assert progress.headers["Refresh"]
    run_jobs()
    ready = client.get(f"{base}/sammanstallning/")
    assert ready.context["is_ready"]
    assert "Refresh" not in ready.headers
    for _file, address in ready.context["files"]:
        response = client.get(address)
        assert response.status_code == 200, address
        assert referral.slug in response.headers["Content-Disposition"]
    assert client.get(f"{base}.json").headers["Content-Type"] == "application/json"
    assert client.get(f"{base}.pdf?del=9").status_code == 404
    assert client.get(f"{base}.docx?del=2").status_code == 404
    for wrong in (f"{base}.exe", f"{base}.pdf?del=x", f"{base}.pdf?del=-1", f"{base}.pdf?del=0"):
        assert client.get(wrong).status_code == 404, wrong

    # A change, raw SQL or not, takes all of them out of use until they are made anew.
    Referral.objects.filter(pk=referral.pk).update(registry_number="STK-2026-1")
    for ending in ("pdf", "docx", "xlsx", "json"):
        assert client.get(f"{base}.{ending}").status_code == 503, ending
    run_jobs()
    assert client.get(f"{base}.json").json()["registry_number"] == "STK-2026-1"


def test_any_change_gives_another_stamp_and_no_change_the_same(referral):
    seen = [stamp(referral)]
    assert stamp(referral) == seen[0]
    response = referral.responses.exclude(organisation=None).first()
    response.organisation.is_umbrella = False
    changes = [
        response.organisation.save,
        lambda: make_masking(response.counting_version, 0, 1),
        lambda: make_reply(referral, published=True),
        lambda: make_recipient(referral),
        response.wait_for_review,
        lambda: referral.sections.update(title="Ny rubrik"),
    ]
    for change in changes:
        change()
        seen.append(stamp(Referral.objects.get(pk=referral.pk)))
    assert len(set(seen)) == len(seen)


def test_a_job_that_was_killed_goes_on_with_what_is_missing(client, referral, run_jobs):
    client.get(f"/remiss/{referral.slug}.pdf")
    run_jobs()
    StoredDocument.objects.filter(name=f"remiss-{referral.pk}-docx-1").delete()
    kept = StoredDocument.objects.get(name=f"remiss-{referral.pk}-pdf-1").made_at
    assert client.get(f"/remiss/{referral.slug}.docx").status_code == 503
    run_jobs()
    assert client.get(f"/remiss/{referral.slug}.docx").status_code == 200
    assert StoredDocument.objects.get(name=f"remiss-{referral.pk}-pdf-1").made_at == kept
    assert all(file.size for file in files(referral, stamp(referral)))


def test_a_referral_without_answers_has_a_compilation_too(transactional_db):
    referral = make_referral(State.CLOSED, closed_at=timezone.now())
    whole = compilation(referral)
    assert as_pdf.number_of_volumes(whole) == 1
    assert "Inga svar är publicerade." in pdf_text(as_pdf.render_volume(whole, 1))
    assert as_word.render_word(whole)
    assert render_spreadsheet(whole)
