from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ValidationError
from django.db import connections
from procrastinate.contrib.django.models import ProcrastinateJob

from malmoandan.organisations.models import Kind, ProposedChange
from signatures import actions, corrections
from signatures.models import RegisterEntry, State
from tests.factories import make_organisation, make_signature, make_user
from tests.people import make_coordinator, sign_in

pytestmark = pytest.mark.django_db
LIST = "/admin/organisations/proposedchange"


def published(**fields):
    signature = make_signature(State.SUBMITTED, organisation=make_organisation(**fields))
    return actions.publish(signature=signature, by=make_coordinator())


def propose(organisation, **fields):
    return corrections.propose(organisation=organisation, fields=fields, by=make_user())


def events():
    return list(RegisterEntry.objects.order_by("number").values_list("event", flat=True))


def jobs(task):
    return ProcrastinateJob.objects.filter(task_name=f"signatures.{task}").count()


def test_a_proposal_changes_nothing_before_a_coordinator_has_approved():
    organisation = published(name="Möllans odlare").organisation
    change = propose(organisation, name="Möllans odling")
    organisation.refresh_from_db()
    assert organisation.name == "Möllans odlare"
    assert change.lines() == [("Namn", "Möllans odlare", "Möllans odling")]
    corrections.approve(change=change, by=make_coordinator())
    organisation.refresh_from_db()
    assert organisation.name == "Möllans odling"
    assert events() == ["published", "corrected"]
    assert jobs("mail_change_decided") == 1


def test_a_withdrawn_signature_gets_no_correction():
    signature = published()
    actions.withdraw(signature=signature, by=make_user())
    corrections.approve(change=propose(signature.organisation, name="Nytt"), by=make_coordinator())
    assert events() == ["published", "withdrawn"]


def test_a_newer_proposal_takes_the_place_of_the_one_that_waits():
    organisation = published().organisation
    first, second = propose(organisation, name="Ett"), propose(organisation, name="Två")
    assert list(ProposedChange.objects.waiting()) == [second]
    with pytest.raises(corrections.Settled):
        corrections.approve(change=first, by=make_coordinator())


def test_a_proposal_that_no_longer_fits_changes_nothing():
    organisation = published().organisation
    change = propose(organisation, kind=Kind.NETWORK)
    with pytest.raises(ValidationError):
        corrections.approve(change=change, by=make_coordinator())
    assert ProposedChange.objects.get().is_waiting
    assert events() == ["published"]


def test_the_proposal_stands_on_the_first_page_and_shows_old_beside_new():
    organisation = published(name="Möllans odlare").organisation
    change = propose(organisation, name="Möllans odling", city_part="norr")
    desk = sign_in(make_coordinator(), second_factor=True)
    assert "Rättelser att besluta om (1)" in desk.get("/admin/").text
    page = desk.get(f"{LIST}/{change.pk}/change/").text
    for text in ("Möllans odlare", "Möllans odling", "Hela Malmö", "Norr"):
        assert f"<td><p>{text}" in page or f"<td>{text}" in page
    desk.post(f"{LIST}/{change.pk}/godkann/")
    assert "Rättelser att besluta om" not in desk.get("/admin/").text
    assert "Möllans odlare" in desk.get(f"{LIST}/{change.pk}/change/").text


def test_a_decline_needs_a_reason():
    change = propose(published().organisation, name="Nytt")
    desk = sign_in(make_coordinator(), second_factor=True)
    assert desk.post(f"{LIST}/{change.pk}/avboj/", {"reason": " "}).status_code == 422
    assert ProposedChange.objects.get().is_waiting
    desk.post(f"{LIST}/{change.pk}/avboj/", {"reason": "Namnet står inte i stadgarna."})
    change.refresh_from_db()
    assert (change.state, change.reason) == ("declined", "Namnet står inte i stadgarna.")


def test_who_comes_second_sees_the_decision():
    change = propose(published().organisation, name="Nytt")
    corrections.approve(change=change, by=make_coordinator(name="Anna"))
    desk = sign_in(make_coordinator(), second_factor=True)
    answer = desk.post(f"{LIST}/{change.pk}/avboj/", {"reason": "Nej."}, follow=True)
    assert "Anna hann före" in answer.text


def test_strangers_decide_nothing(client):
    change = propose(published().organisation, name="Nytt")
    for who in (client, sign_in(make_user()), sign_in(make_coordinator())):
        for decision in ("godkann", "avboj"):
            who.post(f"{LIST}/{change.pk}/{decision}/", {"reason": "Nej."})
    assert ProposedChange.objects.get().is_waiting
    desk = sign_in(make_coordinator(), second_factor=True)
    assert desk.get(f"{LIST}/{change.pk}/godkann/").status_code == 403


def test_what_a_coordinator_corrects_by_hand_stands_in_the_log():
    organisation = published(name="Möllans odlare").organisation
    desk = sign_in(make_coordinator(), second_factor=True)
    fields = ["short_name", "sector", "kind", "purpose", "city_part", "website"]
    data = {name: getattr(organisation, name) for name in fields}
    data |= {"name": "Möllans odling", "organisation_number": organisation.organisation_number}
    data |= {"memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0}
    path = f"/admin/organisations/organisation/{organisation.pk}/change/"
    assert desk.post(path, data).status_code == 302
    assert desk.post(path, data).status_code == 302
    assert events() == ["published", "corrected"]


def test_a_coordinator_moves_the_right_only_with_a_stated_check():
    organisation = published().organisation
    desk = sign_in(make_coordinator(), second_factor=True)
    path = f"/admin/organisations/organisation/{organisation.pk}/foretradare/"
    for data in (
        {"email": "ny@example.org", "check_note": ""},
        {"email": "ny@example.org", "check_note": "ja"},
        {"email": "ny", "check_note": "Protokollet från årsmötet."},
        {"email": "", "check_note": "Protokollet från årsmötet."},
    ):
        assert desk.post(path, data).status_code == 422
    data = {"email": "ny@example.org", "check_note": "Protokollet från årsmötet."}
    assert desk.post(path, data).status_code == 302
    assert organisation.memberships.active().get().person.email == "ny@example.org"
    assert desk.post(path, data).status_code == 422
    assert sign_in(make_user()).post(path, data).status_code == 403
    history = desk.get(f"/admin/organisations/organisation/{organisation.pk}/history/").text
    assert "Protokollet från årsmötet." in history


@pytest.mark.django_db(transaction=True)
def test_eight_coordinators_at_once_make_one_decision():
    change = propose(published().organisation, name="Nytt namn")
    people = [make_coordinator() for _index in range(8)]

    def decide(index):
        try:
            corrections.approve(change=change, by=people[index])
        except corrections.Settled as late:
            return late.change.decided_by_id
        finally:
            connections.close_all()
        return people[index].pk

    with ThreadPoolExecutor(max_workers=8) as executor:
        assert len(set(executor.map(decide, range(8)))) == 1
    assert events().count("corrected") == 1
