import threading
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from challenges import actions
from challenges.models import Host, Plan
from malmoandan.organisations.models import Sector
from tests.challenges.seats import in_days, make_area, make_host, make_plan, person, today

pytestmark = pytest.mark.django_db


def seat(area, who="Bo Berg", *, after=None, sector=Sector.CITY, **days):
    days.setdefault("first_day", today())
    return actions.seat_host(area=area, sector=sector, person=person(who), after=after, **days)


def test_a_vacant_seat_is_filled():
    area = make_area()
    host = seat(area)
    assert Host.objects.on(today()).get() == host
    assert host.shown_name == ""


def test_a_host_is_replaced_from_a_day_on():
    area = make_area()
    former = make_host(area, first_day=in_days(-400))
    host = seat(area, after=former, first_day=in_days(10))
    former.refresh_from_db()
    assert (former.last_day, host.first_day) == (in_days(9), in_days(10))
    assert Host.objects.on(in_days(9)).get() == former
    assert Host.objects.on(in_days(10)).get() == host


def test_a_term_that_ends_earlier_anyway_is_not_made_longer():
    area = make_area()
    former = make_host(area, first_day=in_days(-400), last_day=in_days(5))
    seat(area, after=former, first_day=in_days(10))
    former.refresh_from_db()
    assert former.last_day == in_days(5)


def test_nobody_follows_before_the_former_host_began():
    area = make_area()
    former = make_host(area, first_day=in_days(-10))
    for first_day in (in_days(-10), in_days(-11)):
        with pytest.raises(ValidationError, match="efter den förra"):
            seat(area, after=former, first_day=first_day)
    assert Host.objects.get() == former


def test_a_seat_that_is_promised_is_not_given_twice():
    area = make_area()
    coming = seat(area, first_day=in_days(30))
    with pytest.raises(actions.SeatTaken) as taken:
        seat(area, first_day=in_days(10))
    assert taken.value.holder == coming
    seat(area, first_day=in_days(10), last_day=in_days(29))


def test_who_decides_about_a_seat_as_it_was_is_told_how_it_is():
    area = make_area()
    host = seat(area)
    with pytest.raises(actions.SeatTaken) as taken:
        seat(area, "Cia Dahl", after=None, first_day=in_days(1))
    assert taken.value.holder == host
    assert Host.objects.get().last_day is None


def test_what_fails_changes_nothing():
    area = make_area()
    former = make_host(area, first_day=in_days(-400))
    with pytest.raises(ValidationError):
        seat(area, after=former, first_day=in_days(10), last_day=in_days(5))
    former.refresh_from_db()
    assert former.last_day is None


@pytest.mark.django_db(transaction=True)
def test_of_two_who_fill_a_seat_at_the_same_moment_one_wins_and_one_is_told():
    area = make_area()
    start, told = threading.Barrier(2), []

    def fill(name):
        start.wait(timeout=20)
        try:
            told.append(seat(area, name))
        except actions.SeatTaken as taken:
            told.append(taken)
        finally:
            connection.close()

    threads = [threading.Thread(target=fill, args=[name]) for name in ("Bo Berg", "Cia Dahl")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    host = Host.objects.get()
    assert {type(answer) for answer in told} == {Host, actions.SeatTaken}
    assert next(answer for answer in told if answer != host).holder == host


def test_a_last_day_is_set_and_taken_away():
    host = make_host(first_day=in_days(-10))
    actions.end_term(host=host, last_day=in_days(3))
    assert Host.objects.get().last_day == in_days(3)
    actions.end_term(host=host, last_day=None)
    assert Host.objects.get().last_day is None


def test_a_term_is_not_made_longer_over_who_follows():
    area = make_area()
    former = make_host(area, first_day=in_days(-10), last_day=in_days(3))
    seat(area, after=former, first_day=in_days(4))
    with pytest.raises(ValidationError, match="Platsen har redan en värd"):
        actions.end_term(host=former, last_day=in_days(4))


def test_an_address_makes_the_account_to_sign_in_with():
    area = make_area()
    who = person(email="Bo@Example.org", shows_email=True, shows_name=True)
    host = actions.seat_host(
        area=area, sector=Sector.CITY, person=who, first_day=today(), after=None
    )
    assert host.account.email == host.shown_email == "bo@example.org"
    assert (host.shown_name, host.name_public_since) == ("Bo Berg", today())


def test_consent_is_taken_back_and_keeps_its_first_day():
    host = make_host(public=True, first_day=date(2020, 1, 1))
    actions.set_consents(term=host, shows_name=True, shows_email=True)
    assert host.name_public_since == date(2020, 1, 1)
    actions.set_consents(term=host, shows_name=False, shows_email=False)
    host.refresh_from_db()
    assert (host.shown_name, host.email_public_since) == ("", None)


def test_a_new_plan_takes_over_the_areas_and_their_addresses():
    plan = make_plan("Fritid", "Arbete")
    new = actions.succeed(plan=plan)
    assert new.status(today()) == "draft"
    taken_over = [(place.order, place.area.slug) for place in new.areas.select_related("area")]
    assert taken_over == [(1, "fritid"), (2, "arbete")]
    assert plan.areas.count() == 2
    assert Plan.objects.current(today()) == plan
