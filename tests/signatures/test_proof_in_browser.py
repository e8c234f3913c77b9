"""The proof and the check of a file, as people meet them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.core.management import call_command

from signatures import actions
from signatures.certificates import render_certificate
from signatures.models import State
from tests.browser import SMALL_PHONE, findings_in_all_looks, press, scrolls_sideways
from tests.factories import make_organisation, make_signature, make_user

DAY = date(2026, 11, 22)


@pytest.fixture(scope="module", autouse=True)
def _fonts():
    call_command("build_fonts")


@pytest.fixture
def certificate(signature, tmp_path):
    """The certificate as a file; made in a thread, as Playwright's event loop runs in this one."""
    with ThreadPoolExecutor(1) as executor:
        job = executor.submit(render_certificate, signature, language="sv", day=DAY)
        pdf = job.result()
    (tmp_path / "bevis.pdf").write_bytes(pdf)
    return tmp_path / "bevis.pdf"


@pytest.fixture
def signature(transactional_db):
    organisation = make_organisation(name="Ö" * 200)
    signature = make_signature(State.SUBMITTED, organisation=organisation)
    return actions.publish(signature=signature, by=make_user())


def test_the_proof_is_accessible_and_fits_a_small_phone(signature, live_server, browser_page):
    browser_page.set_viewport_size(SMALL_PHONE)
    address = f"{live_server.url}/bevis/{signature.reference}/"
    browser_page.goto(address)

    assert findings_in_all_looks(browser_page) == []
    assert not scrolls_sideways(browser_page)
    actions.withdraw(signature=signature, by=make_user())
    browser_page.goto(address)
    assert findings_in_all_looks(browser_page) == []


def test_a_certificate_is_handed_in_and_judged(certificate, live_server, browser_page):
    browser_page.set_viewport_size(SMALL_PHONE)
    browser_page.goto(f"{live_server.url}/bevis/")
    assert findings_in_all_looks(browser_page) == []

    press(browser_page, "Kontrollera filen")
    assert browser_page.title().startswith("Fel:")
    assert findings_in_all_looks(browser_page) == []

    browser_page.get_by_label("PDF-fil").set_input_files(certificate)
    press(browser_page, "Kontrollera filen")
    assert browser_page.locator("h1").inner_text() == "Filen är äkta och oförändrad"
    assert findings_in_all_looks(browser_page) == []
    assert not scrolls_sideways(browser_page)
