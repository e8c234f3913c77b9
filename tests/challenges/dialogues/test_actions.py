"""Seats, the waiting list, changes and approvals."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from challenges.dialogues import actions
from challenges.models import Dialogue, Participant
from tests.challenges.dialogues.dialogues import (
    make_area,
    make_dialogue,
    make_host,
    make_outcome,
    make_participant,
)
from tests.factories import make_user

State = Participant.State


def sign_up(dialogue, number):
    return actions.sign_up(
        dialogue=dialogue, name=f"Person {number}", email=f"person{number}@example.org"
    )


def change(dialogue, **fields):
    return actions.change(dialogue=dialogue, areas=dialogue.areas.all(), **fields)


def test_thirty_take_the_last_seat_at_once_and_stand_in_line(smtp, run_jobs):
    dialogue = make_dialogue(seats=1)
    at_once = Barrier(30)

    def take(number):
        at_once.wait(20)
        try:
            return sign_up(dialogue, number).state
        finally:
            connection.close()

    with ThreadPoolExecutor(30) as threads:
        states = list(threads.map(take, range(30)))
    run_jobs()

    assert sorted(states) == [State.SIGNED_UP] + 29 * [State.WAITING]
    assert [p.place_in_line for p in dialogue.participants.waiting()] == list(range(1, 30))
    assert len({message["To"] for message in smtp.messages}) == len(smtp.messages) == 30


def test_the_first_in_line_moves_up_when_one_leaves(smtp, run_jobs):
    dialogue = make_dialogue(seats=1)
    first, second, third = (sign_up(dialogue, n) for n in range(3))
    run_jobs()

    actions.leave(participant=first)
    run_jobs()

    states = dict(dialogue.participants.values_list("pk", "state"))
    assert states == {first.pk: "cancelled", second.pk: "signed_up", third.pk: "waiting"}
    assert [m["Subject"] for m in smtp.to(second.email)][1:] == [
        f"Du har fått en plats: {dialogue.title}"
    ]
    assert len(smtp.to(third.email)) == 1


def test_leaving_twice_gives_one_seat_away(db):
    dialogue = make_dialogue(seats=1)
    first, *_others = (sign_up(dialogue, n) for n in range(3))

    actions.leave(participant=first)
    actions.leave(participant=first)

    assert dialogue.participants.waiting().count() == 1


def test_an_address_is_one_participant_however_it_is_typed(smtp, run_jobs):
    dialogue = make_dialogue(seats=5)
    sign_up(dialogue, 1)
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        actions.sign_up(dialogue=dialogue, name="Annan", email="PERSON1@example.org")
        run_jobs()

    assert dialogue.participants.get().name == "Person 1"
    assert f"Du är redan anmäld: {dialogue.title}" in [m["Subject"] for m in smtp.messages]


def test_a_double_click_sends_one_mail(smtp, run_jobs):
    dialogue = make_dialogue()
    sign_up(dialogue, 1)
    sign_up(dialogue, 1)
    run_jobs()

    assert len(smtp.messages) == 1


def test_who_left_and_comes_back_stands_last(db):
    dialogue = make_dialogue(seats=1)
    first, _second = sign_up(dialogue, 1), sign_up(dialogue, 2)
    actions.leave(participant=first)

    assert sign_up(dialogue, 1).state == State.WAITING
    assert dialogue.participants.waiting().get().email == first.email


def test_more_seats_let_people_in_and_fewer_than_taken_are_refused(db):
    dialogue = make_dialogue(seats=1)
    for number in range(4):
        sign_up(dialogue, number)

    change(dialogue, seats=3)

    assert dialogue.participants.seated().count() == 3
    with pytest.raises(actions.SeatsTaken):
        change(dialogue, seats=2)
    change(dialogue, seats=None)
    assert dialogue.participants.waiting().count() == 0


def test_a_new_time_raises_the_sequence_and_tells_everybody(smtp, run_jobs):
    dialogue = make_dialogue(seats=1)
    sign_up(dialogue, 1)
    sign_up(dialogue, 2)
    change(dialogue, starts_at=dialogue.starts_at + timedelta(minutes=30))
    run_jobs()

    assert Dialogue.objects.get().sequence == 1
    assert len([m for m in smtp.messages if m["Subject"].startswith("Ny tid")]) == 2


def test_a_new_agenda_tells_nobody(smtp, run_jobs):
    dialogue = make_dialogue()
    sign_up(dialogue, 1)
    change(dialogue, agenda="Nytt")
    run_jobs()

    assert len(smtp.messages) == 1
    assert Dialogue.objects.get().sequence == 0


@pytest.mark.parametrize("state", [s for s in Dialogue.State if s != Dialogue.State.INVITED])
def test_only_an_open_dialogue_takes_sign_ups(db, state):
    with pytest.raises(actions.NotOpen):
        sign_up(make_dialogue(state), 1)


def test_a_dialogue_that_has_begun_takes_no_sign_ups(db):
    dialogue = make_dialogue(starts_at=timezone.now() - timedelta(minutes=1))

    with pytest.raises(actions.NotOpen):
        sign_up(dialogue, 1)


def test_nobody_is_invited_twice(smtp, run_jobs):
    dialogue = make_dialogue(Dialogue.State.PLANNED)
    both = [("a@example.org", None), ("B@example.org", None)]

    actions.invite(dialogue=dialogue, addresses=both)
    actions.invite(dialogue=dialogue, addresses=[*both, ("c@example.org", None)])
    run_jobs()

    assert sorted(m["To"] for m in smtp.messages) == [f"{x}@example.org" for x in "abc"]
    assert Dialogue.objects.get().state == Dialogue.State.INVITED


def test_a_cancelled_dialogue_tells_those_who_come_and_those_who_wait(smtp, run_jobs):
    dialogue = make_dialogue(seats=1)
    people = [sign_up(dialogue, n) for n in range(3)]
    actions.leave(participant=people[2])
    actions.cancel(dialogue=dialogue, reason="Lokalen är stängd.")
    actions.cancel(dialogue=dialogue, reason="En gång till.")
    run_jobs()

    told = [m["To"] for m in smtp.messages if m["Subject"].startswith("Inställd")]
    assert sorted(told) == [people[0].email, people[1].email]
    assert Dialogue.objects.get().cancel_reason == "Lokalen är stängd."


def test_notes_are_published_when_both_sectors_have_approved_the_same_text(db):
    dialogue, by = make_dialogue(Dialogue.State.HELD), make_user()
    dialogue = actions.write_notes(dialogue=dialogue, notes="Vi enades.", by=by)
    outcome = actions.add_outcome(
        dialogue=dialogue, by=by, what="Lampor", who="Staden", sector="city"
    )

    def approve(sector):
        return actions.approve(dialogue=dialogue, sectors=[sector], by=by, digest=dialogue.digest)

    assert not approve("civil")
    assert not approve("civil")
    assert approve("city")
    dialogue.refresh_from_db()
    outcome.refresh_from_db()
    assert dialogue.published_notes == "Vi enades."
    assert outcome.published_at


def test_a_changed_text_needs_both_approvals_again_and_the_published_one_stays(db):
    dialogue, by = make_dialogue(Dialogue.State.HELD), make_user()
    dialogue = actions.write_notes(dialogue=dialogue, notes="Ett.", by=by)
    both = ["civil", "city"]
    actions.approve(dialogue=dialogue, sectors=both, by=by, digest=dialogue.digest)
    actions.write_notes(dialogue=dialogue, notes="Två.", by=by)
    read = Dialogue.objects.get().digest
    actions.write_notes(dialogue=dialogue, notes="Tre.", by=by)

    with pytest.raises(actions.ChangedSinceRead):
        actions.approve(dialogue=dialogue, sectors=both, by=by, digest=read)
    assert dialogue.approvals.count() == 0
    assert Dialogue.objects.get().published_notes == "Ett."


def test_the_other_host_is_told_of_notes_to_approve(smtp, run_jobs):
    area = make_area()
    writer, other = make_host(area, "civil"), make_host(area, "city")
    dialogue = make_dialogue(Dialogue.State.HELD, areas=[area])
    actions.write_notes(dialogue=dialogue, notes="Vi enades.", by=writer)
    run_jobs()

    assert [m["To"] for m in smtp.messages] == [other.email]


def test_a_published_outcome_is_followed_up_not_removed(db):
    outcome = make_outcome(make_dialogue(Dialogue.State.HELD))

    with pytest.raises(actions.TooLate):
        actions.remove_outcome(outcome=outcome, by=make_user())
    followed = actions.follow_up(outcome=outcome, status="done", note="Lamporna lyser.")
    assert followed.followed_up_on == timezone.localdate()


def test_a_dialogue_is_held_only_after_it_began(db):
    with pytest.raises(actions.TooEarly):
        actions.mark_held(dialogue=make_dialogue())
    with pytest.raises(actions.TooLate):
        actions.mark_held(dialogue=make_dialogue(Dialogue.State.CANCELLED))


def test_the_database_refuses_a_second_row_for_an_address(db):
    dialogue = make_dialogue()
    make_participant(dialogue, email="a@example.org")

    with pytest.raises(IntegrityError, match="one_participant_per_address"), transaction.atomic():
        make_participant(dialogue, email="a@example.org")
