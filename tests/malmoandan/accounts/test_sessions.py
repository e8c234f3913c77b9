"""How long a sign-in lasts, what ends it, and what a browser is told to forget."""

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.utils import timezone

from tests.factories import make_user
from tests.people import make_coordinator, sign_in

pytestmark = pytest.mark.django_db


def signed_in(client, **later):
    with time_machine.travel(timezone.now() + timedelta(**later), tick=True):
        return client.get("/mina-sidor/").status_code == 200


def test_a_sign_in_ends_a_day_after_the_code():
    client = sign_in(make_user())
    session = client.session
    session["signing"] = None
    session.set_expiry(60 * 60 * 24 * 14)  # a form that may be finished for two weeks
    session.save()
    assert signed_in(client, hours=23)
    assert not signed_in(client, hours=25)
    assert "signing" in client.session


def test_a_coordinator_is_signed_out_after_half_a_day():
    client = sign_in(make_coordinator(), second_factor=True)
    for hours in (1, 4, 7, 10):
        assert signed_in(client, hours=hours)
    assert not signed_in(client, hours=12, minutes=1)


def test_a_coordinator_who_is_away_is_signed_out():
    client = sign_in(make_coordinator(), second_factor=True)
    assert client.get("/admin/").status_code == 200
    assert not signed_in(client, hours=4, minutes=10)


def test_somebody_else_may_be_away_for_longer():
    client = sign_in(make_user())
    assert signed_in(client)
    assert signed_in(client, hours=6)


def test_one_button_ends_all_sessions_of_a_person():
    person = make_user()
    phone, desk, other = sign_in(person), sign_in(person), sign_in(make_user())
    assert "Logga ut överallt" in desk.get("/mina-sidor/").text
    assert desk.get("/mina-sidor/logga-ut-overallt/").status_code == 405
    answer = desk.post("/mina-sidor/logga-ut-overallt/")
    assert answer.url == "/konto/logga-in/"
    assert not signed_in(phone)
    assert not signed_in(desk)
    assert signed_in(other)


def test_a_coordinator_signs_somebody_out_everywhere():
    person, stranger = make_user(), sign_in(make_user())
    client = sign_in(person)
    address = f"/admin/accounts/user/{person.pk}/logga-ut/"
    assert stranger.post(address).status_code == 403
    assert signed_in(client)
    desk = sign_in(make_coordinator(), second_factor=True)
    assert address in desk.get(f"/admin/accounts/user/{person.pk}/change/").text
    assert desk.get(address).status_code == 405
    assert desk.post(address).status_code == 302
    assert not signed_in(client)


def test_an_account_that_is_closed_is_signed_out_at_once():
    person = make_user()
    client = sign_in(person)
    person.is_active = False
    person.save()
    assert not signed_in(client)


@pytest.mark.parametrize("path", ["/", "/undertecknare/", "/mina-sidor/", "/integritet/"])
def test_no_browser_keeps_what_a_signed_in_person_saw(path):
    told = sign_in(make_user()).get(path).headers["Cache-Control"]
    assert "no-store" in told
    assert "private" in told


def test_a_form_under_way_is_not_kept_either(client):
    session = client.session
    session["signing"] = {"name": "Zorvanna"}
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    assert "no-store" in client.get("/om/").headers["Cache-Control"]


def test_a_chosen_language_makes_no_page_private():
    client = Client()
    client.get("/om/?sprak=en")
    assert "no-store" not in client.get("/om/").headers.get("Cache-Control", "")


def test_signing_out_clears_what_the_browser_kept():
    client = sign_in(make_user())
    answer = client.post("/konto/logga-ut/")
    assert '"cache"' in answer.headers["Clear-Site-Data"]
    assert "Clear-Site-Data" not in client.get("/").headers
