from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import IntegrityError, connections, transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from malmoandan.organisations import actions, tasks
from malmoandan.organisations.models import Handover, Membership
from malmoandan.running import history
from tests.factories import make_organisation, make_user

pytestmark = pytest.mark.django_db


def represent(person=None, organisation=None):
    return Membership.objects.create(
        person=person or make_user(), organisation=organisation or make_organisation()
    )


def begin(membership, email="eva@example.org"):
    return actions.begin_handover(membership=membership, name="Eva Li", email=email)


def messages():
    return sorted(job.args["message"] for job in ProcrastinateJob.objects.all())


def active(organisation):
    return {m.person.email for m in Membership.objects.active().filter(organisation=organisation)}


def test_a_person_represents_an_organisation_once_at_a_time():
    membership = represent()
    with pytest.raises(IntegrityError), transaction.atomic():
        represent(membership.person, membership.organisation)
    Membership.objects.filter(pk=membership.pk).update(until=timezone.now())
    assert represent(membership.person, membership.organisation)


def test_granting_twice_is_one_right():
    organisation, person = make_organisation(), make_user()
    for _time in range(2):
        actions.grant(organisation=organisation, people=[person])
    assert Membership.objects.count() == 1


def test_the_right_moves_when_the_new_one_accepts():
    membership = represent()
    handover = begin(membership)
    assert active(membership.organisation) == {membership.person.email}
    actions.accept_handover(handover=handover, by=make_user("eva@example.org"))
    assert active(membership.organisation) == {"eva@example.org"}
    assert messages() == [
        "handover_asked",
        "handover_begun",
        "handover_done",
        "handover_received",
    ]


def test_accepting_twice_changes_nothing():
    membership = represent()
    handover, eva = begin(membership), make_user("eva@example.org")
    for _time in range(2):
        actions.accept_handover(handover=handover, by=eva)
    assert Membership.objects.active().count() == 1
    assert messages().count("handover_done") == 1


def test_another_person_cannot_accept():
    handover = begin(represent())
    with pytest.raises(PermissionError):
        actions.accept_handover(handover=handover, by=make_user())


def test_a_handover_waits_for_fourteen_days():
    handover = begin(represent())
    handover.created_at = timezone.now() - timedelta(days=14)
    handover.save()
    assert not Handover.objects.waiting().exists()
    with pytest.raises(actions.NotWaiting):
        actions.accept_handover(handover=handover, by=make_user("eva@example.org"))


def test_a_handover_that_is_taken_back_cannot_be_accepted():
    membership = represent()
    handover = begin(membership)
    actions.cancel_handover(handover=handover)
    with pytest.raises(actions.NotWaiting):
        actions.accept_handover(handover=handover, by=make_user("eva@example.org"))
    with pytest.raises(actions.NotWaiting):
        actions.cancel_handover(handover=handover)
    assert active(membership.organisation) == {membership.person.email}
    assert messages().count("handover_cancelled") == 1


def test_a_new_handover_takes_the_place_of_the_one_that_waits():
    membership = represent()
    first, second = begin(membership), begin(membership, "ivar@example.org")
    assert list(Handover.objects.waiting()) == [second]
    with pytest.raises(actions.NotWaiting):
        actions.accept_handover(handover=first, by=make_user("eva@example.org"))


def test_a_representative_whose_right_has_ended_hands_nothing_over():
    membership = represent()
    handover = begin(membership)
    actions.move_right(
        organisation=membership.organisation, check_note="Ringde föreningen.", ends=membership
    )
    with pytest.raises(actions.NotWaiting):
        actions.accept_handover(handover=handover, by=make_user("eva@example.org"))
    with pytest.raises(actions.NotWaiting):
        begin(membership)
    assert not active(membership.organisation)


def test_a_coordinator_moves_the_right_after_a_stated_check():
    membership = represent()
    actions.move_right(
        organisation=membership.organisation,
        check_note="Protokollet från årsmötet.",
        email="NY@example.org",
        ends=membership,
    )
    assert active(membership.organisation) == {"ny@example.org"}
    assert messages() == ["right_ended", "right_given"]
    event = history.events_of(Membership).filter(pgh_label="update").get()
    assert event.pgh_context.metadata["reason"] == "Protokollet från årsmötet."


def test_who_was_asked_and_did_not_take_over_is_forgotten_with_the_history():
    for days, settled in ((22, {}), (8, {"cancelled_at": timezone.now() - timedelta(days=8)})):
        handover = begin(represent())
        old = timezone.now() - timedelta(days=days)
        Handover.objects.filter(pk=handover.pk).update(created_at=old, **settled)
    fresh = begin(represent())
    tasks.remove_past_handovers(0)
    assert list(Handover.objects.all()) == [fresh]
    assert set(history.events_of(Handover).values_list("pgh_obj_id", flat=True)) == {fresh.pk}


@pytest.mark.django_db(transaction=True)
def test_eight_clicks_at_once_move_the_right_once():
    handover, eva = begin(represent()), make_user("eva@example.org")

    def accept(_index):
        try:
            actions.accept_handover(handover=handover, by=eva)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=8) as executor:
        list(executor.map(accept, range(8)))
    assert Membership.objects.active().count() == 1
    assert messages().count("handover_done") == 1
