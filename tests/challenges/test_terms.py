from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from challenges.models import Coordinator, FirstPrecision, Host, LastPrecision
from malmoandan.organisations.models import Sector
from tests.challenges.seats import make_area, make_host, make_seat_coordinator

pytestmark = pytest.mark.django_db
RAW = """
    INSERT INTO challenges_host (area_id, sector, name, unit, name_basis,
        first_day, first_precision, last_day, last_precision)
    VALUES (%s, %s, '', '', '', %s, 'day', %s, 'day')
"""


def insert(area, sector, first_day, last_day=None):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(RAW, [area.pk, sector, first_day, last_day])


def years(first, last=None, *, precision=LastPrecision.YEAR):
    """A term of which only years are known."""
    return {
        "first_day": date(first, 1, 1),
        "first_precision": FirstPrecision.YEAR,
        "last_day": date(last, 12, 31) if last else None,
        "last_precision": precision if last or precision != "year" else LastPrecision.DAY,
    }


@pytest.mark.parametrize(
    ("first_day", "last_day"),
    [
        ("2024-12-31", None),
        ("2020-01-01", "2020-01-01"),
        ("2019-01-01", "2020-01-01"),
        ("2019-01-01", None),
        ("2021-01-01", "2021-02-01"),
    ],
)
def test_raw_sql_cannot_seat_a_second_host(first_day, last_day):
    area = make_area()
    make_host(area, first_day=date(2020, 1, 1), last_day=date(2024, 12, 31))
    with pytest.raises(IntegrityError, match="one_city_host_per_area_a_day"):
        insert(area, "city", first_day, last_day)


def test_terms_that_meet_at_new_year_stand_side_by_side():
    area = make_area()
    make_host(area, first_day=date(2025, 1, 1), last_day=date(2025, 12, 31))
    insert(area, "city", "2026-01-01")
    insert(area, "city", "2024-01-01", "2024-12-31")
    insert(area, "civil", "2025-01-01")
    insert(make_area(), "city", "2025-01-01")
    assert Host.objects.count() == 5


def test_raw_sql_cannot_move_a_term_over_another():
    area = make_area()
    former = make_host(area, first_day=date(2020, 1, 1), last_day=date(2020, 12, 31))
    make_host(area, first_day=date(2021, 1, 1))
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE challenges_host SET last_day = NULL WHERE id = %s", [former.pk])


def test_a_second_host_is_refused_in_words():
    area = make_area()
    make_host(area, first_day=date(2020, 1, 1))
    second = Host(area=area, sector=Sector.CITY, first_day=date(2026, 1, 1))
    with pytest.raises(ValidationError, match="Platsen har redan en värd"):
        second.full_clean()
    Host(area=area, sector=Sector.CIVIL, first_day=date(2026, 1, 1)).full_clean()


@pytest.mark.parametrize("sector", Sector)
def test_each_sector_has_one_coordinator_a_day(sector):
    make_seat_coordinator(sector, first_day=date(2020, 1, 1))
    with pytest.raises(IntegrityError, match=f"one_{sector}_coordinator_a_day"):
        make_seat_coordinator(sector, first_day=date(2026, 1, 1))


def test_those_who_relieved_each_other_some_day_of_a_year_do_not_overlap():
    for first, last in ((2014, 2016), (2016, 2018), (2018, 2018), (2018, 2019)):
        make_seat_coordinator(**years(first, last))
    with pytest.raises(IntegrityError), transaction.atomic():
        make_seat_coordinator(**years(2016, 2019))


def test_an_end_that_nobody_knows_leaves_the_seat_to_others():
    make_seat_coordinator(**years(2018, precision=LastPrecision.UNKNOWN))
    make_seat_coordinator(first_day=date(2020, 3, 1))
    assert Coordinator.objects.on(date(2019, 6, 1)).count() == 0
    assert Coordinator.objects.on(date(2026, 6, 1)).count() == 1


@pytest.mark.parametrize(
    ("day", "holds"),
    [
        (date(2025, 3, 29), False),
        (date(2025, 3, 30), True),  # the clock goes forward
        (date(2025, 12, 31), True),
        (date(2026, 1, 1), True),
        (date(2026, 10, 25), True),  # the clock goes back
        (date(2026, 10, 26), False),
    ],
)
def test_a_term_covers_its_first_and_last_day(day, holds):
    make_host(first_day=date(2025, 3, 30), last_day=date(2026, 10, 25))
    assert Host.objects.on(day).exists() == holds


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        (years(2016, 2018), ("2016–2018", "2016", "2018")),
        (years(2018, 2018), ("2018", "2018", "2018")),
        (years(2018, precision=LastPrecision.UNKNOWN), ("2018–", "2018", "okänt år")),
        ({"first_day": date(2021, 5, 4)}, ("2021–", "4 maj 2021", "")),
    ],
)
def test_a_term_says_no_more_than_is_known(fields, shown):
    term = Coordinator(**fields)
    assert (term.years, term.since, term.until) == shown


def test_days_of_known_years_are_moved_to_the_ends_of_the_year():
    term = Coordinator(
        sector=Sector.CIVIL,
        first_day=date(2016, 5, 4),
        first_precision=FirstPrecision.YEAR,
        last_day=date(2018, 5, 4),
        last_precision=LastPrecision.YEAR,
    )
    term.full_clean()
    assert (term.first_day, term.last_day) == (date(2016, 1, 1), date(2018, 12, 31))


def test_a_last_year_needs_a_year():
    term = Coordinator(
        sector=Sector.CIVIL, first_day=date(2016, 5, 4), last_precision=LastPrecision.YEAR
    )
    with pytest.raises(ValidationError, match="sista året"):
        term.full_clean()


def test_a_term_cannot_end_before_it_begins():
    term = Host(
        area=make_area(),
        sector=Sector.CITY,
        first_day=date(2026, 2, 1),
        last_day=date(2026, 1, 31),
    )
    with pytest.raises(ValidationError, match="Sista dagen kan inte ligga före"):
        term.full_clean()
    with pytest.raises(IntegrityError):
        term.save()
