from xml.etree import ElementTree

import pytest

from malmoandan.publishing.pictures.base import WIDTH
from malmoandan.publishing.pictures.shares import share_chart

SVG = "{http://www.w3.org/2000/svg}"
KINDS = ["för", "mot", "tiger"]
HEADERS = ["Fråga", *KINDS, "Summa"]


def chart(*rows, kinds=KINDS):
    return share_chart(
        title="Svaren", description="Mest för.", headers=HEADERS, kinds=kinds, rows=rows
    )


def parts(picture):
    drawing = ElementTree.fromstring(picture.svg)
    found = [r for r in drawing.iter(f"{SVG}rect") if r.get("class") == "chart-part"]
    return found[len(KINDS) :]  # the first are the legend's


def texts(picture):
    return [text.text for text in ElementTree.fromstring(picture.svg).iter(f"{SVG}text")]


@pytest.mark.parametrize("rows", [[], [("Fråga", [1, 2])], [("Fråga", [1, 2, 3, 4])]])
def test_rows_that_do_not_fit_the_kinds_are_an_error(rows):
    with pytest.raises(ValueError, match="as many figures as kinds"):
        chart(*rows)


def test_more_kinds_than_colours_are_an_error():
    with pytest.raises(ValueError, match="at most seven"):
        chart(("Fråga", range(8)), kinds=[str(n) for n in range(8)])


@pytest.mark.parametrize("figures", [(1, 0, 0), (1, 1, 1), (997, 2, 1), (0, 0, 12_345)])
def test_the_parts_fill_their_bar_and_are_as_wide_as_their_shares(figures):
    drawn = parts(chart(("Fråga", figures)))
    widths = [float(part.get("width")) for part in drawn]
    assert len(widths) == sum(figure > 0 for figure in figures)
    assert sum(widths) == pytest.approx(WIDTH - 4, abs=0.3)
    shares = [figure / sum(figures) * (WIDTH - 4) for figure in figures if figure]
    assert widths == pytest.approx(shares, abs=0.1)
    ends = [float(part.get("x")) + float(part.get("width")) for part in drawn]
    assert all(0 < end <= WIDTH for end in ends)


def test_a_row_that_nobody_answered_is_an_empty_bar():
    picture = chart(("Fråga", (0, 0, 0)))
    assert parts(picture) == []
    assert picture.rows == [["Fråga", 0, 0, 0, 0]]


def test_figures_stand_in_the_parts_that_have_room_for_them():
    shown = texts(chart(("Fråga", (997, 1, 2))))
    assert "997" in shown
    assert "1" not in shown


def test_the_table_holds_every_figure_and_the_sum():
    picture = chart(("Ett", (3, 2, 1)), ("Två", (0, 0, 4)))
    assert picture.headers == HEADERS
    assert picture.rows == [["Ett", 3, 2, 1, 6], ["Två", 0, 0, 4, 4]]


def test_a_long_question_is_shortened_in_the_picture_alone():
    label = "Delaktighet, trygghet och demokrati i hela Malmö <och> Skåne & Danmark"
    picture = chart((label, (1, 1, 1)))
    assert picture.rows[0][0] == label
    assert all(len(text) < 50 for text in texts(picture))


def test_the_picture_says_what_it_shows_to_those_who_do_not_see_it():
    drawing = ElementTree.fromstring(chart(("Fråga", (1, 1, 1))).svg)
    assert drawing.find(f"{SVG}title").text == "Svaren. Mest för."
    assert drawing.get("role") == "img"


def test_the_legend_stands_above_the_bars_whatever_the_number_of_kinds():
    for number in range(1, 8):
        picture = chart(("Fråga", [1] * number), kinds=[str(n) for n in range(number)])
        signs, bars = [], []
        for rect in ElementTree.fromstring(picture.svg).iter(f"{SVG}rect"):
            (signs if rect.get("width") == "13" else bars).append(float(rect.get("y")))
        assert max(signs) + 13 < min(bars) - 20  # the row's label has room between them
