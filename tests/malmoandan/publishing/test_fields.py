import unicodedata

import pytest
from django.core.exceptions import ValidationError

from malmoandan.publishing.fields import DayField, LineField, LinesField


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Möllans \t odlare ", "Möllans odlare"),
        ("Möllans\r\nodlare", "Möllans odlare"),
        (unicodedata.normalize("NFD", "Ängens vänner"), "Ängens vänner"),
        ("Möl\u200blans\u2060 odlare\ufeff", "Möllans odlare"),  # zero width
        ("\u202eMöllans odlare\u202c", "Möllans odlare"),  # turns the reading direction
        ("\u2066Möllans\u2069 odlare\u200f", "Möllans odlare"),
        ("Möllans\u00a0odlare\u2028", "Möllans odlare"),
        ("Möllans\x1b[31m odlare", "Möllans [31m odlare"),
        ("جمعية مالمو", "جمعية مالمو"),
        ("<b>Möllans</b> & odlare", "<b>Möllans</b> & odlare"),  # shown as typed, never obeyed
    ],
)
def test_a_line_is_kept_as_it_is_seen(typed, kept):
    assert LineField().clean(typed) == kept


@pytest.mark.parametrize("typed", ["", "   ", "\u200b\u200b", "\u2800", "---", "…!?", "\u202e"])
def test_what_looks_empty_is_refused(typed):
    with pytest.raises(ValidationError):
        LineField().clean(typed)


def test_a_null_character_is_refused_in_words():
    with pytest.raises(ValidationError):
        LineField().clean("Möllans\0odlare")
    with pytest.raises(ValidationError):
        LinesField().clean("Möllans\0odlare")


def test_towers_of_marks_are_refused():
    with pytest.raises(ValidationError, match="tecken som inte går att visa"):
        LineField().clean("M" + "\u0301" * 40 + "öllan")


def test_a_megabyte_is_refused_by_length():
    with pytest.raises(ValidationError, match="200"):
        LineField(max_length=200).clean("ö" * 1_000_000)


def test_lines_keep_their_breaks_and_at_most_one_empty_line():
    assert LinesField().clean("ett\r\n\r\n\r\n\r\ntvå  tre\u202e") == "ett\n\ntvå tre"


@pytest.mark.parametrize(
    "typed", ["03/11/2026", "11 mars", "2026-02-30", "२०२६-०३-११", "0000-00-00"]
)
def test_a_day_in_any_other_order_is_refused(typed):
    with pytest.raises(ValidationError, match="år-månad-dag"):
        DayField().clean(typed)


def test_a_day_is_read_as_year_month_day():
    assert DayField().clean("2026-03-11") == DayField().clean("20260311")
