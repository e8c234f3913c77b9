import pytest
from django.db import connection

from malmoandan.accounts import data_rights
from tests.challenges.seats import make_host, make_seat_coordinator
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return make_user("planterad@example.org", name="Planterad Person")


def test_a_person_gets_what_is_stored_of_the_own_seats(person):
    host = make_host(account=person, name="Planterad Person", unit="Enheten")
    make_host(name="Någon Annan")
    told = data_rights.export(person)["uppdrag"]
    assert [(row["samhällsutmaning"], row["namn"]) for row in told] == [
        (host.area.name, "Planterad Person")
    ]


def test_erasing_leaves_the_term_and_no_trace_of_the_person(person):
    host = make_host(
        account=person, name="Planterad Person", public=True, unit="Planterad Person AB"
    )
    make_seat_coordinator(account=person, name="P. Person", about="Efter Planterad Person.")
    first_day = host.first_day
    data_rights.erase(person)
    host.refresh_from_db()
    assert (host.first_day, host.name, host.account) == (first_day, "", None)
    with connection.cursor() as cursor:
        for table in ("host", "coordinator"):
            for kind in ("", "event"):
                cursor.execute(f"SELECT t::text FROM challenges_{table}{kind} t")
                assert "Person" not in str(cursor.fetchall())
