from datetime import timedelta

import pytest
from django.utils import timezone

from signatures.forms import CoSignatoryFormSet, OrganisationForm, SignatoryForm

FILLED = {
    "name": "Möllans odlare",
    "kind": "association",
    "organisation_number": "802002-8711",
    "city_part": "soder",
    "website": "mollansodlare.se",
    "decided_by": "board",
    "decided_on": "2026-03-11",
}
NETWORK = FILLED | {"kind": "network", "organisation_number": "", "purpose": "Vi odlar ihop."}


def organisation(**typed):
    return OrganisationForm(FILLED | typed)


def test_an_association_is_read_as_people_write_it():
    form = organisation(name="  Möllans   odlare ", organisation_number="16 802002-8711")
    assert form.is_valid(), form.errors
    assert form.cleaned_data["name"] == "Möllans odlare"
    assert form.cleaned_data["organisation_number"] == "8020028711"
    assert form.cleaned_data["website"] == "https://mollansodlare.se"


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("name", "", "Skriv organisationens namn"),
        ("name", "x" * 201, "200"),
        ("name", "ö" * 1_000_000, "200"),
        ("name", "Anna 850709-9805", "personnummer"),
        ("name", "Möllans\0", "Null"),
        ("kind", "company", "giltigt alternativ"),
        ("kind", "municipality", "giltigt alternativ"),
        ("organisation_number", "", "organisationsnumret"),
        ("organisation_number", "850709-9805", "personnummer"),
        ("organisation_number", "802002-8712", "stämmer inte"),
        ("organisation_number", "８０２００２－８７１１", "0–9"),
        ("organisation_number", "=1+1", "0–9"),
        ("organisation_number", "8" * 1_000_000, "40"),
        ("city_part", "stockholm", "giltigt alternativ"),
        ("website", "javascript:alert(1)", "webbadressen"),
        ("website", "ftp://exempel.se", "webbadressen"),
        ("website", "https://exempel.se/\nX: y", "webbadressen"),
        ("website", "exempel", "webbadressen"),
        ("decided_by", "kungen", "giltigt alternativ"),
        ("decided_on", "03/11/2026", "år-månad-dag"),
        ("decided_on", "1026-03-11", "årtalet"),
        ("decided_on", "", "Skriv dagen"),
    ],
)
def test_bad_input_meets_an_error_beside_its_field(field, typed, says):
    form = organisation(**{field: typed})
    assert not form.is_valid()
    assert list(form.errors) == [field]
    assert says in " ".join(form.errors[field])


def test_a_decision_cannot_lie_in_the_future():
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert "framtiden" in str(organisation(decided_on=tomorrow.isoformat()).errors["decided_on"])
    assert organisation(decided_on=timezone.localdate().isoformat()).is_valid()


def test_a_network_states_its_purpose_instead_of_a_number():
    assert OrganisationForm(NETWORK).is_valid()
    assert list(OrganisationForm(NETWORK | {"purpose": ""}).errors) == ["purpose"]
    numbered = OrganisationForm(NETWORK | {"organisation_number": "802002-8711"})
    assert list(numbered.errors) == ["organisation_number"]


@pytest.mark.parametrize(
    "email", ["", "alva", "alva@", "a@b\n.se", "a b@c.se", "x" * 400 + "@c.se"]
)
def test_an_address_that_is_none_is_refused(email):
    form = SignatoryForm({"name": "Alva Ek", "title": "ordförande", "email": email})
    assert list(form.errors) == ["email"]


def others(*rows, first_email="alva@example.org"):
    data = {"fler-TOTAL_FORMS": str(len(rows)), "fler-INITIAL_FORMS": "0"}
    for number, row in enumerate(rows):
        data |= {f"fler-{number}-{name}": value for name, value in row.items()}
    return CoSignatoryFormSet(data, prefix="fler", first_email=first_email)


BO = {"name": "Bo Al", "title": "kassör", "email": "bo@example.org"}


def test_co_signatories_are_none_or_whole():
    none = others({})
    assert none.is_valid()
    assert none.filled() == []
    both = others(BO, {})
    assert both.is_valid()
    assert both.filled() == [BO]
    assert not others({"name": "Bo Al"}).is_valid()


def test_a_row_that_is_emptied_again_is_none():
    data = {"fler-TOTAL_FORMS": "1", "fler-INITIAL_FORMS": "1", "fler-0-name": " "}
    emptied = CoSignatoryFormSet(data, prefix="fler", initial=[BO])
    assert emptied.is_valid()
    assert emptied.filled() == []


def test_one_address_counts_once_however_it_is_written():
    again = others(BO, BO | {"email": "BO@example.org"})
    assert not again.is_valid()
    assert "räknas en gång" in str(again.errors[1])
    assert not others(BO, first_email="bo@example.org").is_valid()


def test_more_rows_than_there_are_seats_are_refused():
    rows = [BO | {"email": f"bo{number}@example.org"} for number in range(30)]
    assert not others(*rows).is_valid()
    assert not CoSignatoryFormSet({"fler-TOTAL_FORMS": "many"}, prefix="fler").is_valid()
