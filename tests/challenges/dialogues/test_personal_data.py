"""What is stored of a person around dialogues can be fetched and erased; and what search finds."""

from challenges.models import Approval, Dialogue, Invitation, Participant
from malmoandan.accounts import data_rights
from malmoandan.running import history
from tests.challenges.dialogues.dialogues import make_dialogue, make_participant
from tests.factories import make_user


def test_a_person_gets_what_is_stored_of_sign_ups_and_invitations(db):
    person = make_user("ada@example.org", name="Ada Ek")
    dialogue = make_dialogue(title="Trygga torg", created_by=person)
    make_participant(dialogue, email="ada@example.org", needs="Tolk")
    Invitation.objects.create(dialogue=dialogue, email="ada@example.org")
    data = data_rights.export(person)

    assert data["anmälningar till dialoger"][0]["behov"] == "Tolk"
    assert data["inbjudningar till dialoger"][0]["dialog"] == "Trygga torg"
    assert data["dialoger du har planerat"][0]["dialog"] == "Trygga torg"


def test_erasing_a_person_takes_sign_ups_and_names_but_keeps_the_dialogue(smtp, run_jobs):
    person = make_user("ada@example.org", name="Ada Ek")
    notes = "Ada Ek berättade om torget."
    dialogue = make_dialogue(
        Dialogue.State.HELD, created_by=person, notes=notes, published_notes=notes
    )
    make_participant(dialogue, email="ada@example.org", name="Ada Ek")
    Invitation.objects.create(dialogue=dialogue, email="ada@example.org")
    Approval.objects.create(dialogue=dialogue, sector="civil", by=person)
    data_rights.erase(person)
    dialogue.refresh_from_db()

    assert not Participant.objects.exists()
    assert not Invitation.objects.exists()
    assert not history.events_of(Participant).exists()
    assert "Ada" not in dialogue.notes + dialogue.published_notes
    assert not history.events_of(Dialogue).filter(notes__contains="Ada Ek").exists()
    assert dialogue.approvals.get().by == dialogue.created_by


def test_the_search_finds_what_is_public_of_a_dialogue(client, run_jobs):
    make_dialogue(title="Trygga torg", agenda="Belysning vid stationen")
    make_dialogue(Dialogue.State.PLANNED, title="Hemligt utkast om torg")
    run_jobs()
    html = client.get("/sok/", {"q": "belysning"}).content.decode()

    assert "Trygga torg" in html
    assert "Hemligt" not in client.get("/sok/", {"q": "torg"}).content.decode()
