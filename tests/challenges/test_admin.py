import threading

import pytest
from django.db import connection

from challenges.models import Coordinator, GroupMember, Host, Plan
from malmoandan.organisations.models import Kind, Sector
from tests.challenges.seats import (
    in_days,
    make_area,
    make_host,
    make_plan,
    make_seat_coordinator,
    today,
)
from tests.factories import make_organisation, make_user
from tests.people import make_coordinator, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    return sign_in(make_coordinator("anna@example.org"), second_factor=True)


@pytest.fixture
def plan():
    return make_plan("Fritid", "Arbete")


def board(plan, step=""):
    return f"/admin/challenges/plan/{plan.pk}/varden/{step}"


def seat(plan, sector="city", order=1):
    return board(plan, f"{plan.areas.get(order=order).area_id}/{sector}/")


def fields(**changed):
    return {"name": "Bo Berg", "first_day": today().isoformat()} | changed


def test_the_board_tells_who_sits_where_until_when_and_what_is_vacant(desk, plan):
    area = plan.areas.get(order=1).area
    make_host(area, name="Alva Ek", last_day=in_days(30))
    make_host(area, Sector.CIVIL, name="Bo Berg")
    page = desk.get(board(plan))
    assert page.context["vacant"] == 2
    assert [found.host.name for _row, found in page.context["ending"]] == ["Alva Ek"]
    assert "Bo Berg" in page.text


def test_a_vacant_seat_is_filled_on_the_board(desk, plan):
    make_organisation(kind=Kind.DEPARTMENT, sector=Sector.CITY, name="Fritidsförvaltningen")
    sent = fields(organisation="fritidsforvaltningen", email="bo@example.org", shows_name="on")
    answer = desk.post(seat(plan), sent, follow=True)
    assert "Bo Berg är värd från och med" in answer.text
    host = Host.objects.get()
    assert (host.from_where, host.shown_name) == ("Fritidsförvaltningen", "Bo Berg")
    assert host.account.email == "bo@example.org"


def test_a_host_is_replaced_in_one_step(desk, plan):
    former = make_host(plan.areas.get(order=1).area, name="Alva Ek")
    page = desk.get(seat(plan))
    assert "Nu: Alva Ek" in page.text
    assert page.context["form"]["after"].value() == former.pk
    desk.post(seat(plan), fields(first_day=in_days(10).isoformat(), after=former.pk))
    former.refresh_from_db()
    assert former.last_day == in_days(9)
    assert Host.objects.count() == 2


def test_who_comes_second_is_told_and_can_decide_anew(desk, plan):
    first = make_host(plan.areas.get(order=1).area, name="Cia Dahl")
    answer = desk.post(seat(plan), fields(first_day=in_days(5).isoformat()))
    assert answer.status_code == 422
    assert "Platsen är upptagen: Cia Dahl har den" in answer.text
    assert answer.context["form"]["after"].value() == first.pk
    assert answer.context["form"]["name"].value() == "Bo Berg"


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"name": ""}, "Skriv värdens namn."),
        ({"name": "Bo 850709-9805"}, "personnummer"),
        ({"name": "\0"}, ""),
        ({"name": "x" * 151}, "150"),
        ({"name": "‮​"}, "Skriv värdens namn."),
        ({"email": "inte en adress"}, "e-postadress"),
        ({"first_day": ""}, "Skriv dagen då uppdraget börjar."),
        ({"first_day": "03/11/2026"}, "år-månad-dag"),
        ({"first_day": "0001-01-01"}, "Kontrollera årtalet."),
        ({"first_day": "9999-12-31"}, "Kontrollera årtalet."),
        ({"last_day": "2020-01-01"}, "Sista dagen kan inte ligga före"),
        ({"shows_email": "on"}, "Skriv adressen som ska visas."),
        ({"organisation": "802002-8711"}, "Ingen organisation heter så"),
        ({"organisation": "x"}, "Ingen organisation heter så"),
        ({"organisation": "\0"}, "Null"),
        ({"after": "x"}, ""),
        ({"after": "99999999999999999999"}, ""),
    ],
)
def test_bad_input_is_refused_in_words_and_seats_nobody(desk, plan, changed, told):
    answer = desk.post(seat(plan), fields(**changed))
    assert answer.status_code == 422
    assert told in answer.text
    assert not Host.objects.exists()


def test_a_seat_that_does_not_exist_is_not_found(desk, plan):
    other = make_area()
    for step in (f"{other.pk}/city/", f"{plan.areas.first().area_id}/kyrkan/", "999/civil/"):
        assert desk.get(board(plan, step)).status_code == 404
    assert desk.get(board(plan, "sista-dag/999/")).status_code == 404


def test_a_last_day_is_changed_and_refused_in_words(desk, plan):
    host = make_host(plan.areas.get(order=1).area)
    address = board(plan, f"sista-dag/{host.pk}/")
    answer = desk.post(address, {"last_day": in_days(-30).isoformat()})
    assert (answer.status_code, "ligga före den första" in answer.text) == (422, True)
    assert desk.post(address, {"last_day": in_days(5).isoformat()}).status_code == 302
    assert Host.objects.get().last_day == in_days(5)


def test_the_first_page_tells_of_vacancies_and_ends_and_leads_to_the_board(desk, plan):
    area = plan.areas.get(order=1).area
    make_host(area, name="Alva Ek", last_day=in_days(60))
    make_host(area, Sector.CIVIL, name="Bo Berg", last_day=in_days(61))
    make_seat_coordinator(name="Cia Dahl", last_day=in_days(1))
    page = desk.get("/admin/").text
    assert "Lediga platser för värdar (1)" in page
    assert "Arbete: Idéburen sektor och Malmö stad" in page
    assert "Fritid: Alva Ek (Malmö stad), till och med" in page
    assert "Bo Berg" not in page
    assert "Cia Dahl (Idéburen sektor)" in page
    assert f'href="{board(plan)}"' in page


def test_who_has_a_follower_does_not_wait(desk, plan):
    area = plan.areas.get(order=1).area
    make_host(area, name="Alva Ek", last_day=in_days(5))
    make_host(area, name="Bo Berg", first_day=in_days(6))
    assert "Alva Ek" not in desk.get("/admin/").text
    assert desk.get(board(plan)).context["ending"] == []


def test_a_new_plan_takes_over_by_a_post(desk, plan):
    address = f"/admin/challenges/plan/{plan.pk}/ny-plan/"
    assert desk.get(address).status_code == 403
    answer = desk.post(address, follow=True)
    assert "Ett förslag till ny plan är påbörjat" in answer.text
    assert Plan.objects.count() == 2


COORDINATOR = {
    "sector": "city",
    "role": "coordinator",
    "name": "Alva Ek",
    "first_day": "2026-01-01",
    "first_precision": "day",
    "last_precision": "day",
}
ADD = "/admin/challenges/coordinator/add/"


@pytest.mark.parametrize("typed", ["möllans odlare", "MO", "802002-8711", " 8020028711 "])
def test_an_organisation_is_found_by_name_short_name_or_number(desk, typed):
    odlare = make_organisation(
        name="Möllans odlare", short_name="MO", organisation_number="8020028711"
    )
    make_organisation(name="Möllans odlares vänner")
    desk.post(ADD, COORDINATOR | {"organisation": typed})
    coordinator = Coordinator.objects.get()
    assert coordinator.organisation == odlare
    page = desk.get(f"/admin/challenges/coordinator/{coordinator.pk}/change/")
    assert 'value="Möllans odlare"' in page.text


def test_an_organisation_that_could_be_several_or_none_is_asked_about(desk, plan):
    for name in ("Möllans odlare", "Möllans vänner"):
        make_organisation(name=name)
    several = desk.post(ADD, COORDINATOR | {"organisation": "Möllans"}).text
    assert "Flera stämmer: Möllans odlare, Möllans vänner." in several
    none = desk.post(ADD, COORDINATOR | {"organisation": "Zenit"}).text
    assert "Ingen organisation heter så" in none
    other_side = desk.post(seat(plan), fields(organisation="Möllans odlare")).text
    assert "Organisationen hör till den andra sidan." in other_side
    assert not Coordinator.objects.exists()


def test_a_second_coordinator_is_refused_in_words(desk):
    assert desk.post(ADD, COORDINATOR).status_code == 302
    answer = desk.post(ADD, COORDINATOR | {"name": "Bo Berg", "first_day": "2026-02-01"})
    assert "Sektorn har redan en samordnare någon av de dagarna." in answer.text
    assert desk.post(ADD, COORDINATOR | {"sector": "civil"}).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_two_coordinators_of_one_sector_at_the_same_moment_are_one():
    desks = [sign_in(make_coordinator(), second_factor=True) for _n in range(2)]
    start, answers = threading.Barrier(2), []

    def add(client, name):
        start.wait(timeout=20)
        answers.append(client.post(ADD, COORDINATOR | {"name": name}))
        connection.close()

    threads = [
        threading.Thread(target=add, args=[client, f"Person {n}"]) for n, client in enumerate(desks)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(answer.status_code for answer in answers) == [200, 302]
    refused = next(answer for answer in answers if answer.status_code == 200)
    assert "Sektorn har redan en samordnare" in refused.text
    assert Coordinator.objects.count() == 1


def test_another_address_is_another_account_and_needs_a_consent_of_its_own(desk):
    host = make_host(account=make_user("alva@example.org"), email_public_since=today())
    sent = {"name": "Alva Ek", "email": "ny@example.org", "email_public_since": today().isoformat()}
    desk.post(f"/admin/challenges/host/{host.pk}/change/", sent)
    host.refresh_from_db()
    assert (host.account.email, host.email_public_since) == ("ny@example.org", None)


def test_a_name_is_shown_only_with_a_ground_and_a_day(desk):
    host = make_host()
    sent = {"name": "Alva Ek", "name_basis": "consent"}
    answer = desk.post(f"/admin/challenges/host/{host.pk}/change/", sent)
    assert "Ange både varför och sedan när" in answer.text


def test_a_group_has_members_of_both_sides(desk):
    form = {"members-TOTAL_FORMS": 2, "members-INITIAL_FORMS": 0}
    term = {"first_day": "2026-01-01", "first_precision": "day", "last_precision": "day"}
    group = {"kind": "cooperation", "name": "Samverkansgruppen", "task": "Följa arbetet.", **term}
    for n, sector in enumerate(Sector.values):
        form |= {f"members-{n}-{name}": value for name, value in term.items()}
        form |= {f"members-{n}-sector": sector, f"members-{n}-name": f"Person {n}"}
    answer = desk.post("/admin/challenges/group/add/", form | group)
    assert answer.status_code == 302
    assert GroupMember.objects.count() == 2


@pytest.mark.parametrize("who", ["visitor", "host", "coordinator without a second factor"])
def test_the_board_is_the_coordinators_alone(client, plan, who):
    host = make_host(plan.areas.get(order=1).area, account=make_user())
    if who == "host":
        client = sign_in(host.account)
    elif who != "visitor":
        client = sign_in(make_coordinator())
    steps = ["", f"{host.area_id}/civil/", f"sista-dag/{host.pk}/"]
    for address in [board(plan, step) for step in steps]:
        assert client.get(address).status_code in {302, 403}
        assert client.post(address, fields()).status_code in {302, 403}
    assert Host.objects.get().last_day is None


def test_the_board_asks_as_often_for_fifty_areas_as_for_one(desk, django_assert_max_num_queries):
    small, large = make_plan("A"), make_plan(*[f"Utmaning {n}" for n in range(50)])
    for place in large.areas.select_related("area"):
        make_host(place.area, last_day=in_days(9))
    desk.get(board(small))
    with django_assert_max_num_queries(14) as few:
        desk.get(board(small))
    with django_assert_max_num_queries(len(few)):
        desk.get(board(large))


def test_seating_is_kept_in_the_history(desk, plan):
    desk.post(seat(plan), fields())
    page = desk.get(f"/admin/challenges/host/{Host.objects.get().pk}/history/").text
    assert "Tillagd" in page
    assert "anna@example.org" in page


def test_nothing_waits_in_a_plan_that_has_ended(desk):
    make_plan("Fritid", first_day=in_days(-900), last_day=in_days(-1))
    page = desk.get("/admin/").content.decode()
    assert "Lediga platser för värdar (" not in page


def test_a_term_that_ends_leads_to_the_board_of_its_own_plan(desk):
    former = make_plan("Fritid", first_day=in_days(-900), last_day=in_days(-1))
    current = make_plan("Arbete", first_day=in_days(0))
    area = former.areas.get().area
    Host.objects.create(
        area=area, sector="city", name="Bo", first_day=in_days(-9), last_day=in_days(9)
    )
    page = desk.get("/admin/").content.decode()
    assert f'href="{board(former)}"' in page
    assert f'href="{board(current)}"' in page  # for its own vacant seats


def test_english_words_are_written_beside_the_swedish(desk):
    area = make_plan("Fritid").areas.get().area
    path = f"/admin/challenges/challengearea/{area.pk}/change/"
    assert desk.post(path, {"name": "Fritid", "english_name": "Leisure"}).status_code == 302
    area.refresh_from_db()
    assert area.english_name == "Leisure"
