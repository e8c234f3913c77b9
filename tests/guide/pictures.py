"""Each picture of the guide: where to stand, and what to look at."""

import io
import os
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from PIL import Image
from playwright.sync_api import sync_playwright

from challenges.models import Dialogue, Plan
from challenges.remiss.models import Referral, ReferralResponse
from malmoandan.organisations.models import Organisation, PossibleDuplicate, ProposedChange
from mapping.models import SurveyRound
from signatures.models import Signature, State
from tests.browser import lend_session
from tests.factories import make_user
from tests.guide.desk import lay_out
from tests.people import make_coordinator, sign_in

FOLDER = Path(__file__).parents[2] / "docs" / "samordnare" / "bilder"
SIZE = {"width": 1000, "height": 720}
COLOURS = 32  # of the palette: text stays sharp, and the file small


@pytest.fixture
def chromium():
    """In Swedish to the last button: what the browser itself writes comes from its environment."""
    language = {**os.environ, "LANGUAGE": "sv", "LANG": "sv_SE.UTF-8"}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--lang=sv"], env=language
        )
        yield browser
        browser.close()


@pytest.fixture
def look(portal, browser_page):
    """Let somebody visit an address and keep what they see, or a part of it."""

    def take(name, person, path, part=None):
        browser_page.context.clear_cookies()
        lend_session(browser_page, sign_in(person, second_factor=True), portal.url)
        browser_page.set_viewport_size(SIZE)
        browser_page.goto(portal.url + path)
        if part:
            browser_page.locator(part).first.scroll_into_view_if_needed()
        save(name, browser_page.screenshot())

    return take


def save(name, png):
    """As a palette of few colours, on white, of a third of the size."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(FOLDER / f"{name}.png", optimize=True)


def test_take_every_picture(look, portal, browser_page):
    FOLDER.mkdir(exist_ok=True)
    coordinator = lay_out()
    waiting = Signature.objects.get(state=State.SUBMITTED)
    referral = Referral.objects.get(state=Referral.State.OPEN)
    answer = ReferralResponse.objects.get(referral=referral)
    plan = Plan.objects.exclude(first_day=None).latest("first_day")
    pair = PossibleDuplicate.objects.first()
    survey_round = SurveyRound.objects.get(number=2027)
    other = make_user("eva.li@example.org", name="Eva Li")
    Authenticator.objects.create(user=other, type=Authenticator.Type.TOTP, data={})
    browser_page.set_viewport_size(SIZE)
    browser_page.goto(f"{portal.url}/konto/logga-in/")
    save("logga-in", browser_page.screenshot())
    look("andra-steget", make_coordinator(), "/konto/andra-steget/")
    for name, path, part in [
        ("att-gora", "/admin/", None),
        ("undertecknande", f"/admin/signatures/signature/{waiting.pk}/change/", None),
        ("beslut", f"/admin/signatures/signature/{waiting.pk}/change/", "#id_reason"),
        ("papper", "/admin/signatures/signature/papper/", None),
        ("rattelse", f"/admin/organisations/proposedchange/{change().pk}/change/", None),
        ("textversion", "/admin/signatures/agreementversion/add/", None),
        ("dubbletter", f"/admin/organisations/possibleduplicate/{pair.pk}/change/", None),
        ("foretradare", f"/admin/organisations/organisation/{kept()}/foretradare/", None),
        ("varden", f"/admin/challenges/plan/{plan.pk}/varden/", None),
        ("dialog", f"/mina-sidor/dialoger/{Dialogue.objects.get().slug}/", None),
        ("remiss", "/admin/remiss/referral/add/", None),
        ("remisslista", f"/admin/remiss/referralrecipient/remiss/{referral.pk}/klistra-in/", None),
        ("remisslaget", f"/admin/remiss/referral/{referral.pk}/laget/", None),
        ("remissvar", f"/admin/remiss/referralresponse/{answer.pk}/change/", None),
        ("sa-blev-det", "/admin/remiss/reply/add/", None),
        ("omgang", f"/admin/mapping/surveyround/{survey_round.pk}/laget/", None),
        ("nyhet", "/admin/pages/news/add/", None),
        ("dokument", "/admin/pages/document/add/", None),
        ("person", f"/admin/accounts/user/{other.pk}/change/", None),
        ("personuppgifter", "/admin/personuppgifter/", None),
    ]:
        look(name, coordinator, path, part)


def change():
    return ProposedChange.objects.get()


def kept():
    return Organisation.objects.get(name="Kulturföreningen Kajen").pk
