"""Signing as people do it: in a browser, with and without scripts, by keyboard alone."""

import re

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.core.management import call_command
from playwright.sync_api import expect

from signatures.models import Signature, State
from tests.browser import findings_in_all_looks, follow, go_through, open_page, press
from tests.mailbox import text_of
from tests.malmoandan.accounts.test_second_factor import SECRET, app_code
from tests.people import make_coordinator
from tests.signatures.signing import ALVA, BO, ORGANISATION, code_in

LONG = "Föreningen för långa namnsammansättningsverksamheter " * 3 + "i Malmö"


@pytest.fixture(autouse=True)
def content(transactional_db):
    call_command("load_content", verbosity=0)


def fill_organisation(page, name=ORGANISATION["name"]):
    page.get_by_label("Organisationens namn").fill(name)
    page.get_by_label("Ideell förening").check()
    page.get_by_label("Organisationsnummer", exact=True).fill(ORGANISATION["organisation_number"])
    page.get_by_label("Styrelse").check()
    page.get_by_label("När fattades beslutet?").fill(ORGANISATION["decided_on"])
    press(page, "Fortsätt")


def fill_person(page, person, row=0):
    page.get_by_label("För- och efternamn").nth(row).fill(person["name"])
    page.get_by_label("Uppdrag").nth(row).fill(person["title"])
    page.get_by_label("E-postadress").nth(row).fill(person["email"])


def type_code(page, smtp, person):
    page.get_by_label("Kod").fill(code_in(smtp.to(person["email"])[-1]))
    press(page, "Bekräfta")


def sign_jointly(page, portal, smtp):
    """The first signatory's five screens; returns how many addresses were seen."""
    screens = []
    page.on("framenavigated", lambda frame: screens.append(frame.url))
    page.goto(f"{portal.url}/skriv-under/")
    fill_organisation(page)
    fill_person(page, ALVA)
    fill_person(page, BO, row=1)
    press(page, "Fortsätt")
    page.get_by_label("i dess helhet").check()
    press(page, "Skicka koden")
    type_code(page, smtp, ALVA)
    page.get_by_role("heading", name="Tack, din underskrift är registrerad").wait_for()
    return len(set(screens))


def confirm(page, portal, smtp):
    link = re.search(r"https?://\S+/skriv-under/bekrafta/\S+", text_of(smtp.to(BO["email"])[0]))[0]
    screens = []
    page.on("framenavigated", lambda frame: screens.append(frame.url))
    page.goto(link)
    press(page, "Skicka koden")
    type_code(page, smtp, BO)
    page.get_by_role("heading", name="Tack, nu är det undertecknat").wait_for()
    return len(set(screens))


@pytest.mark.parametrize("scripts", [True, False])
def test_from_two_signatures_to_the_register_and_the_pdf(chromium, portal, smtp, run_jobs, scripts):
    anna = make_coordinator("anna@example.org")
    TOTP.activate(anna, SECRET)
    with open_page(chromium, java_script_enabled=scripts) as page:
        first = sign_jointly(page, portal, smtp)
    run_jobs()
    with open_page(chromium, java_script_enabled=scripts) as page:
        second = confirm(page, portal, smtp)
    assert first + second <= 8
    run_jobs()
    with open_page(chromium, java_script_enabled=scripts) as page:
        page.goto(f"{portal.url}/admin/")
        page.get_by_label("E-postadress").fill(anna.email)
        go_through(page.get_by_role("main").get_by_role("button").first)
        type_code(page, smtp, {"email": anna.email})
        page.get_by_label("Kod").fill(app_code())
        go_through(page.get_by_role("main").get_by_role("button").first)
        follow(page, ORGANISATION["name"])
        press(page, "Publicera")
        page.get_by_text("är publicerad").wait_for()
    run_jobs()
    assert Signature.objects.published().count() == 5
    assert "står nu i listan" in smtp.to(BO["email"])[-1]["Subject"]
    with open_page(chromium, java_script_enabled=scripts) as page:
        page.goto(f"{portal.url}/undertecknare/?q=mollans")
        page.get_by_text(ORGANISATION["name"]).first.wait_for()
        assert ORGANISATION["name"] in page.request.get(f"{portal.url}/undertecknare.csv").text()
        page.request.get(f"{portal.url}/avsiktsforklaring.pdf")
        run_jobs()
        assert page.request.get(f"{portal.url}/avsiktsforklaring.pdf").body()[:5] == b"%PDF-"


def test_by_keyboard_alone(browser_page, portal, smtp):
    page, keys = browser_page, browser_page.keyboard
    page.goto(f"{portal.url}/skriv-under/")

    def tab_to(selector):
        for _press in range(60):
            if page.locator(selector).evaluate("field => field === document.activeElement"):
                return
            keys.press("Tab")
        raise AssertionError(f"the keyboard does not reach {selector}")

    tab_to("[name=name]")
    keys.type(ORGANISATION["name"])
    tab_to("[name=kind] >> nth=0")
    keys.press("Space")
    tab_to("[name=organisation_number]")
    keys.type(ORGANISATION["organisation_number"])
    tab_to("[name=decided_by] >> nth=0")
    keys.press("Space")
    tab_to("[name=decided_on]")
    keys.type("03112026")  # in the order of the browser's own language
    keys.press("Enter")
    page.wait_for_url("**/firmatecknare/")
    for name, typed in ALVA.items():
        tab_to(f"[name={name}]")
        keys.type(typed)
    keys.press("Enter")
    page.wait_for_url("**/kontrollera/")
    tab_to("[name=whole_text]")
    keys.press("Space")
    tab_to("main form button")
    keys.press("Enter")
    page.wait_for_url("**/kod/")
    tab_to("[name=code]")
    keys.type(code_in(smtp.to(ALVA["email"])[-1]))
    keys.press("Enter")
    page.wait_for_url("**/klart/**")
    assert Signature.objects.filter(state=State.SUBMITTED).count() == 1


@pytest.mark.parametrize("language", ["sv", "en"])
def test_axe_finds_nothing_in_any_step_or_state(browser_page, portal, smtp, language):
    page = browser_page

    def check_page():
        assert findings_in_all_looks(page) == [], page.url

    page.goto(f"{portal.url}/avsiktsforklaring/?sprak={language}")
    check_page()
    page.goto(f"{portal.url}/skriv-under/")
    check_page()
    go_through(page.locator("main form .button").first)
    check_page()  # errors
    page.locator("[name=name]").fill(LONG[:200])
    page.locator("[name=kind]").first.check()
    page.locator("[name=organisation_number]").fill(ORGANISATION["organisation_number"])
    page.locator("[name=decided_by]").first.check()
    page.locator("[name=decided_on]").fill(ORGANISATION["decided_on"])
    go_through(page.locator("main form .button").first)
    page.wait_for_url("**/firmatecknare/")
    check_page()
    page.locator("[name=email]").fill("alva")
    go_through(page.locator("main form .button").first)
    check_page()
    for name, typed in ALVA.items():
        page.locator(f"[name={name}]").fill(typed)
    go_through(page.locator("main form .button").first)
    page.wait_for_url("**/kontrollera/")
    check_page()
    go_through(page.locator("main form .button").first)
    check_page()
    page.locator("[name=whole_text]").check()
    go_through(page.locator("main form .button").first)
    page.wait_for_url("**/kod/")
    check_page()
    page.locator("[name=code]").fill("000000")
    go_through(page.locator("main form .button").first)
    check_page()
    page.locator("[name=code]").fill(
        re.search(r"^\s*(\d{6})\s*$", text_of(smtp.messages[-1]), re.M)[1]
    )
    go_through(page.locator("main form .button").first)
    page.wait_for_url("**/klart/**")
    check_page()


def test_the_error_summary_leads_to_the_field(browser_page, portal):
    page = browser_page
    page.goto(f"{portal.url}/skriv-under/")
    press(page, "Fortsätt")
    page.locator(".error-summary a").first.click()
    expect(page.locator("[name=name]")).to_be_focused()
    described = page.locator("[name=name]").get_attribute("aria-describedby")
    assert page.locator("[name=name]").get_attribute("aria-invalid") == "true"
    assert all(page.locator(f"#{part}").count() == 1 for part in described.split())
