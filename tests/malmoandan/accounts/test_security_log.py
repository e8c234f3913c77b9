"""What matters for security stands in the log, with the account's number and nothing else."""

import logging

import pytest

from malmoandan.accounts import data_rights
from tests.factories import make_user
from tests.people import make_coordinator, sign_in

pytestmark = pytest.mark.django_db
EMAIL = "zorvanna@example.org"


@pytest.fixture
def events(caplog):
    caplog.set_level(logging.INFO, "malmoandan.security")

    def told():
        lines = [r.getMessage() for r in caplog.records if r.name == "malmoandan.security"]
        assert not any("zorvanna" in line.lower() for line in lines)
        caplog.clear()
        return lines

    return told


def test_a_sign_in_and_its_failures_are_told(client, mailoutbox, events):
    person = make_user(EMAIL, name="Zorvanna")
    client.post("/konto/logga-in/", {"email": EMAIL})
    client.post("/konto/logga-in/kod/", {"code": "000000"})
    [code] = [word for word in mailoutbox[0].body.split() if word.isdigit() and len(word) == 6]
    client.post("/konto/logga-in/kod/", {"code": code})
    client.post("/konto/logga-ut/")
    assert events() == [
        f"wrong_code person={person.pk}",
        f"signed_in person={person.pk} staff=False",
        f"signed_out person={person.pk}",
    ]


def test_who_asks_for_too_many_codes_is_told(client, mailoutbox, events):
    for _try in range(6):
        client.post("/konto/logga-in/", {"email": EMAIL})
    assert "too_many_codes person=-" in events()


def test_a_refusal_is_told_by_the_views_name(events):
    person = make_user(EMAIL)
    assert sign_in(person).get("/admin/signatures/signature/").status_code == 403
    [refusal] = [line for line in events() if line.startswith("refused")]
    assert refusal == f"refused person={person.pk} view=admin:signatures_signature_changelist"


def test_a_forged_form_is_told(events):
    from django.test import Client

    assert Client(enforce_csrf_checks=True).post("/skriv-under/", {}).status_code == 403
    assert events() == ["refused_csrf person=- view=signatures:sign"]


def test_erasing_and_a_lost_second_factor_are_told(events):
    person, lost = make_user(EMAIL), make_coordinator()
    desk = sign_in(make_coordinator(), second_factor=True)
    desk.post(f"/admin/accounts/user/{lost.pk}/aterstall/", {"reason": "Zorvanna har ny telefon"})
    key = person.pk
    data_rights.erase(person)
    told = events()
    assert f"second_factor person={lost.pk} change=reset" in told
    assert f"erased person={key}" in told
