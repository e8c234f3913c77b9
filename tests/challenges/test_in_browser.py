"""Areas and seats as people meet them: a coordinator who seats hosts, and a host who visits."""

import pytest
from django.core.management import call_command

from challenges.models import ChallengeArea, Host, Plan
from malmoandan.organisations.models import Sector
from tests.browser import findings_in_all_looks, follow, go_through, lend_session, press
from tests.challenges.seats import in_days, make_host
from tests.factories import make_user
from tests.people import make_coordinator, sign_in

LONG = "Föreningen för långa namnsammansättningsverksamheterochliknande i Malmö med omnejd"


@pytest.fixture(autouse=True)
def content(transactional_db):
    call_command("load_content", verbosity=0)


@pytest.fixture
def area():
    return ChallengeArea.objects.get(slug="ungas-halsa-och-livsstil")


@pytest.fixture
def as_person(portal, browser_page):
    """Let the browser be signed in as someone, with a second factor when asked for."""

    def enter(user, **how):
        lend_session(browser_page, sign_in(user, **how), portal.url)
        return browser_page

    return enter


def test_a_coordinator_fills_a_seat_and_later_replaces_the_host(as_person, portal):
    page = as_person(make_coordinator(), second_factor=True)
    page.goto(f"{portal.url}/admin/")
    go_through(page.get_by_role("link", name="Planer", exact=True))
    row = page.get_by_role("row", name="Samarbetsplanen 2018")
    go_through(row.get_by_role("link", name="Vem sitter var"))
    follow(page, "Ny värd Ungas hälsa och livsstil, Malmö stad")
    page.get_by_label("Namn", exact=False).first.fill("Alva Ek")
    page.get_by_label("Första dag").fill(in_days(0).isoformat())
    page.get_by_label("Värden har samtyckt till att namnet visas").check()
    press(page, "Ny värd")
    page.get_by_text("Alva Ek är värd från och med").wait_for()
    follow(page, "Byt värd Ungas hälsa och livsstil, Malmö stad")
    page.get_by_label("Namn", exact=False).first.fill("Bo Berg")
    page.get_by_label("Första dag").fill(in_days(9).isoformat())
    press(page, "Byt värd")
    page.get_by_text("Bo Berg är värd från och med").wait_for()
    assert [host.last_day for host in Host.objects.order_by("first_day")] == [in_days(8), None]
    page.goto(f"{portal.url}/utmaningar/ungas-halsa-och-livsstil/")
    assert page.get_by_text("Alva Ek").is_visible()
    assert page.get_by_text("Bo Berg").count() == 0


@pytest.mark.parametrize(
    "path",
    [
        "utmaningar/",
        "utmaningar/ungas-halsa-och-livsstil/",
        "utmaningar/jamlik-fritid-och-kultur/?sprak=en",
        "samordnare/",
    ],
)
def test_public_pages_are_for_everyone(browser_page, portal, area, path):
    make_host(area, public=True, name=LONG, unit=LONG)
    make_host(area, public=True, name=LONG, first_day=in_days(-99), last_day=in_days(-50))
    browser_page.goto(f"{portal.url}/{path}")
    for details in browser_page.locator("details").all():
        details.evaluate("element => element.open = true")
    assert findings_in_all_looks(browser_page) == []


def test_the_hosts_page_is_for_everyone(as_person, portal, area):
    host = make_host(area, account=make_user(), name=LONG, unit=LONG)
    page = as_person(host.account)
    page.goto(f"{portal.url}/mina-sidor/")
    follow(page, "Dina uppdrag och vad som visas av dig")
    assert findings_in_all_looks(page) == []
    page.get_by_label("Visa mitt namn").check()
    press(page, "Spara")
    page.get_by_text("Det du valt att visa är sparat.").wait_for()
    host.refresh_from_db()
    assert host.shown_name == LONG


def test_the_board_is_for_everyone(as_person, portal, area):
    host = make_host(area, name=LONG, unit=LONG, last_day=in_days(9))
    make_host(area, Sector.CIVIL, name=LONG, last_day=in_days(9))
    make_host(area, Sector.CIVIL, name=LONG, first_day=in_days(10))
    page = as_person(make_coordinator(), second_factor=True)
    board = f"{portal.url}/admin/challenges/plan/{Plan.objects.adopted().get().pk}/varden/"
    found = {}
    for step in ("", f"{area.pk}/city/", f"sista-dag/{host.pk}/"):
        page.goto(board + step)
        found[step] = findings_in_all_looks(page)
    page.goto(f"{board}{area.pk}/city/")
    press(page, "Byt värd")
    assert page.title().startswith("Fel:")
    found["errors"] = findings_in_all_looks(page)
    assert {step: findings for step, findings in found.items() if findings} == {}
