import pytest

from malmoandan.organisations.models import Kind
from signatures.models import State
from signatures.remarks import remarks
from tests.factories import make_organisation, make_signature

pytestmark = pytest.mark.django_db


def submitted(name="Möllans odlare", **fields):
    return make_signature(State.SUBMITTED, organisation=make_organisation(name=name, **fields))


def test_nothing_stands_out_in_an_ordinary_signature():
    make_organisation(name="Kulturföreningen Västan")
    assert remarks(submitted()) == []


@pytest.mark.parametrize(
    "other",
    ["Möllans Odlare", "Mollans odlare", "Möllans odllare i Malmö", "Föreningen Möllans odlare"],
)
def test_a_name_that_looks_alike_is_named(other):
    known = make_organisation(name=other)
    found = remarks(submitted("Möllans odlare"))
    assert known.name in found[0]
    assert known.shown_number in found[0]


def test_names_that_share_only_common_words_are_not_alike():
    make_organisation(name="Malmö ideella förening")
    make_organisation(name="Ideella föreningen Ängen i Malmö")
    assert remarks(submitted("Ideella föreningen Havet i Malmö")) == []


def test_letters_of_another_alphabet_are_told():
    assert "alfabet" in remarks(submitted("Möllаns odlare"))[0]  # the second a is Cyrillic
    assert remarks(submitted("جمعية مالمو")) == []


def test_a_number_that_is_unusual_for_the_form_is_told():
    company = submitted(organisation_number="5560360793")
    assert "börjar på 5" in remarks(company)[0]
    assert remarks(submitted(name="Ängen", kind=Kind.OTHER, organisation_number="5564300142")) == []


def test_a_known_organisation_with_other_facts_is_told():
    signature = submitted()
    signature.stated = {"name": "Möllans odlare", "website": "https://falsk.se", "purpose": ""}
    found = remarks(signature)
    assert "webbplats" in found[0]
    assert "namn" not in found[0]
