import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.test import Client

from malmoandan.accounts import access, actions
from tests.factories import make_user
from tests.malmoandan.accounts.test_sign_in import ask, code_in
from tests.people import make_coordinator, sign_in

pytestmark = pytest.mark.django_db
FACTORS = "/konto/andra-steget/"
SECRET = "JBSWY3DPEHPK3PXP"


def app_code(secret=SECRET):
    """What an authenticator app shows now."""
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))


def wrong(code):
    return f"{(int(code) + 500_000) % 1_000_000:06d}"


@pytest.fixture
def coordinator():
    return make_coordinator("anna@example.org")


def enter_first_code(client, mailoutbox, path="/admin/"):
    """Go to the admin, and through the e-mailed code; return where that leads."""
    response = client.get(path)
    response = client.post(response["Location"], {"email": "anna@example.org"})
    return client.post(response["Location"], {"code": code_in(mailoutbox[-1])})["Location"]


def test_the_first_sign_in_leads_through_an_app_and_recovery_codes_to_the_admin(
    client, coordinator, mailoutbox
):
    assert enter_first_code(client, mailoutbox) == "/admin/"
    page = client.get("/admin/", follow=True)
    assert page.redirect_chain[-1][0] == f"{FACTORS}?next=%2Fadmin%2F"
    page = client.get(f"{FACTORS}app/")
    assert "data:image/svg+xml;base64," in page.content.decode()
    code = app_code(page.context["form"].secret)
    assert client.post(f"{FACTORS}app/", {"code": wrong(code)}).status_code == 422
    response = client.post(f"{FACTORS}app/", {"code": f"{code[:3]} {code[3:]}"}, follow=True)
    assert response.redirect_chain[-1][0] == f"{FACTORS}reservkoder/"
    assert len(response.context["unused_codes"]) == 10
    assert client.get(response.context["next_url"]).status_code == 200


def test_a_later_sign_in_asks_for_the_app(client, coordinator, mailoutbox):
    TOTP.activate(coordinator, SECRET)
    step = enter_first_code(client, mailoutbox, "/admin/accounts/user/")
    assert step == f"{FACTORS}kod/"
    assert client.get("/admin/").status_code == 302
    refused = client.post(step, {"code": wrong(app_code())})
    assert refused.status_code == 422
    assert "Koden stämmer inte" in refused.content.decode()
    response = client.post(step, {"code": app_code()})
    assert response["Location"] == "/admin/accounts/user/"
    assert client.get(response["Location"]).status_code == 200


def test_a_recovery_code_lets_in_once(client, coordinator, mailoutbox):
    TOTP.activate(coordinator, SECRET)
    [code, *_others] = RecoveryCodes.activate(coordinator).get_unused_codes()
    for status in (302, 422):
        visitor = Client()
        step = enter_first_code(visitor, mailoutbox)
        assert visitor.post(step, {"code": code}).status_code == status


def test_the_app_is_guessed_at_few_times(client, coordinator, mailoutbox):
    TOTP.activate(coordinator, SECRET)
    step = enter_first_code(client, mailoutbox)
    for _index in range(6):
        client.post(step, {"code": wrong(app_code())})
    response = client.post(step, {"code": app_code()})
    assert response.status_code == 422
    assert "för många försök" in response.content.decode()


def test_the_code_of_the_mail_alone_does_not_show_who_is_staff(client, coordinator, mailoutbox):
    TOTP.activate(coordinator, SECRET)
    ask(client)
    assert "app" not in client.get("/konto/logga-in/kod/").context


def test_a_person_who_is_not_staff_meets_no_second_factor(client, mailoutbox):
    make_user("anna@example.org")
    ask(client)
    response = client.post("/konto/logga-in/kod/", {"code": code_in(mailoutbox[0])})
    assert response["Location"] == "/"


def test_staff_keep_at_least_one_second_factor(coordinator):
    TOTP.activate(coordinator, SECRET)
    client = sign_in(coordinator, second_factor=True)
    confirm(client)
    response = client.post(f"{FACTORS}app/ta-bort/")
    assert response.status_code == 422
    assert "minst ett andra steg" in response.content.decode()
    assert Authenticator.objects.filter(user=coordinator).exists()


def test_a_change_of_factors_asks_for_the_factor_again(coordinator):
    TOTP.activate(coordinator, SECRET)
    client = sign_in(coordinator, second_factor=True)
    response = client.get(f"{FACTORS}nycklar/ny/")
    assert response["Location"].startswith(f"{FACTORS}bekrafta/")
    confirm(client)
    assert client.get(f"{FACTORS}nycklar/ny/").status_code == 200


def test_new_recovery_codes_replace_the_old(coordinator):
    TOTP.activate(coordinator, SECRET)
    [old, *_others] = RecoveryCodes.activate(coordinator).get_unused_codes()
    client = sign_in(coordinator, second_factor=True)
    confirm(client)
    page = client.post(f"{FACTORS}reservkoder/nya/", follow=True)
    assert old not in page.context["unused_codes"]
    saved = client.get(f"{FACTORS}reservkoder/fil/").content.decode()
    assert all(code in saved for code in page.context["unused_codes"])


def test_a_reset_ends_the_persons_sessions_and_leads_to_a_new_factor(coordinator, mailoutbox):
    TOTP.activate(coordinator, SECRET)
    client = sign_in(coordinator, second_factor=True)
    assert client.get("/admin/").status_code == 200
    actions.reset_second_factor(user=coordinator, reason="Ny telefon")
    assert client.get("/admin/")["Location"].startswith("/konto/logga-in/")
    assert enter_first_code(client, mailoutbox) == "/admin/"
    assert client.get("/admin/")["Location"].startswith(FACTORS)


def test_another_persons_second_factor_does_not_count(rf, coordinator):
    client = sign_in(coordinator, second_factor=True)
    session = client.session
    session["account_authentication_methods_user"] = str(coordinator.pk + 1)
    session.save()
    assert client.get("/admin/").status_code == 302


@pytest.mark.parametrize(
    "path",
    ["", "app/", "nycklar/", "nycklar/ny/", "nycklar/1/", "reservkoder/", "reservkoder/fil/"],
)
def test_strangers_see_nobodys_second_factor(client, path):
    response = client.get(FACTORS + path)
    assert response.status_code == 302
    assert response["Location"].startswith("/konto/logga-in/")


def test_a_page_at_a_bare_ip_address_offers_no_keys(coordinator):
    client = sign_in(coordinator)
    assert not client.get(FACTORS, headers={"host": "127.0.0.1:8000"}).context["keys_work"]
    assert client.get(FACTORS, headers={"host": "localhost:8000"}).context["keys_work"]


def confirm(client):
    """Use the factor again, as before a change of it."""
    session = client.session
    records = session["account_authentication_methods"]
    records.append({"method": "mfa", "at": time.time(), "reauthenticated": True})
    session["account_authentication_methods"] = records
    session.save()


def test_coordinators_are_active_staff(coordinator):
    assert access.is_coordinator(coordinator)
    assert not access.is_coordinator(make_user())
    coordinator.is_active = False
    coordinator.save()
    assert not access.is_coordinator(coordinator)


def test_the_qr_code_is_on_white_so_that_it_can_be_read_on_a_dark_page(coordinator):
    page = sign_in(coordinator).get(f"{FACTORS}app/")
    assert 'fill="white"' in page.context["totp_svg"]


def test_who_confirms_too_often_is_told_to_wait(coordinator):
    TOTP.activate(coordinator, SECRET)
    client = sign_in(coordinator, second_factor=True)
    for _index in range(12):
        response = client.post(f"{FACTORS}bekrafta/", {"code": "000"})
    assert response.status_code == 429
    assert "För många försök" in response.content.decode()
