from datetime import date

import pytest
from django.core.management import call_command

from challenges.models import Group, GroupMember, LastPrecision
from malmoandan.organisations.models import Sector
from tests.browser import assert_well_formed
from tests.challenges.seats import make_seat_coordinator

pytestmark = pytest.mark.django_db


def test_with_nobody_known_the_page_says_so_for_both_sides(client):
    page = client.get("/samordnare/")
    assert page.text.count("ingen uppgift om vem som är samordnare i dag") == 2
    assert_well_formed(page.content)


def test_the_history_of_both_seats_is_shown_as_known(client):
    call_command("load_content", verbosity=0)
    page = client.get("/samordnare/")
    for told in (
        "2014–2016: <bdi>Mikael Johansson</bdi>",
        "2018–: <bdi>Linnea Tingne</bdi>, <bdi>Malmö stad, Stadskontoret</bdi>",
        "vilket år uppdraget slutade är inte känt",
        "samordnare sedan 2021",
        "Arbetsgruppen från 2016",
    ):
        assert told in page.text
    assert page.text.count("ingen uppgift om vem som är samordnare i dag") == 1
    assert_well_formed(page.content)


def test_a_gap_is_said(client):
    make_seat_coordinator(first_day=date(2019, 1, 1), last_day=date(2019, 12, 31))
    make_seat_coordinator(first_day=date(2022, 1, 1))
    assert "2020–2021: ingen uppgift om någon samordnare" in client.get("/samordnare/").text


def test_groups_show_members_with_consent_and_their_task(client):
    group = Group.objects.create(
        kind=Group.Kind.COOPERATION,
        name="Samverkansgruppen",
        task="Följa arbetet.",
        first_day=date(2020, 1, 1),
    )
    for name, basis in (("Alva Ek", "consent"), ("Bo Berg", "")):
        GroupMember.objects.create(
            group=group,
            name=name,
            sector=Sector.CIVIL,
            first_day=date(2020, 1, 1),
            name_basis=basis,
            name_public_since=date(2020, 1, 1) if basis else None,
            last_precision=LastPrecision.DAY,
        )
    page = client.get("/samordnare/").text
    assert "Följa arbetet." in page
    assert "Alva Ek" in page
    assert "Bo Berg" not in page
    assert "Namnet visas inte" in page


def test_as_many_questions_for_many_as_for_few(client, django_assert_max_num_queries):
    call_command("load_content", verbosity=0)
    client.get("/samordnare/")
    with django_assert_max_num_queries(12) as few:
        client.get("/samordnare/")
    for year in range(1990, 2010):
        make_seat_coordinator(first_day=date(year, 1, 1), last_day=date(year, 12, 31))
        Group.objects.create(kind="working", name=f"Grupp {year}", first_day=date(year, 1, 1))
    with django_assert_max_num_queries(len(few)):
        client.get("/samordnare/")
