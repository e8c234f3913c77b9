import pytest

from challenges import access
from malmoandan.organisations.models import Sector
from tests.browser import assert_well_formed
from tests.challenges.seats import in_days, make_area, make_host, make_seat_coordinator, today
from tests.factories import make_user
from tests.people import sign_in

pytestmark = pytest.mark.django_db
ADDRESS = "/mina-sidor/omraden/"


def boxes(term, *checked):
    return {f"{type(term).__name__.lower()}-{term.pk}-{name}": "on" for name in checked}


def test_a_host_sees_the_own_area_and_no_other():
    host, other = make_host(account=make_user()), make_host(account=make_user())
    page = sign_in(host.account).get(ADDRESS)
    assert host.area.name in page.text
    assert other.area.name not in page.text
    assert_well_formed(page.content)
    assert f"/utmaningar/{host.area.slug}/" in sign_in(host.account).get("/mina-sidor/").text


def test_a_stranger_signs_in_first_and_others_find_nothing(client):
    assert client.get(ADDRESS).status_code == 302
    assert sign_in(make_user()).get(ADDRESS).status_code == 404
    assert "Mina områden" not in sign_in(make_user()).get("/mina-sidor/").text


@pytest.mark.parametrize(
    ("first", "last", "has"),
    [(-9, None, True), (0, 0, True), (-9, 0, True), (-9, -1, False), (1, None, False)],
)
def test_the_right_lasts_as_long_as_the_term(first, last, has):
    user = make_user()
    last_day = None if last is None else in_days(last)
    make_host(account=user, first_day=in_days(first), last_day=last_day)
    assert access.hosted_areas(user, today()).exists() == has


def test_a_right_is_for_the_own_area_alone():
    host, other = make_host(account=make_user()), make_area()
    assert access.hosts_area(host.account, host.area, today())
    assert not access.hosts_area(host.account, other, today())


def test_a_former_host_decides_about_the_own_name(client):
    user = make_user()
    host = make_host(account=user, public=True, first_day=in_days(-9), last_day=in_days(-1))
    page = sign_in(user).get(ADDRESS)
    assert "Du är inte värd för något område i dag." in page.text
    sign_in(user).post(ADDRESS, {})
    host.refresh_from_db()
    assert host.shown_name == ""
    assert host.name not in client.get(f"/utmaningar/{host.area.slug}/").text


def test_consent_is_given_field_by_field_and_seat_by_seat():
    user = make_user("alva@example.org")
    host = make_host(sector=Sector.CIVIL, account=user)
    coordinator = make_seat_coordinator(account=user)
    answer = sign_in(user).post(ADDRESS, boxes(host, "shows_email"), follow=True)
    assert "är sparat" in answer.text
    for term in (host, coordinator):
        term.refresh_from_db()
    assert (host.shown_name, host.shown_email) == ("", "alva@example.org")
    assert (coordinator.shown_name, coordinator.shown_email) == ("", "")


def test_nobody_consents_for_another():
    host, other = make_host(account=make_user()), make_host(account=make_user())
    sign_in(host.account).post(ADDRESS, boxes(other, "shows_name"))
    other.refresh_from_db()
    assert other.shown_name == ""
