import pytest

from malmoandan.running.status import jobs
from tests.browser import assert_well_formed, axe_findings, lend_session, scrolls_sideways
from tests.malmoandan.running.test_health import have_job, have_worker
from tests.people import make_coordinator, sign_in

STATUS = "/admin/drift/"


@pytest.fixture
def client_of_coordinator(db):
    return sign_in(make_coordinator("anna@example.org"), second_factor=True)


def test_the_first_page_says_that_something_is_wrong_and_leads_there(client_of_coordinator):
    page = client_of_coordinator.get("/admin/").content.decode()

    assert "Något i portalen fungerar inte som det ska." in page  # no worker lives
    assert f'href="{STATUS}"' in page


def test_what_is_wrong_stands_first_and_says_what_to_do(client_of_coordinator):
    page = client_of_coordinator.get(STATUS).content.decode()

    assert_well_formed(page)
    assert "Bakgrundsarbete" in page
    assert page.index("Bakgrundsarbete") < page.index("Databas")
    assert "startar tjänsten ”worker”" in page
    assert "PostgreSQL" in page


def test_a_coordinator_has_failed_jobs_done_again(client_of_coordinator):
    have_worker()
    have_job(status="failed")
    assert "Annat arbete: 1" in client_of_coordinator.get(STATUS).content.decode()

    response = client_of_coordinator.post(STATUS, {"do": "again"}, follow=True)

    assert "1 jobb görs om nu." in response.content.decode()
    assert jobs.failed_jobs() == []


def test_a_coordinator_removes_jobs_that_keep_failing(client_of_coordinator):
    have_job(status="failed")

    response = client_of_coordinator.post(STATUS, {"do": "forget"}, follow=True)

    assert "1 jobb är borttaget." in response.content.decode()
    assert jobs.failed_jobs() == []


@pytest.mark.parametrize("do", ["", "everything"])
def test_an_unknown_wish_changes_nothing(client_of_coordinator, do):
    have_job(status="failed")

    assert client_of_coordinator.post(STATUS, {"do": do}).status_code == 302
    assert jobs.failed_jobs()


def test_the_page_is_accessible(browser_page, portal):
    have_job(status="failed")
    client = sign_in(make_coordinator("anna@example.org"), second_factor=True)
    lend_session(browser_page, client, portal.url)

    browser_page.goto(f"{portal.url}{STATUS}")

    assert axe_findings(browser_page) == []
    browser_page.set_viewport_size({"width": 320, "height": 700})
    assert not scrolls_sideways(browser_page)
