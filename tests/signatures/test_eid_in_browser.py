"""The whole way in a real browser: the portal, the broker's page, and back."""

import pytest

from signatures.models import Signatory, Signature, State, Way
from tests.browser import findings_in_all_looks, follow, go_through, press
from tests.factories import make_version
from tests.signatures.signing import ALVA, BO, ORGANISATION, code_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def version(transactional_db):
    return make_version()


def fill_in(page, portal, *, co_signatory=None):
    """Go from the first step to the page where answers are checked."""
    page.goto(f"{portal.url}/skriv-under/")
    for name in ("name", "organisation_number", "decided_on"):
        page.locator(f"[name={name}]").fill(ORGANISATION[name])
    page.locator("[name=kind]").first.check()
    page.locator("[name=decided_by]").first.check()
    press(page, "Fortsätt")
    for name, typed in ALVA.items():
        page.locator(f"[name={name}]").fill(typed)
    for name, typed in (co_signatory or {}).items():
        page.locator(f"[name=fler-0-{name}]").fill(typed)
    press(page, "Fortsätt")
    page.wait_for_url("**/kontrollera/")


def choose_eid(page):
    page.get_by_label("Med BankID och en kod i mejlen").check()
    press(page, "Fortsätt")
    page.get_by_role("heading", name="Mäklaren").wait_for()


def type_code(page, smtp, person):
    page.wait_for_url("**/kod/")
    page.locator("[name=code]").fill(code_in(smtp.to(person["email"])[-1]))
    press(page, "Bekräfta")


def test_two_persons_sign_with_an_eid_each(browser_page, portal, smtp, provider):
    page = browser_page
    fill_in(page, portal, co_signatory=BO)
    page.locator("[name=whole_text]").check()
    choose_eid(page)
    follow(page, "Legitimera")
    type_code(page, smtp, ALVA)
    page.get_by_text("med e-legitimation, tillitsnivå 3").wait_for()
    provider.claims = {"sub": "196408233234", "name": "Bo Al"}
    token = Signatory.objects.get(email=BO["email"]).token
    page.goto(f"{portal.url}/skriv-under/bekrafta/{token}/")
    choose_eid(page)
    follow(page, "Legitimera")
    type_code(page, smtp, BO)
    page.get_by_role("heading", name="Tack, nu är det undertecknat").wait_for()
    assert Signature.objects.get().state == State.SUBMITTED
    assert set(Signatory.objects.values_list("way", "assurance")) == {(Way.EID, "loa3")}


def test_who_cancels_or_goes_back_loses_nothing(browser_page, portal, smtp, provider):
    page = browser_page
    fill_in(page, portal)
    page.locator("[name=whole_text]").check()
    choose_eid(page)
    page.go_back()
    page.wait_for_url("**/kontrollera/")
    page.locator("[name=whole_text]").check()
    choose_eid(page)
    follow(page, "Avbryt")
    page.get_by_role("heading", name="Du avbröt legitimeringen").wait_for()
    follow(page, "Tillbaka till underskriften")
    page.get_by_text("Möllans odlare").first.wait_for()
    page.locator("[name=whole_text]").check()
    press(page, "Fortsätt")
    type_code(page, smtp, ALVA)
    page.get_by_role("heading", name="Tack, nu är det undertecknat").wait_for()
    assert Signatory.objects.get().way == Way.CODE


@pytest.mark.parametrize("language", ["sv", "en"])
def test_axe_finds_nothing_on_the_pages_with_an_eid(browser_page, portal, smtp, provider, language):
    page = browser_page
    fill_in(page, portal, co_signatory=BO)

    def check_page(address=""):
        page.goto(address or page.url)
        assert findings_in_all_looks(page) == [], page.url

    check_page(f"{page.url}?sprak={language}")
    page.locator("[name=whole_text]").check()
    page.locator("[name=way][value=eid]").check()
    go_through(page.locator("main form .button").first)
    provider.acr = "low"
    follow(page, "Legitimera")
    assert page.evaluate("fetch(location).then(answer => answer.status)") == 403
    check_page()  # the level is too low
    provider.acr = "http://id.elegnamnden.se/loa/1.0/loa3"
    check_page(f"{portal.url}/konto/e-legitimation/svar/")
    page.goto(f"{portal.url}/skriv-under/kontrollera/")
    page.locator("[name=whole_text]").check()
    page.locator("[name=way][value=eid]").check()
    go_through(page.locator("main form .button").first)
    follow(page, "Legitimera")
    page.wait_for_url("**/kod/")
    check_page(f"{portal.url}/skriv-under/kontrollera/")  # done already
