"""What the database itself refuses, and the state of a round."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from mapping.models import (
    FIRST_INVENTED,
    Amount,
    Cooperation,
    CooperationEdition,
    CooperationForm,
    Level,
    Party,
    SurveyRound,
)
from tests.mapping.cooperations import make_edition, make_round

pytestmark = pytest.mark.django_db


def refused(name, run):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        run()


def sql(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_raw_sql_gets_no_second_edition_of_a_cooperation_into_a_round():
    first = make_edition()
    columns = ", ".join(
        f.column
        for f in CooperationEdition._meta.concrete_fields
        if not (f.generated or f.primary_key)
    )
    copy = (
        f"INSERT INTO mapping_cooperationedition ({columns})"
        f" SELECT {columns} FROM mapping_cooperationedition WHERE id = %s"
    )
    refused("one_edition_of_a_cooperation_a_round", lambda: sql(copy, first.pk))


def test_a_later_round_replaces_an_edition_and_the_earlier_round_still_shows_it():
    first, second = make_round(2026), make_round(2027)
    old = make_edition(first, title="Läxhjälp")
    old.until_round = second
    old.save()
    new = make_edition(second, cooperation=old.cooperation, title="Läxhjälp på loven")
    assert list(CooperationEdition.objects.in_round(first)) == [old]
    assert list(CooperationEdition.objects.in_round(second)) == [new]
    assert list(CooperationEdition.objects.public()) == [new]


def test_an_edition_that_no_round_changes_holds_in_later_rounds():
    edition = make_edition(make_round(2026))
    assert list(CooperationEdition.objects.in_round(make_round(2030))) == [edition]


def test_a_round_that_is_not_published_changes_nothing_in_public():
    edition = make_edition(make_round(2026))
    unpublished = make_round(2027, published=False)
    CooperationEdition.objects.filter(pk=edition.pk).update(until_round=unpublished)
    new = make_edition(unpublished, cooperation=edition.cooperation)
    assert list(CooperationEdition.objects.public()) == [edition]
    assert list(CooperationEdition.objects.in_published_rounds()) == [edition]
    assert list(CooperationEdition.objects.in_round(unpublished)) == [new]


def test_invented_and_true_rounds_never_mix():
    true = make_edition(make_round(2026))
    invented_round = make_round(FIRST_INVENTED, invented=True)
    invented = make_edition(invented_round)
    assert list(CooperationEdition.objects.in_round(invented_round)) == [invented]
    assert list(CooperationEdition.objects.in_round(true.from_round)) == [true]
    refused(
        "invented_rounds_have_numbers_of_their_own",
        lambda: SurveyRound.objects.filter(pk=true.from_round.pk).update(invented=True),
    )


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("ongoing_cooperation_has_no_end", {"ongoing": True, "ends_on": date(2026, 1, 1)}),
        ("cooperation_ends_after_it_begins", {"ongoing": False, "ends_on": date(2020, 1, 1)}),
        (
            "year_of_start_is_its_first_day",
            {"starts_on": date(2024, 2, 1), "start_precision": "year"},
        ),
        (
            "year_of_end_is_its_last_day",
            {"ongoing": False, "ends_on": date(2026, 5, 1), "end_precision": "year"},
        ),
        ("only_partnerships_have_partnership_facts", {"goals": "Fler i arbete"}),
        ("edition_has_a_known_form", {"form": "handslag"}),
        ("edition_has_a_known_level", {"level": "hög"}),
        ("edition_has_known_steps", {"steps": ["agenda", "dröm"]}),
        ("edition_has_known_city_parts", {"city_parts": ["Lund"]}),
    ],
)
def test_the_database_refuses(name, wrong):
    edition = make_edition()
    refused(name, lambda: CooperationEdition.objects.filter(pk=edition.pk).update(**wrong))


def test_only_a_partnership_has_a_predecessor_and_never_itself():
    before = make_edition(form=CooperationForm.IOP).cooperation
    edition = make_edition(form=CooperationForm.IOP, predecessor=before, goals="Fler i arbete")
    assert list(before.successors.all()) == [edition]
    rows = CooperationEdition.objects.filter(pk=edition.pk)
    refused(
        "partnership_does_not_precede_itself",
        lambda: rows.update(predecessor=edition.cooperation),
    )


def test_an_amount_is_whole_kronor_or_unknown_and_stands_once_a_year():
    party = Party.objects.filter(edition=make_edition()).first()
    Amount.objects.create(party=party, year=2025, sek=None)
    refused(
        "one_amount_per_party_and_year",
        lambda: Amount.objects.create(party=party, year=2025, sek=0),
    )
    refused(
        "amount_is_unknown_or_not_negative",
        lambda: Amount.objects.create(party=party, year=2024, sek=-1),
    )


def test_an_organisation_is_party_once():
    party = Party.objects.filter(edition=make_edition()).first()
    refused(
        "organisation_is_party_once",
        lambda: Party.objects.create(edition=party.edition, organisation=party.organisation),
    )


def test_ongoing_in_a_year_is_what_certainly_ran_then():
    still = make_edition(starts_on=date(2024, 5, 1))
    ended = make_edition(starts_on=date(2023, 5, 1), ends_on=date(2024, 5, 1))
    make_edition(starts_on=None)
    make_edition(starts_on=date(2020, 1, 1), ends_on=None, ongoing=False)
    editions = CooperationEdition.objects
    assert set(editions.ongoing(2024)) == {still, ended}
    assert set(editions.ongoing(2025)) == {still}
    assert set(editions.ongoing(2023)) == {ended}


def test_a_round_takes_reports_through_its_last_day_in_malmo():
    today = timezone.localdate()
    open_round = make_round(
        published=False, state=SurveyRound.State.OPEN, first_day=today, last_day=today
    )
    over = make_round(
        published=False,
        state=SurveyRound.State.OPEN,
        first_day=today - timedelta(days=2),
        last_day=today - timedelta(days=1),
    )
    assert open_round.takes_reports
    assert not over.takes_reports
    assert list(SurveyRound.objects.open()) == [open_round]


def test_the_history_of_an_edition_sees_raw_sql_too():
    edition = make_edition()
    sql("UPDATE mapping_cooperationedition SET level = %s", Level.DIALOGUE)
    assert list(edition.events.order_by("pgh_id").values_list("level", flat=True)) == [
        "",
        "dialogue",
    ]


def test_two_cooperations_of_the_same_title_have_two_addresses():
    first, second = make_edition(title="Rapport"), make_edition(title="Rapport")
    assert first.cooperation.slug == "rapport-2"
    assert second.cooperation.slug == "rapport-3"
    assert Cooperation.objects.count() == 2
