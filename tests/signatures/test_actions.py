from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connections
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from malmoandan.organisations.models import Organisation
from signatures import actions
from signatures.models import Signatory, Signature, State, Way
from tests.factories import make_organisation, make_signature, make_user, make_version

ORGANISATION = {
    "name": "Möllans odlare",
    "kind": "association",
    "organisation_number": "8020028711",
    "purpose": "",
    "city_part": "soder",
    "website": "",
    "decided_by": "board",
    "decided_on": "2026-03-11",
}


def person(email, **fields):
    return {"name": "Alva Ek", "title": "ordförande", "email": email} | fields


def sign(by, *others, version=None, **fields):
    arguments = {
        "version": version or make_version(),
        "draft_id": uuid4(),
        "organisation": ORGANISATION,
        "signatories": [person(by.email), *others],
        "by": by,
    }
    return actions.sign(**arguments | fields)


def queued(task):
    return ProcrastinateJob.objects.filter(task_name=f"signatures.{task}")


def messages():
    return sorted(job.args["message"] for job in queued("mail_signatory"))


@pytest.mark.django_db
def test_one_person_signs_and_the_signature_takes_effect():
    by = make_user()
    signature = sign(by)
    assert signature.organisation.name == "Möllans odlare"
    signature.refresh_from_db()
    assert signature.state == State.SUBMITTED
    assert signature.signed_on == timezone.localdate()
    signatory = signature.signatories.get()
    assert (signatory.person, signatory.way) == (by, Way.CODE)
    assert signatory.seen_sha256 == signature.version.text_sha256
    assert messages() == ["receipt"]


@pytest.mark.django_db
def test_two_persons_sign_jointly_and_the_last_one_makes_it_take_effect():
    first, second = make_user(), make_user()
    signature = sign(first, person(second.email))
    signature.refresh_from_db()
    assert signature.state == State.WAITING
    assert messages() == ["asked_to_confirm", "begun"]
    waiting = signature.signatories.get(email=second.email)
    actions.confirm(signatory=waiting, by=second)
    signature.refresh_from_db()
    assert signature.state == State.SUBMITTED
    assert messages().count("receipt") == 2


@pytest.mark.django_db
def test_another_person_cannot_confirm():
    signature = sign(make_user(), person("kassor@example.org"))
    waiting = signature.signatories.get(email="kassor@example.org")
    with pytest.raises(PermissionError):
        actions.confirm(signatory=waiting, by=make_user())
    assert not signature.signatories.filter(pk=waiting.pk, confirmed_at__isnull=False).exists()


@pytest.mark.django_db
def test_the_first_signatory_must_be_the_person_whose_address_is_proven():
    with pytest.raises(ValueError, match="proven"):
        sign(make_user(), signatories=[person("annan@example.org")])
    assert not Signature.objects.exists()


@pytest.mark.django_db
def test_a_form_sent_twice_is_one_signature():
    by, version, draft = make_user(), make_version(), uuid4()
    first = sign(by, version=version, draft_id=draft)
    again = sign(by, version=version, draft_id=draft)
    assert first == again
    assert messages() == ["receipt"]


@pytest.mark.django_db
def test_somebody_else_in_the_organisation_is_told_by_mail_and_changes_nothing():
    version = make_version()
    first = sign(make_user(), version=version)
    late = make_user()
    assert sign(late, version=version) == first
    assert Signatory.objects.count() == 1
    assert queued("mail_already_signed").get().args["user_id"] == late.pk


@pytest.mark.django_db
def test_what_the_form_says_never_overwrites_a_known_organisation():
    known = make_organisation(name="Möllans odlare och grannar", organisation_number="8020028711")
    signature = sign(make_user())
    assert signature.organisation == known
    known.refresh_from_db()
    assert known.name == "Möllans odlare och grannar"
    assert signature.stated["name"] == "Möllans odlare"


@pytest.mark.django_db
def test_networks_of_the_same_name_are_two_organisations():
    network = ORGANISATION | {"kind": "network", "organisation_number": "", "purpose": "Odling."}
    version = make_version()
    one = sign(make_user(), version=version, organisation=network)
    two = sign(make_user(), version=version, organisation=network)
    assert one.organisation != two.organisation
    assert one.organisation.slug != two.organisation.slug


@pytest.mark.django_db
def test_a_text_is_signed_on_its_days_only():
    today = timezone.localdate()
    closed = make_version(last_day=today - timedelta(days=1))
    early = make_version(first_day=today + timedelta(days=1))
    last = make_version(last_day=today)
    for version in (closed, early):
        with pytest.raises(actions.NotOpen):
            sign(make_user(), version=version)
    assert sign(make_user(), version=last).version == last


@pytest.mark.django_db
def test_after_a_decline_the_organisation_can_sign_again():
    version, coordinator = make_version(), make_user(is_staff=True)
    first = sign(make_user(), version=version)
    actions.decline(signature=first, by=coordinator, reason="Fel nummer.")
    second = sign(make_user(), version=version)
    assert second != first
    assert second.organisation == first.organisation
    assert "declined" in messages()


@pytest.mark.django_db
def test_publishing_is_done_once_and_says_who_did_it():
    anna, bo = make_user(is_staff=True), make_user(is_staff=True)
    signature = make_signature(State.SUBMITTED)
    actions.publish(signature=signature, by=anna)
    with pytest.raises(actions.AlreadyDecided) as raised:
        actions.decline(signature=signature, by=bo, reason="För sent.")
    assert raised.value.signature.decision_by == anna
    signature.refresh_from_db()
    assert signature.state == State.PUBLISHED
    assert messages() == ["published"]


@pytest.mark.django_db
def test_a_signature_that_waits_for_people_cannot_be_published():
    with pytest.raises(actions.AlreadyDecided):
        actions.publish(signature=make_signature(State.WAITING), by=make_user(is_staff=True))


def in_parallel(number, work):
    def alone(index):
        try:
            return work(index)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=number) as executor:
        return list(executor.map(alone, range(number)))


@pytest.mark.django_db(transaction=True)
def test_sixty_parallel_signings_for_one_number_are_one_signature():
    version, by = make_version(), make_user()
    signed = in_parallel(60, lambda _index: sign(by, version=version))
    assert len({signature.reference for signature in signed}) == 1
    assert Signature.objects.count() == Organisation.objects.count() == 1
    assert messages() == ["receipt"]


@pytest.mark.django_db(transaction=True)
def test_sixty_people_of_one_organisation_make_one_signature():
    version, people = make_version(), [make_user() for _index in range(60)]
    signed = in_parallel(60, lambda index: sign(people[index], version=version))
    assert len({signature.reference for signature in signed}) == 1
    assert Signature.objects.count() == Organisation.objects.count() == 1
    assert messages() == ["receipt"]
    assert queued("mail_already_signed").count() == 59


@pytest.mark.django_db(transaction=True)
def test_two_coordinators_at_once_make_one_decision():
    signature = make_signature(State.SUBMITTED)
    coordinators = [make_user(is_staff=True) for _index in range(8)]

    def decide(index):
        try:
            actions.publish(signature=signature, by=coordinators[index])
        except actions.AlreadyDecided as late:
            return late.signature.decision_by_id
        return coordinators[index].pk

    assert len(set(in_parallel(8, decide))) == 1
    assert messages() == ["published"]
