"""Every address of the survey for every role, and what reporters and coordinators do there."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from malmoandan.organisations.models import Membership, Organisation
from mapping.models import (
    Confirmation,
    CooperationEdition,
    Objection,
    ReportDraft,
    ReportFile,
    SurveyRound,
)
from mapping.survey import upload
from mapping.survey.sheets import known_organisations
from tests.factories import make_organisation, make_user
from tests.mapping.cooperations import make_edition, make_round
from tests.mapping.survey.rounds import (
    as_file,
    fill,
    make_department,
    make_open_round,
    report,
    reporter,
    template_of,
)
from tests.people import make_coordinator, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def writer():
    return reporter(make_open_round(), make_department(), make_user("fritid@malmo.example"))


@pytest.fixture
def association():
    return make_organisation(name="Läxhjälparna")


@pytest.fixture
def client_of(writer):
    return sign_in(writer.by)


@pytest.fixture
def desk():
    return sign_in(make_coordinator("anna@example.org"), second_factor=True)


def page(writer, step=""):
    return f"/mina-sidor/kartlaggning/{writer.round.slug}/{writer.organisation.slug}/{step}"


def sheet(writer, **cells):
    book = template_of(writer)
    fill(book["Samverkan"], 30, **({"Nr": 9, "Rubrik": "Ny", "Form": "Dialog"} | cells))
    fill(book["Parter och pengar"], 30, Nr=9, Part="Läxhjälparna")
    return SimpleUploadedFile("mall.xlsx", as_file(book).read())


STEPS = ["", "avsluta/laxhjalp/", "mall.xlsx", "utkast/1/vad/", "fil/1/", "fil/1/fel.xlsx"]
POSTS = ["bekrafta/", "klar/", "ny/", "andra/laxhjalp/", "angra/laxhjalp/", "fil/"]
POSTS += ["utkast/1/slang/", "fil/1/spara/", "avsluta/laxhjalp/"]


@pytest.mark.parametrize("step", STEPS)
def test_strangers_meet_the_sign_in_and_then_nothing(client, writer, association, step):
    report(writer, association)
    assert client.get(page(writer, step)).status_code == 302
    assert sign_in(make_user()).get(page(writer, step)).status_code == 404
    member = make_user()
    Membership.objects.create(person=member, organisation=association)
    assert sign_in(member).get(page(writer, step)).status_code == 404


@pytest.mark.parametrize("step", POSTS)
def test_strangers_change_nothing(client, writer, association, step):
    report(writer, association)
    assert client.post(page(writer, step)).status_code == 302
    assert sign_in(make_user()).post(page(writer, step)).status_code == 404
    assert CooperationEdition.objects.count() == 1


@pytest.mark.parametrize(
    "step", ["bekrafta/", "klar/", "ny/", "andra/laxhjalp/", "angra/laxhjalp/"]
)
def test_a_link_that_is_followed_changes_nothing(client_of, writer, step):
    assert client_of.get(page(writer, step)).status_code == 405


def test_a_round_in_preparation_is_nobodys_business(client_of, writer):
    SurveyRound.objects.update(state=SurveyRound.State.DRAFT)
    assert client_of.get(page(writer)).status_code == 404


def test_a_member_may_report_as_the_invited_address_may(writer):
    member = make_user()
    Membership.objects.create(person=member, organisation=writer.organisation)
    client = sign_in(member)
    assert "Lägg till en samverkan" in client.get(page(writer)).text
    assert writer.round.name in client.get("/mina-sidor/").text


def test_the_link_sends_a_code_only_by_its_button(client, writer, mailoutbox):
    address = f"/mina-sidor/kartlaggning/lank/{writer.invitation.token}/"
    assert "Skicka koden" in client.get(address).text
    assert not mailoutbox
    assert client.post(address)["Location"].endswith("/kod/")
    assert mailoutbox[0].to == ["fritid@malmo.example"]
    assert client.get("/mina-sidor/kartlaggning/lank/x/").status_code == 404


def test_a_cooperation_is_reported_step_by_step_and_the_draft_is_kept(
    client_of, writer, association
):
    reporter(writer.round, association)
    first = client_of.post(page(writer, "ny/"))["Location"]
    what = {"title": "Läxhjälp", "form": "joint", "description": "Varje tisdag"}
    assert client_of.post(first, {"form": "joint"}).status_code == 422
    parties = client_of.post(first, what)["Location"]
    assert "Läxhjälparna" in client_of.get(parties, {"q": "läx"}).text
    assert client_of.post(parties, {"next": 1})["Location"] == parties
    client_of.post(parties, {"add": association.pk})
    new = {"new": 1, "name": "Odlarna", "kind": "association"}
    assert client_of.post(parties, {**new, "name": ""}).status_code == 422
    client_of.post(parties, new)
    when = client_of.post(parties, {"next": 1})["Location"]
    wrong = client_of.post(when, {"starts": "2020", "until": "ends", "ends": "2019"})
    assert wrong.status_code == 422
    assert "Slutet kan inte ligga före början" in wrong.text
    how = client_of.post(when, {"starts": "2020", "until": "ongoing"})["Location"]
    money = client_of.post(how, {"level": "dialogue", "steps": ["agenda"]})["Location"]
    assert "Läxhjälp" in client_of.get(page(writer)).text
    key, own = association.pk, writer.organisation.pk
    amounts = {f"sek_{own}_2025": "150 000", f"unknown_{key}_2025": "on"}
    assert client_of.post(money, {f"sek_{own}_2025": "mycket"}).status_code == 422
    more = client_of.post(money, amounts)["Location"]
    check = client_of.post(more, {"registry_number": "STK-1"})["Location"]
    assert "150\u00a0000 kr" in client_of.get(check).text
    assert not CooperationEdition.objects.exists()
    for _time in range(2):
        client_of.post(check)
    edition = CooperationEdition.objects.get()
    assert edition.ongoing
    assert edition.parties.count() == 3
    assert Organisation.objects.get(name="Odlarna").parties.count() == 1
    said = {a.party.organisation_id: a.sek for p in edition.parties.all() for a in p.amounts.all()}
    assert said == {own: 150_000, key: None}
    assert not ReportDraft.objects.exists()


def test_a_change_begins_with_what_stands(client_of, writer, association):
    report(writer, association)
    check = client_of.post(page(writer, "andra/laxhjalp/"))["Location"]
    assert "Läxhjälparna" in client_of.get(check).text
    what = check.replace("kontrollera", "vad")
    back = client_of.post(f"{what}?till=kontrollera", {"title": "Ny rubrik", "form": "iop"})
    assert back["Location"] == check
    client_of.post(check)
    assert CooperationEdition.objects.get().title == "Ny rubrik"


def test_a_partnership_has_a_step_of_its_own(client_of, writer, association):
    report(writer, association)
    check = client_of.post(page(writer, "andra/laxhjalp/"))["Location"]
    step = check.replace("kontrollera", "iop")
    assert client_of.get(step).status_code == 404
    client_of.post(check.replace("kontrollera", "vad"), {"title": "IOP", "form": "iop"})
    client_of.post(step, {"goals": "Fler klarar skolan"})
    client_of.post(check)
    assert CooperationEdition.objects.get().goals == "Fler klarar skolan"


def test_confirm_end_undo_and_done(client_of, writer, association):
    report(writer, association)
    later = reporter(make_open_round(2027), writer.organisation, writer.by)
    client_of.post(page(later, "bekrafta/"), {"samverkan": "laxhjalp"})
    assert Confirmation.objects.count() == 1
    assert client_of.post(page(later, "bekrafta/"), {"samverkan": "x"}).status_code == 404
    assert client_of.post(page(later, "avsluta/laxhjalp/"), {"ended": "igår"}).status_code == 422
    client_of.post(page(later, "avsluta/laxhjalp/"), {"ended": "2026"})
    assert "Har upphört" in client_of.get(page(later)).text
    client_of.post(page(later, "angra/laxhjalp/"))
    assert "inte besvarad än" in client_of.get(page(later)).text
    client_of.post(page(later, "klar/"))
    assert "Ni sade er vara klara" in client_of.get(page(later)).text


def test_a_closed_round_is_read_and_says_so(client_of, writer, association):
    report(writer, association)
    SurveyRound.objects.update(state=SurveyRound.State.CLOSED)
    assert "tar inte emot rapporter" in client_of.get(page(writer)).text
    answer = client_of.post(page(writer, "ny/"), follow=True)
    assert "Inget ändrades" in answer.text
    assert not ReportDraft.objects.exists()


def test_a_sheet_is_looked_at_before_it_is_saved(client_of, writer, association):
    reporter(writer.round, association)
    shown = client_of.post(page(writer, "fil/"), {"file": sheet(writer)}, follow=True)
    assert "Det här sparas" in shown.text
    assert not CooperationEdition.objects.exists()
    kept = ReportFile.objects.get()
    client_of.post(page(writer, f"fil/{kept.pk}/spara/"))
    again = client_of.post(page(writer, f"fil/{kept.pk}/spara/"), follow=True)
    assert "inget nytt" in again.text
    assert CooperationEdition.objects.get().title == "Ny"


def test_a_sheet_with_mistakes_names_them_and_hands_out_the_bad_rows(
    client_of, writer, association
):
    shown = client_of.post(page(writer, "fil/"), {"file": sheet(writer, Form="X")}, follow=True)
    assert "Ordet finns inte i listan" in shown.text
    kept = ReportFile.objects.get()
    assert client_of.post(page(writer, f"fil/{kept.pk}/spara/")).status_code == 409
    assert client_of.get(page(writer, f"fil/{kept.pk}/fel.xlsx")).content[:2] == b"PK"
    assert not CooperationEdition.objects.exists()


@pytest.mark.parametrize("content", [b"", b"PK", b"hej", b"%PDF-1.4\n%%EOF"])
def test_what_is_no_sheet_is_refused_beside_the_field(client_of, writer, content):
    file = SimpleUploadedFile("mall.xlsx", content)
    assert client_of.post(page(writer, "fil/"), {"file": file}).status_code == 422


def test_a_party_objects_and_a_coordinator_decides(writer, association, desk):
    report(writer, association)
    party = reporter(writer.round, association)
    client = sign_in(party.by)
    address = page(party, "invand/laxhjalp/")
    assert "Läxhjälp" in client.get(page(party)).text
    assert client.post(address, {"text": ""}).status_code == 422
    for _time in range(2):
        client.post(address, {"text": "Vi är inte med."})
    objection = Objection.objects.get()
    assert "Läxhjälparna: Läxhjälp" in desk.get("/admin/").text
    decide = f"/admin/mapping/objection/{objection.pk}/besluta/"
    assert desk.get(decide).status_code == 403
    assert desk.post(decide, {"answer": ""}).status_code == 422
    desk.post(decide, {"answer": "Det stämmer, vi rättar.", "upheld": "1"})
    late = desk.post(decide, {"answer": "Nej, det gör vi inte."}, follow=True)
    assert "Någon hann före" in late.text
    objection.refresh_from_db()
    assert objection.state == Objection.State.UPHELD
    assert "vi rättar" in client.get(page(party)).text


def test_a_coordinator_opens_invites_follows_and_publishes(desk, association):
    department = make_department()
    survey_round = make_open_round(state=SurveyRound.State.DRAFT)
    base = f"/admin/mapping/surveyround/{survey_round.pk}/"
    assert department.name in desk.get(f"{base}bjud-in/", {"slag": "department"}).text
    wrong = desk.post(f"{base}bjud-in/", {"rows": "Ingen alls; x@y.se\nLäxhjälparna; x"})
    assert wrong.status_code == 422
    assert "Rad 1" in wrong.text
    rows = f"{department.name}; fritid@malmo.example\nLäxhjälparna; lax@x.example"
    desk.post(f"{base}bjud-in/", {"rows": rows})
    desk.post(f"{base}steg/oppna/")
    assert "0 av 2 är klara" in desk.get(f"{base}laget/").text
    for step in ("paminn", "stang", "publicera"):
        desk.post(f"{base}steg/{step}/")
    survey_round.refresh_from_db()
    assert survey_round.is_published
    assert "inte i det läget" in desk.post(f"{base}steg/stang/", follow=True).text
    assert desk.get(f"{base}steg/oppna/").status_code == 403


def test_a_coordinator_reports_for_others_after_the_last_day(desk, writer, association):
    report(writer, association)
    SurveyRound.objects.update(state=SurveyRound.State.CLOSED)
    check = desk.post(page(writer, "andra/laxhjalp/"))["Location"]
    assert desk.get(check).status_code == 200


@pytest.mark.parametrize("step", ["laget/", "bjud-in/", "steg/oppna/", "change/", ""])
def test_nobody_but_coordinators_gets_to_the_board(client, writer, step):
    base = (
        f"/admin/mapping/surveyround/{writer.round.pk}/" if step else "/admin/mapping/surveyround/"
    )
    assert client.get(base + step).status_code == 302
    assert sign_in(make_user()).get(base + step).status_code == 403
    staff = sign_in(make_user(is_staff=True), second_factor=True)
    assert staff.get(base + step).status_code == 403


def test_the_template_names_no_organisation_that_only_began_to_sign(writer):
    make_organisation(name="Hemliga sällskapet")
    names = upload.template(writer)
    assert "Hemliga" not in str(names)
    book = template_of(writer)
    words = {cell.value for row in book["Listor"].iter_rows() for cell in row}
    assert writer.organisation.name in words
    assert "Hemliga sällskapet" not in words


def test_who_is_invented_is_never_suggested_in_a_true_round(writer, association):
    invented = make_round(1_000_026, invented=True)
    city, club = make_department("Förvaltningen för prov"), make_organisation(name="Provarna")
    make_edition(invented, parties=[city, club])
    report(writer, association)
    names = [row.name for row in known_organisations(writer.round)]
    assert names == ["Fritidsförvaltningen", "Läxhjälparna"]
    assert {"Förvaltningen för prov", "Provarna"} <= {o.name for o in known_organisations(invented)}
