"""Answering as people meet it: a department and a colleague, a private person, other machines."""

import re

import pytest

from challenges.remiss.models import ReferralResponse
from tests.browser import findings_in_all_looks, follow, go_through, open_page, press
from tests.challenges.remiss.referrals import in_malmo, make_recipient, make_referral
from tests.hostile_files import SVG, pdf
from tests.mailbox import text_of
from tests.signatures.signing import code_in


def fill(page, **fields):
    for name, typed in fields.items():
        page.locator(f"[name={name}]").fill(typed)


def choose_file(page, name, content):
    chosen = {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    page.locator("[name=file]").set_input_files(chosen)


def link_in(message, part):
    return re.search(rf"http\S+/{part}/\S+", text_of(message))[0]


def type_code(page, smtp, email):
    press(page, "Skicka koden")
    page.wait_for_url("**/kod/")
    fill(page, code=code_in(smtp.to(email)[-1]))
    press(page, "Bekräfta")
    page.wait_for_url("**/kvitto/")


def test_a_department_answers_with_files_a_colleague_approves_and_it_goes_on_elsewhere(
    chromium, browser_page_without_scripts, portal, smtp, run_jobs
):
    page, referral = browser_page_without_scripts, make_referral(sections=2)
    recipient = make_recipient(referral, name="Kulturförvaltningen", kind="department")
    section = referral.sections.first()
    page.goto(f"{portal.url}/remiss/{referral.slug}/svara/?instans={recipient.token}")
    assert page.locator("[name=name]").input_value() == "Kulturförvaltningen"
    fill(page, decided_by="Kulturnämnden", decided_on="2026-03-11")
    press(page, "Fortsätt")
    page.get_by_label("Tillstyrker med ändringar").first.check()
    fill(page, summary="Vi tillstyrker.")
    press(page, "Spara utkast")
    press(page, "Mejla länken till mig")
    run_jobs()

    with open_page(chromium, java_script_enabled=False) as elsewhere:
        elsewhere.goto(link_in(smtp.to(recipient.email)[-1], "svara"))
        press(elsewhere, "Fortsätt")
        assert elsewhere.locator("[name=summary]").input_value() == "Vi tillstyrker."
        elsewhere.locator(f"[name=s{section.pk}-text]").fill("Skriv tydligare.")
        press(elsewhere, "Fortsätt")
        choose_file(elsewhere, "bild.png", SVG)
        press(elsewhere, "Bifoga filen")
        assert "Filen går inte att läsa" in elsewhere.locator(".error-summary").inner_text()
        choose_file(elsewhere, "Protokoll.pdf", pdf())
        press(elsewhere, "Bifoga filen")
        press(elsewhere, "Spara utkast")
        elsewhere.locator("[name=kollega-email]").fill("chef@example.org")
        press(elsewhere, "Be kollegan läsa")
        run_jobs()
        with open_page(chromium) as colleague:
            colleague.goto(link_in(smtp.to("chef@example.org")[-1], "las"))
            assert "Skriv tydligare." in colleague.locator("main").inner_text()
            fill(colleague, comment="Kan skickas.")
            press(colleague, "Godkänn svaret")
            assert "Du har godkänt" in colleague.locator("main").inner_text()
        follow(elsewhere, "Kontrollera och skicka in")
        assert "har godkänt" in elsewhere.locator("main").inner_text()
        type_code(elsewhere, smtp, recipient.email)
        reference = ReferralResponse.objects.get().reference
        assert reference in elsewhere.locator("main").inner_text()
    run_jobs()

    receipt = smtp.to(recipient.email)[-1]
    assert reference in receipt["Subject"]
    assert [part.get_content_type() for part in receipt.iter_attachments()] == ["application/pdf"]
    page.reload()  # the first machine
    assert reference in page.locator("main").inner_text()
    version = ReferralResponse.objects.get().counting_version
    assert version.attachments.get().file_name == "Protokoll.pdf"


def test_a_private_person_answers_late_by_keyboard_alone(browser_page, portal, smtp):
    page, referral = browser_page, make_referral(due_date=in_malmo(2020, 1, 1).date())
    page.goto(f"{portal.url}/remiss/{referral.slug}/svara/")
    assert "Du kan svara ändå" in page.locator("main").inner_text()

    def tab_to(selector):
        for _press in range(60):
            page.keyboard.press("Tab")
            if page.evaluate("s => document.activeElement.matches(s)", selector):
                return
        raise AssertionError(selector)

    tab_to("[name=kind]")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    tab_to("[name=name]")
    page.keyboard.type("Bo Al")
    tab_to("[name=email]")
    page.keyboard.type("bo@example.org")
    page.keyboard.press("Enter")
    page.wait_for_url("**/svaret/")
    tab_to("[name=summary]")
    page.keyboard.type("Bra.")
    tab_to("main form .button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/bilagor/")
    tab_to("[name=next]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/kontrollera/")
    type_code(page, smtp, "bo@example.org")

    assert "för sent inkommet" in page.locator("main").inner_text()
    response = ReferralResponse.objects.get()
    assert (response.kind, response.shown_name) == ("person", "Privatperson")


@pytest.mark.parametrize("language", ["sv", "en"])
def test_axe_finds_nothing_in_any_step_or_state(browser_page, portal, smtp, run_jobs, language):
    page, referral = browser_page, make_referral(sections=2)

    def check_page():
        assert findings_in_all_looks(page) == [], page.url

    def go_on():
        go_through(page.locator("main form .button").first)

    page.goto(f"{portal.url}/remiss/{referral.slug}/svara/?sprak={language}")
    check_page()
    go_on()
    check_page()  # errors
    page.locator("[name=kind]").first.check()
    fill(page, name="Möllans odlare", email="alva@example.org")
    go_on()
    page.wait_for_url("**/svaret/")
    check_page()
    fill(page, summary="850709-9805")
    go_on()
    check_page()
    fill(page, summary="x" * 600)
    go_on()
    page.wait_for_url("**/bilagor/")
    check_page()
    choose_file(page, "bild.png", SVG)
    go_through(page.locator("[name=attach]"))
    check_page()
    choose_file(page, "x" * 70 + ".pdf", pdf())
    go_through(page.locator("[name=attach]"))
    check_page()
    go_through(page.locator("[name=save]"))
    page.locator("[name=kollega-email]").fill("chef")
    go_through(page.locator("[name=ask]"))
    check_page()
    page.locator("[name=kollega-email]").fill("chef@example.org")
    go_through(page.locator("[name=ask]"))
    check_page()
    here = page.url
    run_jobs()
    page.goto(link_in(smtp.to("chef@example.org")[-1], "las"))
    check_page()
    go_through(page.locator("[name=approve]"))
    check_page()
    page.goto(here.replace("utkast", "kasta"))
    check_page()
    page.goto(here.replace("utkast", "kontrollera"))
    check_page()
    go_on()
    page.wait_for_url("**/kod/")
    fill(page, code=code_in(smtp.to("alva@example.org")[-1]))
    go_on()
    page.wait_for_url("**/kvitto/")
    check_page()
    page.goto(f"{portal.url}/mina-sidor/")
    check_page()
    page.goto(f"{portal.url}/mina-sidor/remissvar/{ReferralResponse.objects.get().reference}/")
    check_page()
