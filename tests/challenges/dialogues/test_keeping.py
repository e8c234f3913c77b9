"""Mina sidor: who may keep a dialogue, and what a host does with it."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from challenges.models import Coordinator, Dialogue, Host, Invitation, Participant
from malmoandan.organisations.models import Membership
from tests.browser import assert_well_formed
from tests.challenges.dialogues.dialogues import (
    FORM,
    make_area,
    make_dialogue,
    make_host,
    make_outcome,
    make_participant,
)
from tests.factories import make_organisation, make_user
from tests.people import make_coordinator, sign_in

State = Dialogue.State
OUTCOME = {"what": "Lampor", "who": "Gatukontoret", "sector": "city", "until": "2027-12-01"}
YESTERDAY = timezone.localdate() - timedelta(days=1)
# Path below the dialogue, method, and what it answers to who may.
PAGES = [
    ("", "get", 200),
    ("andra/", "get", 200),
    ("andra/", "post", 422),
    ("oppna/", "post", 302),
    ("bjud-in/", "get", 302),
    ("bjud-in/", "post", 302),
    ("stall-in/", "get", 302),
    ("stall-in/", "post", 302),
    ("hallen/", "post", 302),
    ("deltagare/", "get", 200),
    ("deltagare.csv", "get", 200),
    ("anteckningar/", "get", 200),
    ("anteckningar/", "post", 302),
    ("anteckningar/godkann/", "post", 302),
    ("resultat/", "get", 200),
    ("resultat/", "post", 422),
    ("resultat/{outcome}/", "get", 200),
    ("resultat/{outcome}/", "post", 422),
    ("resultat/{outcome}/ta-bort/", "post", 302),
]


@pytest.fixture
def area(db):
    return make_area("Stadsliv")


@pytest.fixture
def host(area):
    return make_host(area, "civil", name="Hanna Ek")


def former_host(area):
    return make_host(area, "city", last_day=YESTERDAY)


def base(dialogue):
    return f"/mina-sidor/dialoger/{dialogue.slug}/"


@pytest.mark.parametrize(("path", "method", "answer"), PAGES)
def test_each_address_opens_for_the_host_and_nobody_else(area, host, path, method, answer):
    dialogue = make_dialogue(State.HELD, areas=[area])
    address = base(dialogue) + path.format(outcome=make_outcome(dialogue, published=False).pk)
    make_participant(dialogue, name="Bodil Al")
    before = Dialogue.objects.values().get(), list(dialogue.outcomes.values())

    def ask(client):
        return getattr(client, method)(address)

    strangers = [ask(sign_in(who)) for who in (make_user(), former_host(area))]
    other = ask(sign_in(make_host(make_area())))
    unproven = ask(sign_in(make_coordinator()))
    assert [response.status_code for response in strangers] == [404, 404]
    assert other.status_code == 403
    assert unproven["Location"].startswith("/konto/")
    assert not any(b"Bodil" in r.content for r in [*strangers, other, unproven])
    assert (Dialogue.objects.values().get(), list(dialogue.outcomes.values())) == before

    assert ask(sign_in(host)).status_code == answer


@pytest.mark.parametrize(("path", "method", "_answer"), PAGES)
def test_another_areas_draft_is_not_there_for_its_hosts(area, path, method, _answer):
    dialogue = make_dialogue(State.PLANNED, areas=[area])
    address = base(dialogue) + path.format(outcome=1)

    response = getattr(sign_in(make_host(make_area())), method)(address)
    assert response.status_code == 404


@pytest.mark.parametrize(("path", "method", "answer"), PAGES)
def test_a_coordinator_may_do_the_same_in_every_area(area, path, method, answer):
    dialogue = make_dialogue(State.HELD, areas=[area])
    address = base(dialogue) + path.format(outcome=make_outcome(dialogue, published=False).pk)

    client = sign_in(make_coordinator(), second_factor=True)
    assert getattr(client, method)(address).status_code == answer


@pytest.mark.parametrize("address", ["/mina-sidor/dialoger/", "/mina-sidor/dialoger/planera/"])
def test_the_list_and_planning_are_for_those_who_keep_dialogues(client, area, host, address):
    assert client.get(address)["Location"].startswith("/konto/logga-in/")
    assert sign_in(make_user()).get(address).status_code == 404
    assert sign_in(former_host(area)).get(address).status_code == 404
    assert sign_in(host).get(address).status_code == 200


def test_a_host_sees_the_own_areas_dialogues_alone(area, host):
    make_dialogue(State.PLANNED, areas=[area], title="Mitt utkast")
    make_dialogue(title="En annan utmanings")
    html = sign_in(host).get("/mina-sidor/dialoger/").content.decode()

    assert "Mitt utkast" in html
    assert "En annan" not in html


def test_a_host_plans_in_the_own_area_alone(area, host):
    client, elsewhere = sign_in(host), make_area()
    refused = client.post("/mina-sidor/dialoger/planera/", FORM | {"areas": [elsewhere.pk]})
    taken = client.post("/mina-sidor/dialoger/planera/", FORM | {"areas": [area.pk]})
    dialogue = Dialogue.objects.get()

    assert refused.status_code == 422
    assert list(refused.context["form"].errors) == ["areas"]
    assert taken["Location"] == base(dialogue)
    assert (dialogue.state, dialogue.when) == ("planned", "11 maj 2027 kl. 17.30–19.00")


def test_a_host_cannot_take_a_shared_dialogue_from_another_area(area, host):
    other = make_area()
    dialogue = make_dialogue(areas=[area, other])
    sign_in(host).post(base(dialogue) + "andra/", FORM | {"areas": [area.pk]})

    assert set(dialogue.areas.all()) == {area, other}
    assert Dialogue.objects.get().title == FORM["title"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", "x" * 201),
        ("title", "Om 850709-9805"),
        ("title", "a\0b"),
        ("areas", []),
        ("areas", ["x"]),
        ("areas", ["9" * 30]),
        ("form", "kafferep"),
        ("sector", ""),
        ("day", "11/05/2027"),
        ("day", ""),
        ("day", "0001-01-01"),
        ("day", "9999-12-31"),
        ("starts", "halv sex"),
        ("starts", ""),
        ("ends", "25:00"),
        ("ends", "17:30"),
        ("ends", "17:00"),
        ("last_day", "2027-13-01"),
        ("place", ""),
        ("place", "p" * 201),
        ("directions", "d" * 1001),
        ("accessibility", "a" * 1001),
        ("online_address", "javascript:alert(1)"),
        ("online_address", "ftp://example.org/"),
        ("seats", "0"),
        ("seats", "-1"),
        ("seats", "1e9"),
        ("seats", "99999999999999999999"),
        ("method", "m" * 201),
        ("agenda", "a" * 10_001),
    ],
)
def test_bad_input_is_told_beside_its_field_and_the_rest_kept(area, host, field, value):
    data = FORM | {"areas": [area.pk]} | {field: value}
    response = sign_in(host).post("/mina-sidor/dialoger/planera/", data)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert "hörslinga" in response.content.decode() or field == "accessibility"
    assert_well_formed(response.content.replace(b"\0", b""))


@pytest.mark.parametrize(
    ("day", "clock", "words"),
    [("2027-03-28", "02:30", "finns inte"), ("2026-10-25", "02:30", "två gånger")],
)
def test_a_time_that_the_night_lacks_or_has_twice_is_explained(area, host, day, clock, words):
    data = FORM | {"areas": [area.pk], "day": day, "starts": clock, "ends": "04:00"}
    response = sign_in(host).post("/mina-sidor/dialoger/planera/", data)

    assert response.status_code == 422
    assert words in response.context["form"].errors["starts"][0]


def test_fewer_seats_than_people_is_told_beside_the_field(area, host):
    dialogue = make_dialogue(areas=[area], seats=3)
    for _number in range(2):
        make_participant(dialogue)
    data = FORM | {"areas": [area.pk], "seats": "1"}
    response = sign_in(host).post(base(dialogue) + "andra/", data)

    assert response.context["form"].errors["seats"] == ["2 personer har redan en plats."]


def test_inviting_shows_each_row_first_and_sends_once(area, host, smtp, run_jobs):
    known = make_organisation(name="Odlarna")
    person = make_user("odlare@example.org")
    Membership.objects.create(organisation=known, person=person)
    nobody = make_organisation(name="Ingen känd")
    dialogue = make_dialogue(State.PLANNED, areas=[area])
    address, client = base(dialogue) + "bjud-in/", sign_in(host)
    data = {
        "organisations": [known.pk, nobody.pk],
        "addresses": "Bo <bo@example.org>\nfel\nBO@example.org",
    }

    preview = client.post(address, data)
    html = preview.content.decode()
    assert [bool(row.error) for row in preview.context["rows"]] == [True, False, False, True, True]
    assert "odlare@example.org" not in html
    assert Invitation.objects.count() == 0
    for _click in range(2):
        client.post(address, data | {"send": "1"})
    run_jobs()
    assert sorted(m["To"] for m in smtp.messages) == ["bo@example.org", "odlare@example.org"]


def test_searching_keeps_what_was_chosen_and_typed(area, host):
    chosen, found = make_organisation(name="Odlarna"), make_organisation(name="Seglarna")
    dialogue = make_dialogue(areas=[area])
    data = {"organisations": [chosen.pk], "q": "segl", "addresses": "bo@exam", "search": "1"}
    response = sign_in(host).post(base(dialogue) + "bjud-in/", data)
    html = response.content.decode()

    assert response.status_code == 200
    assert html.count("checked") == 1
    assert chosen.name in html
    assert found.name in html
    assert "bo@exam" in html


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"addresses": "a@example.org\n" * 501},
        {"organisations": ["x"]},
        {"organisations": ["999999999999999999"]},
        {"q": "\0", "addresses": "\0"},
    ],
)
def test_an_invitation_to_nobody_or_nonsense_is_refused(area, host, data):
    dialogue = make_dialogue(areas=[area])
    response = sign_in(host).post(base(dialogue) + "bjud-in/", data)

    assert response.status_code == 422
    assert Invitation.objects.count() == 0


def test_the_list_of_participants_is_guarded_against_formulas(area, host):
    dialogue = make_dialogue(areas=[area])
    make_participant(dialogue, name="=cmd()", needs="Tolk")
    make_participant(dialogue, Participant.State.CANCELLED, name="Borta")
    response = sign_in(host).get(base(dialogue) + "deltagare.csv")
    text = response.content.decode("utf-8-sig")

    assert "'=cmd()" in text
    assert "Tolk" in text
    assert "Borta" not in text


def test_one_approval_from_each_sector_publishes_the_notes(area, host):
    dialogue = make_dialogue(State.HELD, areas=[area])
    city = make_host(area, "city")
    sign_in(host).post(base(dialogue) + "anteckningar/", {"notes": "Vi enades."})
    for person in (host, host, city):
        assert Dialogue.objects.get().published_notes == ""
        page = sign_in(person).get(base(dialogue) + "anteckningar/")
        assert ("digest" in page.content.decode()) or person == host
        data = {"digest": Dialogue.objects.get().digest}
        sign_in(person).post(base(dialogue) + "anteckningar/godkann/", data)

    assert Dialogue.objects.get().published_notes == "Vi enades."


def test_a_vacant_seat_is_approved_by_the_coordinator_of_its_sector(area, host):
    dialogue = make_dialogue(State.HELD, areas=[area], notes="Vi enades.")
    for sector in ("civil", "city"):
        coordinator = make_coordinator(f"{sector}@example.org")
        Coordinator.objects.create(sector=sector, account=coordinator, first_day=date(2020, 1, 1))
        client = sign_in(coordinator, second_factor=True)
        client.post(base(dialogue) + "anteckningar/godkann/", {"digest": dialogue.digest})

    assert [row.sector for row in dialogue.approvals.all()] == ["city"]


def test_outcomes_are_added_followed_up_and_removed(area, host):
    dialogue, client = make_dialogue(State.HELD, areas=[area]), sign_in(host)
    client.post(base(dialogue) + "resultat/", OUTCOME)
    outcome = dialogue.outcomes.get()
    address = f"{base(dialogue)}resultat/{outcome.pk}/"
    refused = client.post(address, {"status": "dropped", "note": "", "until": ""})
    client.post(address, {"status": "done", "note": "Klart nu.", "until": ""})
    outcome.refresh_from_db()

    assert refused.status_code == 422
    assert (outcome.status, outcome.note) == ("done", "Klart nu.")
    client.post(f"{address}ta-bort/")
    assert not dialogue.outcomes.exists()


def test_an_outcome_of_another_dialogue_is_not_reached_through_ones_own(area, host):
    dialogue, foreign = make_dialogue(State.HELD, areas=[area]), make_outcome(make_dialogue())

    address = f"{base(dialogue)}resultat/{foreign.pk}/"
    assert sign_in(host).get(address).status_code == 404


def test_what_waits_stands_on_the_coordinators_first_page(area):
    make_dialogue(State.HELD, areas=[area], title="Utan anteckningar")
    make_dialogue(State.HELD, areas=[area], title="Att godkänna", notes="Text.")
    client = sign_in(make_coordinator(), second_factor=True)
    html = client.get("/admin/").content.decode()

    assert "Utan anteckningar: inga anteckningar" in html
    assert "Att godkänna: anteckningarna väntar på godkännande" in html
    pk = Dialogue.objects.first().pk
    assert client.get(f"/admin/challenges/dialogue/{pk}/change/").status_code == 200
    assert client.get(f"/admin/challenges/dialogue/{pk}/history/").status_code == 200


def test_who_moved_a_dialogue_to_another_area_is_in_the_history(area, host):
    dialogue = make_dialogue(areas=[area])
    other = make_area("Arbete")
    Host.objects.create(area=other, sector="city", account=host, first_day=date(2020, 1, 1))
    moved = FORM | {"areas": [other.pk]}
    path = f"/mina-sidor/dialoger/{dialogue.slug}/andra/"
    assert sign_in(host).post(path, moved).status_code == 302
    desk = sign_in(make_coordinator(), second_factor=True)
    page = desk.get(f"/admin/challenges/dialogue/{dialogue.pk}/history/")
    told = [(s.about, s.what, s.who) for s in page.context["steps"] if "Hanna" in s.who]
    assert told[-2:] == [
        ("Samhällsutmaning Arbete", "Tillagd", f"Hanna Ek ({host.email})"),
        ("Samhällsutmaning Stadsliv", "Borttagen", f"Hanna Ek ({host.email})"),
    ]
