"""Cooperations at the coordinators' desk."""

import pytest

from mapping.models import Amount, CooperationEdition, MatrixTool, Party
from tests.factories import make_organisation, make_user
from tests.mapping.cooperations import make_edition, make_round
from tests.people import make_coordinator, sign_in

pytestmark = pytest.mark.django_db
LIST = "/admin/mapping/cooperationedition/"
INLINES = {
    f"{prefix}-{name}": "0"
    for prefix in ("in_areas", "parties")
    for name in ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS")
} | {"parties-MAX_NUM_FORMS": "1000", "in_areas-MAX_NUM_FORMS": "1000"}


@pytest.fixture
def desk():
    return sign_in(make_coordinator("anna@example.org"), second_factor=True)


def fields(**changed):
    return {
        "title": "Läxhjälp",
        "form": "joint",
        "start_precision": "year",
        "starts_on": "2024-05-06",
        "end_precision": "day",
        "ongoing": "on",
        "steps": ["monitoring", "agenda"],
        **INLINES,
    } | changed


def test_a_new_cooperation_gets_an_address_and_tidy_days(desk):
    survey_round, club = make_round(), make_organisation()
    sent = fields(from_round=survey_round.number) | {
        "parties-TOTAL_FORMS": "1",
        "parties-0-organisation": club.pk,
    }
    answer = desk.post(f"{LIST}add/", sent)
    assert answer.status_code == 302, answer.context["errors"]
    edition = CooperationEdition.objects.get()
    assert edition.cooperation.slug == "laxhjalp"
    assert str(edition.starts_on) == "2024-01-01"
    assert edition.steps == ["agenda", "monitoring"]
    assert [party.organisation for party in edition.parties.all()] == [club]


def test_what_the_database_would_refuse_is_told_in_words(desk):
    survey_round = make_round()
    wrong = fields(from_round=survey_round.number, ends_on="2025-01-01", goals="Fler i arbete")
    answer = desk.post(f"{LIST}add/", wrong)
    assert answer.status_code == 200
    assert "inte båda" in answer.text
    assert "Bara ett IOP har mål" in answer.text
    assert not CooperationEdition.objects.exists()


def test_a_coordinator_finds_corrects_and_sees_the_history(desk):
    edition = make_edition(title="Läxhjälp i biblioteket")
    make_edition(title="Annat")
    found = desk.get(LIST, {"q": "biblioteken", "omgang": edition.from_round_id})
    assert list(found.context["cl"].result_list) == [edition]
    answer = desk.post(f"{LIST}{edition.pk}/change/", fields(title="Läxhjälp på biblioteket"))
    assert answer.status_code == 302
    history = desk.get(f"{LIST}{edition.pk}/history/").text
    assert "Läxhjälp på biblioteket" in history
    assert desk.get(f"{LIST}{edition.pk}/delete/").status_code == 403


def test_amounts_are_corrected_on_the_partys_page(desk):
    party = Party.objects.filter(edition=make_edition()).first()
    sent = {
        "amounts-TOTAL_FORMS": "1",
        "amounts-INITIAL_FORMS": "0",
        "amounts-0-year": "2024",
        "amounts-0-sek": "",
    }
    address = f"/admin/mapping/party/{party.pk}/change/"
    assert desk.post(address, sent).status_code == 302
    assert Amount.objects.get().sek is None
    again = sent | {"amounts-0-sek": "-1", "amounts-0-year": "2025"}
    assert desk.post(address, again).status_code == 200
    assert Amount.objects.count() == 1


def test_the_tools_of_the_matrix_are_editable(desk):
    tool = MatrixTool.objects.create(level="dialogue", step="agenda", tools="hearing")
    address = f"/admin/mapping/matrixtool/{tool.pk}/change/"
    sent = {"level": "dialogue", "step": "agenda", "tools": "framtidsråd"}
    assert desk.post(address, sent).status_code == 302
    tool.refresh_from_db()
    assert tool.tools == "framtidsråd"


@pytest.mark.parametrize("model", ["cooperationedition", "cooperation", "party", "matrixtool"])
def test_the_desk_is_for_coordinators_with_a_second_factor(client, desk, model):
    make_edition()
    address = f"/admin/mapping/{model}/"
    assert desk.get(address).status_code == 200
    assert client.get(address).status_code == 302
    assert sign_in(make_user()).get(address).status_code == 403
    assert sign_in(make_coordinator()).get(address).status_code == 302
