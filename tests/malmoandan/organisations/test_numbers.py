import pytest
from django.core.exceptions import ValidationError

from malmoandan.organisations.numbers import clean_organisation_number


@pytest.mark.parametrize(
    "typed",
    ["802002-8711", "8020028711", " 80 20 02 87 11 ", "16802002-8711", "802002–8711"],
)
def test_a_number_is_taken_as_people_write_it(typed):
    assert clean_organisation_number(typed) == "8020028711"


@pytest.mark.parametrize(
    "typed",
    [
        "850709-9805",  # a person's number that passes Luhn
        "19850709-9805",
        "198507099805",
        "200101011234",
        "701063-2391",  # a coordination number
    ],
)
def test_a_persons_number_is_refused_as_such(typed):
    with pytest.raises(ValidationError, match="personnummer") as raised:
        clean_organisation_number(typed)
    assert typed not in str(raised.value)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "80200",
        "802002-8712",
        "802002871",
        "80200287111",
        "٨٠٢٠٠٢٨٧١١",
        "８０２００２８７１１",
        "8O2002-8711",
    ],
)
def test_what_is_no_number_is_refused(typed):
    with pytest.raises(ValidationError):
        clean_organisation_number(typed)
