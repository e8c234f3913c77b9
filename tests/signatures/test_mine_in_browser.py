"""Mina sidor as people meet them: no finding in any look, in both languages, without scripts."""

import pytest

from malmoandan.organisations import actions as rights
from malmoandan.organisations.models import Handover, Membership
from signatures import corrections
from signatures.models import Signature, State
from tests.browser import (
    assert_well_formed,
    findings_in_all_looks,
    follow,
    go_through,
    lend_session,
    press,
)
from tests.factories import make_organisation, make_signature
from tests.people import sign_in
from tests.signatures.signing import code_in
from tests.signatures.views.test_mine import make_represented

LONG = "Malmös samarbetsorganisation för föreningar med mycket långa namn " * 3


@pytest.fixture
def full_life(portal):
    """A person with all that the page can show; returns the addresses of all pages."""
    signature, person = make_represented(organisation=make_organisation(name=LONG[:200].strip()))
    make_signature(State.SUBMITTED).signatories.update(person=person)
    organisation = signature.organisation
    corrections.propose(organisation=organisation, fields={"name": "Nytt"}, by=person)
    membership = Membership.objects.get(person=person)
    rights.begin_handover(membership=membership, name="Eva Li", email="eva@example.org")
    own = f"/mina-sidor/organisationer/{organisation.slug}"
    paths = [
        "/mina-sidor/",
        f"/mina-sidor/undertecknanden/{signature.reference}/ta-tillbaka/",
        f"{own}/uppgifter/",
        f"{own}/lamna-over/",
        f"/mina-sidor/ta-over/{Handover.objects.get().token}/",
        "/mina-sidor/radera/",
        "/mina-sidor/raderat/",
        "/konto/bekrafta/",
    ]
    return person, paths


@pytest.mark.parametrize("language", ["sv", "en"])
def test_no_page_has_a_finding_in_any_look(portal, browser_page, full_life, language):
    person, paths = full_life
    lend_session(browser_page, sign_in(person), portal.url)
    for path in paths:
        browser_page.goto(f"{portal.url}{path}?sprak={language}")
        assert_well_formed(browser_page.request.get(f"{portal.url}{path}").body())
        assert browser_page.locator("h1").count() == 1
        assert findings_in_all_looks(browser_page) == [], path


def test_errors_have_no_finding_and_show_once(portal, browser_page, full_life):
    person, paths = full_life
    lend_session(browser_page, sign_in(person), portal.url)
    for path in paths[2:4]:
        browser_page.goto(f"{portal.url}{path}")
        browser_page.fill("[name=name]", "")
        go_through(browser_page.locator("main form button.button").first)
        assert browser_page.locator(".error-summary").count() == 1
        assert findings_in_all_looks(browser_page) == [], path


def test_signing_in_by_code_and_taking_back_works_without_scripts(
    portal, browser_page_without_scripts, smtp
):
    signature, person = make_represented()
    page = browser_page_without_scripts
    page.goto(f"{portal.url}/om/")
    go_through(page.locator("footer").get_by_text("Mina sidor"))
    page.fill("[name=email]", person.email)
    press(page, "Skicka kod")
    page.fill("[name=code]", code_in(smtp.to(person.email)[-1]))
    press(page, "Bekräfta")
    follow(page, "Ta tillbaka underskriften")
    go_through(page.locator("main form button.button--danger"))
    assert "Underskriften är återtagen." in page.content()
    assert Signature.objects.get(pk=signature.pk).state == State.WITHDRAWN
