"""The sign-in in a real browser. The passkey lives in Chromium's virtual authenticator."""

import pytest

from malmoandan.accounts import access
from tests.browser import axe_findings, findings_in_all_looks, follow, lend_session, press
from tests.malmoandan.accounts.test_sign_in import code_in
from tests.people import make_coordinator, sign_in


@pytest.fixture
def authenticator(browser_page):
    """A telephone that always says yes, as Chromium's tools simulate it."""
    session = browser_page.context.new_cdp_session(browser_page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session


@pytest.fixture
def address(portal):
    """By name: browsers make no passkeys for a bare IP address."""
    return portal.url.replace("127.0.0.1", "localhost")


def sign_in_by_code(page, address, smtp):
    page.goto(f"{address}/admin/")
    page.get_by_label("E-postadress").fill("anna@example.org")
    press(page, "Skicka kod")
    page.get_by_label("Kod").fill(code_in(smtp.messages[-1]))
    press(page, "Bekräfta")


def test_a_passkey_is_made_at_the_first_sign_in_and_used_at_the_next(
    browser_page, authenticator, address, smtp
):
    coordinator = make_coordinator("anna@example.org")
    page = browser_page
    sign_in_by_code(page, address, smtp)
    follow(page, "Lägg till en nyckel")
    press(page, "Skapa nyckeln")
    follow(page, "Jag har sparat koderna")
    page.wait_for_url(f"{address}/admin/")
    page.goto(f"{address}/konto/logga-ut/")
    press(page, "Logga ut")
    sign_in_by_code(page, address, smtp)
    press(page, "Använd nyckeln")
    page.wait_for_url(f"{address}/admin/")
    assert access.is_mfa_enabled(coordinator, access.SECOND_FACTORS)


def test_the_pages_of_the_sign_in_are_accessible(browser_page, address, smtp):
    make_coordinator("anna@example.org")
    page = browser_page
    found = {}
    page.goto(f"{address}/konto/logga-in/?next=/admin/")
    found["address"] = findings_in_all_looks(page)
    press(page, "Skicka kod")
    found["no address"] = findings_in_all_looks(page)
    page.get_by_label("E-postadress").fill("anna@example.org")
    press(page, "Skicka kod")
    found["code"] = findings_in_all_looks(page)
    page.get_by_label("Kod").fill("12345")
    press(page, "Bekräfta")
    found["wrong code"] = findings_in_all_looks(page)
    page.get_by_label("Kod").fill(code_in(smtp.messages[-1]))
    press(page, "Bekräfta")
    found["second factors"] = findings_in_all_looks(page)
    follow(page, "Använd en app")
    found["app"] = findings_in_all_looks(page)
    page.goto(f"{address}/konto/andra-steget/nycklar/ny/")
    found["key"] = findings_in_all_looks(page)
    assert found == {name: [] for name in found}


def test_the_pages_of_the_admin_are_accessible(browser_page, address):
    coordinator = make_coordinator("anna@example.org")
    lend_session(browser_page, sign_in(coordinator, second_factor=True), address)
    user = f"admin/accounts/user/{coordinator.pk}"
    found = {}
    for path in ("admin/", f"{user}/history/", f"{user}/change/", "admin/accounts/user/add/"):
        assert browser_page.goto(f"{address}/{path}").status == 200
        found[path] = axe_findings(browser_page)
    assert found == {path: [] for path in found}
