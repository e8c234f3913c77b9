from xml.etree import ElementTree

import pytest

from malmoandan.publishing.pictures import HEIGHT, WIDTH, bar_chart, spaced, step_chart

SVG = "{http://www.w3.org/2000/svg}"


def chart(*totals, title="Över tid"):
    new = [total - before for before, total in zip((0, *totals), totals, strict=False)]
    points = [
        (str(2015 + n), came, total)
        for n, (came, total) in enumerate(zip(new, totals, strict=True))
    ]
    return step_chart(
        title=title, description="Från 4 till 60.", headers=["År", "Nya", "Summa"], points=points
    )


def drawn(picture):
    return ElementTree.fromstring(picture.svg)


def texts(picture):
    return [text.text for text in drawn(picture).iter(f"{SVG}text")]


def test_nothing_to_show_is_an_error():
    with pytest.raises(ValueError, match="at least one period"):
        chart()


@pytest.mark.parametrize("totals", [(1,), (4, 4, 4), (0, 0), (3, 60), (7, 99_999, 100_004)])
def test_everything_is_drawn_within_the_picture(totals):
    path = drawn(chart(*totals)).find(f"{SVG}path[@class='chart-line']").get("d")
    numbers = [float(part.lstrip("MVH")) for part in path.split()]
    assert all(0 <= number <= WIDTH for number in numbers)
    heights = [float(part[1:]) for part in path.split() if part.startswith("V")]
    assert len(heights) == len(totals)
    assert all(0 < height <= HEIGHT for height in heights)
    assert heights == sorted(heights, reverse=True)


@pytest.mark.parametrize(
    ("total", "shown"),
    [
        (1, ["0", "1"]),
        (4, ["0", "1", "2", "3", "4"]),
        (60, ["0", "20", "40", "60"]),
        (1000, ["0", "500", "1\u00a0000"]),
    ],
)
def test_lines_stand_at_round_numbers(total, shown):
    assert texts(chart(total))[:-1] == shown


def test_periods_have_room_and_the_last_is_named():
    shown = [text for text in texts(chart(*range(1, 41))) if len(text) == 4 and text > "2000"]
    assert len(shown) <= 6
    assert shown[-1] == "2054"


def test_title_says_all_because_a_pdf_reads_only_the_title():
    root = drawn(chart(4, 60))
    assert root.get("role") == "img"
    assert root.find(f"{SVG}title").text == "Över tid. Från 4 till 60."


def test_markup_in_a_title_stays_text():
    picture = chart(4, title="<script>alert(1)</script>")
    assert drawn(picture).find(f"{SVG}title").text.startswith("<script>")
    assert "<script" not in picture.svg


def test_picture_needs_no_style_of_its_own():
    svg = chart(4, 60).svg
    assert "style" not in svg
    assert 'class="chart-line"' in svg
    assert 'stroke="#' in svg


def test_table_holds_the_same_figures():
    picture = chart(4, 60)
    assert picture.headers == ["År", "Nya", "Summa"]
    assert picture.rows == [["2015", 4, 4], ["2016", 56, 60]]


def test_thousands_stand_apart():
    assert spaced(1234567) == "1\u00a0234\u00a0567"


def bars(*pairs):
    groups = [(str(2014 + n), first, second) for n, (first, second) in enumerate(pairs)]
    headers = ["År", "Malmö stad", "Idéburen sektor"]
    return bar_chart(title="Platser", description="Per år.", headers=headers, groups=groups)


def test_no_pairs_to_show_is_an_error():
    with pytest.raises(ValueError, match="at least one period"):
        bars()


@pytest.mark.parametrize("pairs", [[(0, 0)], [(1, 12)], [(n, 99_999 - n) for n in range(40)]])
def test_every_bar_is_drawn_within_the_picture_and_beside_its_pair(pairs):
    picture = drawn(bars(*pairs))
    boxes = [
        [float(rect.get(name)) for name in ("x", "y", "width", "height")]
        for rect in picture.iter(f"{SVG}rect")
    ][2:]
    assert len(boxes) == 2 * len(pairs)
    assert all(x >= 0 and x + w <= WIDTH and y >= 0 and y + h <= HEIGHT for x, y, w, h in boxes)
    assert all(width > 0 for _x, _y, width, _height in boxes)


def test_both_sides_are_named_in_the_picture_and_in_the_table():
    picture = bars((1, 2))
    assert texts(picture)[:2] == ["Malmö stad", "Idéburen sektor"]
    assert picture.rows == [["2014", 1, 2]]
