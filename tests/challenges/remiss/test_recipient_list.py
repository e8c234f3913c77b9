"""A pasted list is read row by row, whatever parts its columns, and says what is wrong where."""

import pytest

from challenges.remiss import recipient_list
from malmoandan.organisations.models import Kind
from tests.challenges.remiss.referrals import make_recipient, make_referral
from tests.factories import make_organisation

pytestmark = pytest.mark.django_db


def read(text, referral=None):
    return recipient_list.read(text, referral or make_referral())


def errors(text, referral=None):
    return [" ".join(row.errors) for row in read(text, referral)]


@pytest.mark.parametrize("mark", ["\t", ";", ","])
def test_columns_are_parted_by_tabs_semicolons_or_commas(mark):
    rows = read(
        f"Ängen{mark}ANGEN@example.org\n\nKulturnämnden{mark}kn@example.org{mark}Förvaltning"
    )
    assert [(row.number, row.name, row.email, row.kind) for row in rows] == [
        (1, "Ängen", "angen@example.org", "organisation"),
        (3, "Kulturnämnden", "kn@example.org", "department"),
    ]
    assert not any(row.errors for row in rows)


def test_a_row_of_headings_may_say_another_order():
    (row,) = read("E-post\tOnödigt\tNamn\nangen@example.org\tx\tÄngen")
    assert (row.name, row.email, row.errors) == ("Ängen", "angen@example.org", [])


def test_a_quoted_name_may_hold_the_mark_that_parts():
    (row,) = read('"Ängen, odling och kök",angen@example.org')
    assert row.name == "Ängen, odling och kök"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Ängen", "E-postadressen saknas."),
        (";angen@example.org", "Namnet saknas."),
        ("Ängen;angen(at)example.org", "E-postadressen är inte giltig."),
        ("Ängen;a@example.org;kyrka", "Slaget ska vara"),
        (f"{'Ä' * 201};a@example.org", "för långt"),
        ("Bo 850709-9805;a@example.org", "personnummer"),
        ("A" + "\u0301" * 9 + ";a@example.org", "inte går att visa"),
    ],
)
def test_each_mistake_is_told_in_its_row(text, told):
    fine, wrong = errors(f"Torget;torget@example.org\n{text}")
    assert fine == ""
    assert told in wrong


def test_what_stands_twice_or_is_listed_already_is_told():
    listed = make_recipient(email="angen@example.org")
    found = errors(
        "Ängen;angen@example.org\nTorget;t@example.org\nTorg;T@example.org", listed.referral
    )
    assert found == ["Finns redan på remisslistan.", "", "Samma som rad 2."]


def test_a_row_is_tied_to_the_organisation_of_exactly_that_name():
    city = make_organisation(name="Kulturförvaltningen", kind=Kind.DEPARTMENT)
    rows = read("Kulturförvaltningen;k@example.org\nKulturföreningen;f@example.org")
    assert [row.organisation for row in rows] == [city, None]
    assert rows[0].kind == "department"


@pytest.mark.parametrize("text", ["", "\0", "\n\n", '"', '"a\nb;c', "\ufeff;;;", ";" * 500])
def test_odd_pastes_are_read_without_breaking(text):
    assert all(row.errors for row in read(text))


def test_a_list_that_is_too_long_is_refused():
    text = "\n".join(f"Nr {n};n{n}@example.org" for n in range(1200))
    rows = read(text)
    assert len(rows) == recipient_list.MOST_ROWS
    assert "för lång" in rows[-1].errors[0]


def test_a_thousand_rows_take_few_queries(django_assert_max_num_queries):
    referral = make_referral()
    text = "\n".join(f"Nr {n};n{n}@example.org" for n in range(1000))
    with django_assert_max_num_queries(3):
        assert not any(row.errors for row in recipient_list.read(text, referral))
