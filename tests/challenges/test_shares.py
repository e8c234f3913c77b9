from datetime import date

import pytest

from challenges import shares
from challenges.board import gaps_between
from challenges.models import FirstPrecision, Host, LastPrecision
from malmoandan.organisations.models import Sector
from tests.challenges.seats import make_area, make_host, make_seat_coordinator

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)


def test_with_nobody_there_is_nothing_to_show():
    assert shares.seats_picture(TODAY) is None


def test_a_seat_counts_once_a_year_however_many_held_it():
    area = make_area()
    make_host(area, first_day=date(2024, 1, 1), last_day=date(2024, 5, 31))
    make_host(area, first_day=date(2024, 6, 1), last_day=date(2025, 1, 1))
    make_host(first_day=date(2025, 12, 31))
    assert shares.seats_by_year(TODAY) == {
        2024: {"civil": 0, "city": 1},
        2025: {"civil": 0, "city": 2},
        2026: {"civil": 0, "city": 1},
    }


def test_hosts_and_coordinators_of_both_sides_count():
    make_host(sector=Sector.CIVIL, first_day=date(2026, 1, 1))
    make_seat_coordinator(Sector.CIVIL, first_day=date(2026, 1, 1))
    make_seat_coordinator(Sector.CITY, first_day=date(2026, 1, 1), last_day=date(2026, 1, 1))
    assert shares.seats_by_year(TODAY) == {2026: {"civil": 2, "city": 1}}


def test_of_who_left_in_an_unknown_year_no_more_than_the_first_is_claimed():
    make_seat_coordinator(
        Sector.CITY,
        first_day=date(2024, 1, 1),
        first_precision=FirstPrecision.YEAR,
        last_precision=LastPrecision.UNKNOWN,
    )
    picture = shares.seats_picture(TODAY)
    assert picture.rows == [["2024", 1, 0], ["2025", 0, 0], ["2026", 0, 0]]
    assert picture.headers == ["År", "Malmö stad", "Idéburen sektor"]


def test_a_term_that_has_not_begun_is_not_counted_yet():
    make_host(first_day=date(2027, 1, 1))
    make_host(first_day=date(2026, 1, 1))
    assert shares.seats_by_year(TODAY) == {2026: {"civil": 0, "city": 1}}


def term(first_day, last_day=None, **fields):
    return Host(first_day=first_day, last_day=last_day, **fields)


def test_the_days_between_terms_are_a_gap():
    terms = [term(date(2024, 1, 1)), term(date(2020, 1, 1), date(2021, 12, 31))]
    assert [gap.years for gap in gaps_between(terms)] == ["2022–2023"]


def test_terms_that_meet_leave_no_gap():
    terms = [term(date(2020, 1, 1), date(2020, 12, 31)), term(date(2021, 1, 1))]
    assert gaps_between(terms) == []


def test_after_an_unknown_end_no_gap_is_claimed():
    terms = [term(date(2018, 1, 1), last_precision=LastPrecision.UNKNOWN), term(date(2024, 1, 1))]
    assert gaps_between(terms) == []
