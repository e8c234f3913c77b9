"""The two reports: findings by their rules, what is missing, and the PDFs themselves."""

import re
from datetime import date
from io import BytesIO

import pytest
from django.utils import timezone
from pypdf import PdfReader

from malmoandan.publishing.models import StoredDocument
from malmoandan.publishing.pdf import standards_broken
from malmoandan.publishing.seal import Seal, check_seal
from mapping.index import forget_indexes
from mapping.models import Amount, CooperationForm, Level, RoundInvitation, SurveyRound
from mapping.reports import in_depth
from mapping.reports.documents import KINDS, render_report, report_stamp
from mapping.reports.figures import read_figures
from mapping.reports.findings import findings, share
from mapping.reports.in_depth import read_register
from tests.challenges.seats import make_area
from tests.factories import make_organisation
from tests.mapping.cooperations import make_department, make_edition, make_round

pytestmark = pytest.mark.django_db

LONG = "Förskole-, grundskole-, gymnasie- och vuxenutbildningsförvaltningen"
HOSTILE = "<script>alert(1)</script> & Co"


@pytest.fixture(autouse=True)
def _no_index():
    forget_indexes()
    yield
    forget_indexes()


def make_some(survey_round=None):
    survey_round = survey_round or make_round()
    culture, school = make_department("Kulturförvaltningen"), make_department(LONG)
    club = make_organisation(name=HOSTILE)
    youth, leisure = make_area("Ungas hälsa"), make_area("Jämlik fritid")
    make_edition(
        survey_round,
        title="Läxhjälp på biblioteket",
        amounts={culture: {2025: 1_250_000}, club: {2025: None}},
        areas=[youth, leisure],
        level=Level.PARTNERSHIP,
    )
    make_edition(survey_round, parties=[school, club], areas=[youth], form=CooperationForm.SUPPORT)
    make_edition(survey_round, parties=[culture, club], form=CooperationForm.SUPPORT)
    return survey_round


def pages_of(data):
    return [page.extract_text() for page in PdfReader(BytesIO(data)).pages]


def text_of(data):
    return re.sub(r"\s+", " ", " ".join(pages_of(data)))


def bookmarks(outline):
    """All bookmarks, those within others too."""
    return [b for item in outline for b in (bookmarks(item) if isinstance(item, list) else [item])]


def test_five_findings_each_with_its_rule():
    found = findings(read_figures(make_some()))
    assert len(found) == 5
    assert all(finding.headline and finding.text and finding.rule for finding in found)
    form, departments, areas, participation, money = found
    assert form.headline == "Vanligast är bidrag och stöd"
    assert "2 av 3 samverkan (67\u00a0%)" in form.text
    assert departments.headline == "Två förvaltningar är med i 100\u00a0% av all samverkan"
    assert "Kulturförvaltningen (2)" in departments.text
    assert areas.headline == "Flest samverkan rör ”Ungas hälsa”"
    assert "1 samverkan har ingen utmaning angiven" in areas.text
    assert participation.headline == "100\u00a0% når dialog eller partnerskap"
    assert "2 saknar nivå" in participation.text
    assert money.headline == "Minst 1\u00a0250\u00a0000 kronor år 2025"
    assert "5 belopp är okända, i 3 av 3 samverkan" in money.text


def test_an_empty_round_has_five_findings_that_say_so():
    found = findings(read_figures(make_round()))
    assert len(found) == 5
    assert found[0].headline == "Ingen form är vanligast"


def test_equal_forms_are_all_named():
    survey_round = make_round()
    make_edition(survey_round, form=CooperationForm.IOP)
    make_edition(survey_round, form=CooperationForm.DIALOGUE)
    headline = findings(read_figures(survey_round))[0].headline
    assert headline == "Vanligast är dialog och idéburet offentligt partnerskap (IOP)"


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [(0, 5, "0"), (1, 1000, "1"), (999, 1000, "99"), (5, 5, "100"), (1, 3, "33"), (0, 0, "0")],
)
def test_something_is_never_none_and_not_all_never_all(part, whole, said):
    assert share(part, whole) == f"{said}\u00a0%"


def test_those_who_did_not_answer_are_named():
    survey_round = make_some()
    for name, reported in (("Silens", None), ("Svarens", timezone.now())):
        organisation = make_organisation(name=name)
        RoundInvitation.objects.create(
            round=survey_round, organisation=organisation, reported_at=reported
        )
    missing = read_figures(survey_round).missing
    assert (missing.invited, missing.answered, missing.silent) == (2, 1, ["Silens"])
    text = text_of(render_report(survey_round, "sammanfattning"))
    assert "1 av 2 inbjudna har inte rapporterat klart: Silens" in text
    assert "Svarens" not in text


def test_each_cooperation_is_told_once_and_referred_to_elsewhere():
    register = read_register(read_figures(make_some()))
    told = [e.number for part in register.areas for group in part.groups for e in group.entries]
    assert sorted(told) == [1, 2, 3]
    elsewhere = [e.title for p in register.areas for g in p.groups for e in g.elsewhere]
    assert elsewhere == ["Läxhjälp på biblioteket"]
    assert register.areas[-1].name == "Ingen samhällsutmaning angiven"


@pytest.mark.parametrize("kind", KINDS)
def test_a_report_is_archival_accessible_sealed_and_dated(kind):
    data = render_report(make_some(), kind)
    assert standards_broken(data[: data.index(b"%%EOF") + 6]) == []
    assert check_seal(data) == Seal.WHOLE
    reader = PdfReader(BytesIO(data))
    assert reader.trailer["/Root"]["/Lang"] == "sv"
    assert f"{timezone.localdate():%Y}" in text_of(data)
    assert len(bookmarks(reader.outline)) > 3


@pytest.mark.parametrize("kind", KINDS)
def test_the_text_has_the_figures(kind):
    survey_round = make_some()
    text = text_of(render_report(survey_round, kind))
    figures = read_figures(survey_round)
    for finding in findings(figures):
        assert finding.headline.replace("\u00a0", " ") in text
    for year in figures.missing.money:
        row = f"{year.year} {year.cooperations} {year.known:,} {year.unknown} {year.uncertain}"
        assert row.replace(",", " ") in text
    assert "<script>" in text  # as text, as somebody wrote it
    assert "Läxhjälp på biblioteket" in text or kind == "sammanfattning"


def test_the_summary_has_four_to_eight_pages_whatever_the_round_holds():
    assert 4 <= len(pages_of(render_report(make_round(), "sammanfattning"))) <= 8
    survey_round = make_round()
    departments = [make_department(f"{LONG} {n}") for n in range(20)]
    areas = [make_area(f"Stadsliv, allmänna platser och lokaler {n}") for n in range(5)]
    for number in range(70):
        organisation = make_organisation(name=f"Riksförbundet för grannar i samverkan {number}")
        RoundInvitation.objects.create(round=survey_round, organisation=organisation)
        make_edition(
            survey_round,
            amounts={departments[number % 20]: {2012 + number % 15: 10**11}, organisation: {}},
            areas=[areas[number % 5]],
            starts_on=date(2012, 1, 1),
        )
    pages = pages_of(render_report(survey_round, "sammanfattning"))
    assert 4 <= len(pages) <= 8
    assert all(len(page.split()) > 30 for page in pages)


@pytest.mark.parametrize("kind", KINDS)
def test_every_page_of_an_invented_round_says_so(kind):
    survey_round = make_some(make_round(1_000_001, invented=True))
    pages = pages_of(render_report(survey_round, kind))
    assert all("PÅHITTADE UPPGIFTER" in page for page in pages)
    assert not any("PÅHITTADE" in page for page in pages_of(render_report(make_some(), kind)))


def test_contents_name_the_pages_where_things_stand():
    reader = PdfReader(BytesIO(render_report(make_some(), "fordjupad")))
    contents = reader.pages[1]
    said = [int(line) for line in contents.extract_text().splitlines() if line.isdigit()]
    places = reader.named_destinations
    # The name and the number of a line are a link each, to the same place.
    led = dict.fromkeys(a.get_object()["/Dest"] for a in contents["/Annots"])
    led_to = [reader.get_destination_page_number(places[name]) + 1 for name in led]
    assert said == led_to
    annex = next(b for b in bookmarks(reader.outline) if b.title == "Bilaga 1: Parter")
    assert reader.get_destination_page_number(annex) + 1 in said


def test_very_many_are_bounded_and_the_report_says_so(monkeypatch):
    monkeypatch.setattr(in_depth, "MOST_COOPERATIONS", 5)
    monkeypatch.setattr(in_depth, "MOST_IN_PART", 2)
    survey_round = make_round()
    department = make_department()
    for _n in range(9):
        make_edition(survey_round, parties=[department, make_organisation()])
    register = read_register(read_figures(survey_round))
    assert register.shown == 2
    assert register.areas[0].left_out == 7
    text = text_of(render_report(survey_round, "fordjupad"))
    assert "Omgången har 9 samverkan." in text
    assert "/oppna-data/" in text


@pytest.mark.parametrize("kind", KINDS)
def test_made_in_the_background_and_served_from_store(client, run_jobs, kind):
    make_some()
    address = f"/kartlaggning/rapport/{kind}.pdf"
    waiting = client.get(address)
    assert waiting.status_code == 503
    assert waiting["Retry-After"]
    assert "görs just nu" in waiting.content.decode()
    run_jobs()
    response = client.get(address)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    assert client.get(address, headers={"if-none-match": response["ETag"]}).status_code == 304


def test_a_change_makes_the_report_stale(client, run_jobs):
    survey_round = make_some()
    client.get("/kartlaggning/rapport/sammanfattning.pdf")
    run_jobs()
    before = report_stamp(survey_round, "sammanfattning")
    Amount.objects.filter(sek=None).update(sek=7)
    assert report_stamp(survey_round, "sammanfattning") != before
    assert client.get("/kartlaggning/rapport/sammanfattning.pdf").status_code == 503


def test_any_published_round_has_its_reports_and_no_other(client):
    make_some(make_round(2025))
    make_round(2026)
    draft = make_round(2027, published=False)
    address = "/kartlaggning/rapport/sammanfattning.pdf"
    earlier = SurveyRound.objects.get(number=2025)
    assert client.get(f"{address}?omgang={earlier.slug}").status_code == 503
    assert client.get(f"{address}?omgang={draft.slug}").status_code == 404
    assert client.get(f"{address}?omgang=banan").status_code == 404
    assert client.get("/kartlaggning/rapport/banan.pdf").status_code == 404
    assert client.post(address).status_code == 405
    assert not StoredDocument.objects.exists()


def test_without_a_published_round_there_is_no_report(client):
    assert client.get("/kartlaggning/rapport/fordjupad.pdf").status_code == 404


def test_an_amount_that_nobody_stated_counts_as_unknown_in_the_register():
    culture, club = make_department(), make_organisation()
    edition = make_edition(
        amounts={culture: {2025: 40_000}, club: {}},
        starts_on=date(2024, 1, 1),
        start_precision="year",
        ends_on=date(2025, 12, 31),
        end_precision="year",
        registry_number="STK-2025-7",
    )
    register = read_register(read_figures(edition.from_round))
    entry = register.areas[0].groups[0].entries[0]
    assert entry.money == "40\u00a0000 kronor känt, 3 belopp okända."
    assert entry.facts.endswith("dnr STK-2025-7")
    assert "2024 – 2025" in entry.facts


def test_a_year_in_which_nothing_ran_is_not_said_to_have_unknown_amounts():
    money = findings(read_figures(make_round(as_of=date(2026, 10, 1))))[4]
    assert money.text == "Ingen samverkan i omgången pågick 2025, så vitt det är känt."


def test_a_partnership_says_in_an_annex_what_each_side_has_promised():
    survey_round = make_round()
    make_edition(
        survey_round,
        title="Boende för unga",
        form=CooperationForm.IOP,
        goals="Fler unga har ett hem.",
        steering="En styrgrupp.",
    )
    make_edition(survey_round, title="Läxhjälp")
    (partnership,) = read_register(read_figures(survey_round)).partnerships
    assert partnership.facts == [("Mål", "Fler unga har ett hem."), ("Styrning", "En styrgrupp.")]
    text = text_of(render_report(survey_round, "fordjupad"))
    assert f"{partnership.number}. Boende för unga Mål: Fler unga har ett hem." in text
