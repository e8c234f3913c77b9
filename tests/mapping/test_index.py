"""The index says what the tables say, also after every kind of change."""

import random
from datetime import date
from threading import Thread

import pytest
from django.db import OperationalError, connection
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext

from malmoandan.organisations.models import Organisation
from mapping.index import Selection, Sliced, current_index, forget_indexes, positions, read_ahead
from mapping.models import (
    Amount,
    CooperationEdition,
    CooperationForm,
    Level,
    Party,
    Step,
    SurveyRound,
)
from tests.challenges.seats import make_area
from tests.factories import make_organisation
from tests.mapping.cooperations import make_department, make_edition, make_round

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_index():
    forget_indexes()
    yield
    forget_indexes()


def test_a_sliced_column_sums_as_the_numbers_do():
    numbers = [random.randrange(10**9) for _ in range(777)] + [0, 10**12]
    chosen = {n for n in range(len(numbers)) if n % 3}
    bits = sum(1 << n for n in chosen)
    column = Sliced.of(dict(enumerate(numbers)), len(numbers))
    assert column.total(bits) == sum(numbers[n] for n in chosen)
    assert set(positions(bits)) == chosen
    changed = column.changed(bits, {0: 5, 800: 7})
    assert changed.total((1 << 801) - 1) == sum(numbers[n] for n in chosen) + 12


def test_counts_and_crossings():
    culture, leisure = make_department("Kulturförvaltningen"), make_department("Fritid")
    club, area = make_organisation(), make_area("Jämlik fritid")
    make_edition(parties=[culture, club], areas=[area], level=Level.DIALOGUE, steps=[Step.AGENDA])
    make_edition(parties=[culture, leisure, club], form=CooperationForm.IOP)
    index = current_index(SurveyRound.objects.current())
    assert index.count(index.all, "department") == {culture.slug: 2, leisure.slug: 1}
    assert index.count(index.all, "form")["iop"] == 1
    assert index.cross(index.all, "department", "area") == {
        (culture.slug, area.slug): 1,
        (leisure.slug, area.slug): 0,
    }
    assert index.cross(index.all, "level", "step")["dialogue", "agenda"] == 1
    assert index.organisations(index.all, 2) == [(culture.pk, 2), (club.pk, 2)]
    iop = index.select(Selection({"form": "iop", "department": leisure.slug}))
    assert iop.bit_count() == 1
    assert index.select(Selection({"form": "handslag"})) == 0


def test_money_says_what_is_unknown():
    city, club = make_department(), make_organisation()
    make_edition(
        amounts={city: {2024: 100_000, 2025: 0}, club: {2024: None}},
        starts_on=date(2024, 1, 1),
        ends_on=date(2025, 12, 31),
    )
    index = current_index(SurveyRound.objects.current())
    first, second = index.money(index.all)
    assert (first.year, first.city, first.civil, first.unknown) == (2024, 100_000, 0, 1)
    # Nothing is said of the association in 2025: unknown, while the city's 0 is known.
    assert (second.city, second.unknown, second.uncertain) == (0, 1, 1)
    assert index.bits("amount", "under_1000000") == index.bits("amount", "some_unknown") == 1


def test_words_are_found_in_texts_names_and_without_marks():
    club = make_organisation(name="Möllans odlare")
    first = make_edition(title="Läxhjälp i biblioteket", parties=[club, make_department()])
    second = make_edition(title="Odling på gården", registry_number="STK-2018-938")
    index = current_index(SurveyRound.objects.current())

    def found(*words):
        ids = [index.ids[slot] for slot in positions(index.select(Selection(words=words)))]
        return set(ids)

    assert found("mollan") == {first.pk}
    assert found("biblioteken") == {first.pk}
    assert found("odl") == {first.pk, second.pk}
    assert found("938") == {second.pk}
    assert found("odl", "läx") == {first.pk}
    assert found("zebra") == set()


@pytest.mark.parametrize("order", ["title", "newest", "oldest", "amount"])
def test_pages_follow_an_order_without_gaps(order):
    for number in range(7):
        city = make_department()
        make_edition(
            title="ÖÄÅCBAa"[number],
            starts_on=date(2020 + number, 1, 1),
            amounts={city: {2024: number}},
        )
    index = current_index(SurveyRound.objects.current())
    pages = [index.page(index.all, order=order, start=s, size=3) for s in (0, 3, 6)]
    titles = [CooperationEdition.objects.get(pk=key).title for page in pages for key in page]
    expected = {
        "title": ["A", "a", "B", "C", "Å", "Ä", "Ö"],
        "newest": list("aABCÅÄÖ"),
        "oldest": list("ÖÄÅCBAa"),
        "amount": list("aABCÅÄÖ"),
    }
    assert titles == expected[order]


def _says_what_the_tables_say(survey_round):
    index = current_index(survey_round)
    editions = CooperationEdition.objects.in_round(survey_round)
    assert set(index.slots) == set(editions.values_list("pk", flat=True))
    assert index.all.bit_count() == len(index.slots)
    for form, number in index.count(index.all, "form").items():
        assert number == editions.filter(form=form).count()
    for slug, number in index.count(index.all, "department").items():
        assert number == editions.filter(parties__organisation__slug=slug).count()
    for organisation in Organisation.objects.all():
        assert index.of_organisation(organisation.pk).bit_count() == (
            editions.with_party(organisation).count()
        )
    amounts = Amount.objects.filter(party__edition__in=editions)
    assert sum(year.known for year in index.money(index.all)) == (
        amounts.aggregate(Sum("sek"))["sek__sum"] or 0
    )
    in_order = index.page(index.all, order="title", start=0, size=1000)
    assert in_order == list(editions.in_swedish_order().values_list("pk", flat=True))


@pytest.mark.django_db(transaction=True)
def test_every_kind_of_change_reaches_an_index_that_is_kept():
    survey_round, city, club = make_round(2026), make_department(), make_organisation()
    editions = [make_edition(survey_round, amounts={city: {2024: 5}}) for _ in range(5)]
    first = current_index(survey_round)
    assert current_index(survey_round) is first
    later = make_round(2027, published=False)
    changes = [
        lambda: make_edition(survey_round, title="Ökad trygghet", parties=[city, club]),
        lambda: CooperationEdition.objects.filter(pk=editions[0].pk).update(form="iop"),
        lambda: Party.objects.create(edition=editions[1], organisation=club),
        lambda: Amount.objects.filter(party__edition=editions[2]).update(sek=1_000_000),
        lambda: Amount.objects.filter(party__edition=editions[2]).delete(),
        lambda: Party.objects.filter(edition=editions[3], organisation=city).delete(),
        lambda: _end(editions[4], later),
        lambda: Party.objects.filter(organisation=city).update(organisation=make_department()),
    ]
    for change in changes:
        before = current_index(survey_round)
        change()
        _says_what_the_tables_say(survey_round)
        assert current_index(survey_round) is not before
    current_index(later)
    _says_what_the_tables_say(later)


def _end(edition, survey_round):
    edition.until_round = survey_round
    edition.save(update_fields=["until_round"])


@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_ends_late_is_not_missed():
    """Notes are written before the end: a later one may be seen before an earlier one."""
    from psycopg import connect

    survey_round = make_round(2026)
    edition, other = make_edition(survey_round), make_edition(survey_round)
    current_index(survey_round)
    parameters = connection.get_connection_params()
    known = {
        k: v for k, v in parameters.items() if k in {"dbname", "user", "host", "port", "password"}
    }
    with connect(**known) as slow:
        slow.execute(
            "UPDATE mapping_cooperationedition SET form = 'iop' WHERE id = %s", [edition.pk]
        )
        CooperationEdition.objects.filter(pk=other.pk).update(form="support")
        assert current_index(survey_round).bits("form", "iop") == 0
        slow.commit()
    assert current_index(survey_round).bits("form", "iop").bit_count() == 1


def test_a_transaction_that_writes_leaves_nothing_behind_in_what_others_see():
    survey_round = make_round(2026)
    make_edition(survey_round)
    assert current_index(survey_round).size == 1
    assert current_index(survey_round) is not current_index(survey_round)


@pytest.mark.django_db(transaction=True)
def test_the_newest_round_is_read_ahead_of_the_first_question():
    make_edition()
    thread = Thread(target=read_ahead)  # with a connection of its own, as at a start
    thread.start()
    thread.join()
    with CaptureQueriesContext(connection) as asked:
        current_index(SurveyRound.objects.current())
    assert not [query for query in asked if "mapping_party" in query["sql"]]


def test_a_database_that_is_away_is_no_fault_when_reading_ahead(monkeypatch, caplog):
    def away(_rounds):
        raise OperationalError

    monkeypatch.setattr(type(SurveyRound.objects.all()), "current", away)
    monkeypatch.setattr(connection, "close", lambda: None)
    read_ahead()
    assert "OperationalError" in caplog.text
