"""The public pages: lists, one dialogue, sign-up and the participant's own page."""

from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone

from challenges.dialogues import actions
from challenges.models import Dialogue, Participant
from tests.browser import assert_well_formed
from tests.challenges.dialogues.dialogues import (
    ADA,
    link_in,
    make_area,
    make_dialogue,
    make_outcome,
    make_participant,
)
from tests.mailbox import text_of

State = Dialogue.State
OTHERS = [ADA | {"email": f"person{n}@example.org"} for n in range(3)]


def test_the_list_shows_what_comes_and_what_was_but_no_draft(client, db):
    make_dialogue(title="Kommer")
    make_dialogue(State.HELD, title="Hölls")
    make_dialogue(State.CANCELLED, title="Ställdes in")
    make_dialogue(State.PLANNED, title="Utkast")
    response = client.get("/dialoger/")
    html = response.content.decode()

    assert_well_formed(response.content)
    assert all(title in html for title in ("Kommer", "Hölls", "Ställdes in"))
    assert "Utkast" not in html


def test_the_list_of_one_area_and_its_files_hold_that_area_alone(client, db):
    area = make_area("Stadsliv")
    make_dialogue(areas=[area, make_area()], title="Den här")
    make_dialogue(title="En annan")

    for address in ("/dialoger/", "/dialoger.ics", "/dialoger.atom"):
        body = client.get(address, {"omrade": area.slug}).content.decode()
        assert "Den här" in body
        assert "En annan" not in body


@pytest.mark.parametrize("address", ["/dialoger/", "/dialoger.ics", "/dialoger.atom"])
def test_an_unknown_area_is_said_to_be_unknown(client, db, address):
    assert client.get(address, {"omrade": "finns-inte\0"}).status_code == 400


def test_the_list_asks_as_many_questions_for_thirty_as_for_three(
    client, db, django_assert_num_queries
):
    area = make_area()
    for number in range(30):
        start = timezone.now() + timedelta(days=number - 15)
        make_dialogue(areas=[area], starts_at=start)

    with django_assert_num_queries(6):
        client.get("/dialoger/")


@pytest.mark.parametrize("ending", ["/", ".ics", "/anmald/"])
def test_a_draft_has_no_public_address(client, db, ending):
    dialogue = make_dialogue(State.PLANNED)

    assert client.get(f"/dialoger/{dialogue.slug}{ending}").status_code == 404


def test_who_signs_up_learns_by_mail_alone(client, smtp, run_jobs):
    dialogue = make_dialogue(seats=1, online_address="https://mote.example.org/hemligt")
    pages = []
    for person in [ADA, OTHERS[0], ADA]:
        answer = client.post(dialogue.get_absolute_url(), person, follow=True)
        pages.append(answer.content)
    run_jobs()

    assert pages[0] == pages[1] == pages[2]
    [first], [second] = smtp.to(ADA["email"]), smtp.to(OTHERS[0]["email"])
    assert first["Subject"].startswith("Du har en plats")
    assert second["Subject"].startswith("Du står i kö")
    assert ["hemligt" in text_of(m) for m in (first, second)] == [True, False]


def test_the_page_never_shows_the_online_address_or_who_comes(client, db):
    dialogue = make_dialogue(online_address="https://mote.example.org/hemligt")
    make_participant(dialogue, name="Bodil Al", email="bodil@example.org")
    html = client.get(dialogue.get_absolute_url()).content.decode()

    assert "hemligt" not in html
    assert "odil" not in html


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "---"},
        {"name": "x" * 151},
        {"name": "850709-9805"},
        {"email": ""},
        {"email": "ingen adress"},
        {"email": "a@b\0.se"},
        {"organisation": "o" * 201},
        {"needs": "n" * 1001},
        {"needs": "a\0b"},
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_the_rest_kept(client, db, wrong):
    dialogue = make_dialogue()
    response = client.post(dialogue.get_absolute_url(), ADA | {"needs": "Tolk"} | wrong)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == list(wrong)
    assert_well_formed(response.content.replace(b"\0", b""))
    assert ("Tolk" in response.content.decode()) == ("needs" not in wrong)
    assert Participant.objects.count() == 0


def test_a_flood_of_sign_ups_from_one_place_is_stopped(client, db, settings):
    settings.ATTEMPTS = {"dialogue_sign_up": "20/d/ip"}
    dialogue = make_dialogue()
    answers = [client.post(dialogue.get_absolute_url()).status_code for _try in range(21)]

    assert answers == 20 * [422] + [429]


@pytest.mark.parametrize("in_cache", [True, False])
def test_who_presses_again_during_an_outage_has_not_tried_too_often(
    client, db, settings, monkeypatch, in_cache
):
    settings.ATTEMPTS_IN_CACHE = in_cache
    client.raise_request_exception = False
    address = make_dialogue().get_absolute_url()

    def fail(**_fields):
        raise OperationalError

    with monkeypatch.context() as outage:
        outage.setattr(actions, "sign_up", fail)
        answers = {client.post(address, ADA).status_code for _try in range(12)}

    assert answers == {503}
    assert client.post(address, ADA).status_code == 302


@pytest.mark.parametrize(
    "fields",
    [
        {"state": State.CANCELLED},
        {"state": State.HELD},
        {"starts_at": timezone.now() - timedelta(hours=1)},
    ],
)
def test_too_late_is_said_in_words(client, db, fields):
    dialogue = make_dialogue(**fields)
    response = client.post(dialogue.get_absolute_url(), ADA)

    assert response.status_code == 410
    assert "notice" in response.content.decode()
    assert Participant.objects.count() == 0


def test_the_link_in_the_mail_changes_nothing_by_itself(client, smtp, run_jobs):
    dialogue = make_dialogue(online_address="https://mote.example.org/hemligt")
    client.post(dialogue.get_absolute_url(), ADA)
    run_jobs()
    link = link_in(smtp.messages[0])
    before = Participant.objects.values().get()
    response = client.get(link)

    assert "hemligt" in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    assert client.get(f"{link}avboka/").status_code == 405
    assert Participant.objects.values().get() == before


def test_a_participant_changes_and_cancels_by_the_link(client, smtp, run_jobs):
    dialogue = make_dialogue()
    client.post(dialogue.get_absolute_url(), ADA)
    run_jobs()
    link = link_in(smtp.messages[0])

    changed = {"name": "Ada Ek", "organisation": "Odlarna", "needs": "Tolk"}
    assert client.post(link, changed).status_code == 302
    assert Participant.objects.get().needs == "Tolk"
    assert client.post(link, changed | {"name": ""}).status_code == 422
    assert client.post(f"{link}avboka/").status_code == 302
    assert Participant.objects.get().state == Participant.State.CANCELLED
    assert client.post(link, changed).status_code == 410


def test_a_made_up_link_finds_nobody(client, db):
    make_participant(make_dialogue())

    assert client.get("/dialoger/anmalan/gissat/").status_code == 404
    assert client.post("/dialoger/anmalan/gissat/avboka/").status_code == 404


def test_a_mail_is_in_the_language_of_the_sign_up(client, smtp, run_jobs):
    dialogue = make_dialogue()
    client.post(dialogue.get_absolute_url() + "?sprak=en", ADA)
    run_jobs()

    assert smtp.messages[0]["Content-Language"] == Participant.objects.get().language


def test_an_area_shows_its_dialogues_and_follows_up_what_they_led_to(client, db):
    area = make_area()
    make_dialogue(areas=[area], title="Nästa möte")
    held = make_dialogue(State.HELD, areas=[area], title="Förra mötet")
    make_outcome(held, what="Lysa upp torget", until=timezone.localdate() - timedelta(days=1))
    make_outcome(held, what="Ännu inte godkänt", published=False)
    html = client.get(f"/utmaningar/{area.slug}/").content.decode()

    assert all(text in html for text in ("Nästa möte", "Förra mötet", "Lysa upp torget"))
    assert "försenat" in html
    assert "Ännu inte godkänt" not in html


def test_only_approved_notes_are_shown(client, db):
    dialogue = make_dialogue(State.HELD, notes="Utkast.", published_notes="Godkänt **nu**.")
    dialogue.notes_published_at = timezone.now()
    dialogue.save()
    html = client.get(dialogue.get_absolute_url()).content.decode()

    assert "Godkänt <strong>nu</strong>." in html
    assert "Utkast" not in html


def test_both_sides_share_dialogues_and_outcomes_year_by_year(client, db):
    held = make_dialogue(State.HELD, sector="both")
    make_outcome(held, sector="city")
    html = client.get("/utmaningar/").content.decode()

    assert "Vem som har bjudit in till dialogerna" in html
    assert "Vem som tar resultaten vidare" in html
