"""Cross tables, bars over years, who works with whom, parts of the city."""

from io import BytesIO
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from pypdf import PdfReader

from malmoandan.publishing.pictures import (
    WIDTH,
    Heading,
    Link,
    Linked,
    Money,
    Partner,
    Place,
    city_picture,
    cross_table,
    money_years,
    party_picture,
    stacked_years,
    two_columns,
)
from malmoandan.publishing.pictures.cross import shade_of, shades
from malmoandan.publishing.pictures.network import MOST_LINKS, MOST_PARTNERS
from malmoandan.publishing.pictures.text import lines_of, width_of
from tests.browser import assert_well_formed, findings_in_all_looks, open_page
from tests.malmoandan.publishing.test_pdf import make  # noqa: F401

SVG = "{http://www.w3.org/2000/svg}"
LONG = "Förskole-, grundskole-, gymnasie- och vuxenutbildningsförvaltningen"
HOSTILE = "<script>alert(1)</script> & \"Co\" 'AB'"
ENDLESS = "W" * 500
FORMS = ["Dialog", "Bidrag och stöd", "Gemensamma projekt och verksamheter", "IOP"]


def crossed(rows=("A", "B"), columns=("X", "Y"), counts=None, title="Vilka med vilka", **options):
    options = {"row_totals": {}, "column_totals": {}, "total": 3} | options
    return cross_table(
        title=title,
        description="Antal samverkan.",
        corner="Organisation",
        total_name="Samverkan",
        rows=[Heading(name, name) for name in rows],
        columns=[Heading(name, name) for name in columns],
        counts=counts if counts is not None else {("A", "X"): 2, ("B", "Y"): 1},
        **options,
    )


def stacked(years=5, value=10, forms=FORMS):
    return stacked_years(
        title="Former över åren",
        description="Pågående per år.",
        headers=["År", *forms, "Summa"],
        years=[
            (str(2018 + n), [Linked(value + n, f"/kartlaggning/?ar={2018 + n}") for _ in forms])
            for n in range(years)
        ],
    )


def money(*years):
    return money_years(
        title="Pengar", description="Kronor per år.", years=[Money(*year) for year in years]
    )


def around(partners, party="Kultur"):
    return party_picture(
        title="Runt oss",
        description="Vilka vi samverkar med.",
        party=party,
        headers=["Part", "Form", "Antal"],
        partners=partners,
    )


def columns(links):
    return two_columns(
        title="Två spalter",
        description="Vilka som samverkar.",
        headers=["Organisation", "Förvaltning", "Antal"],
        links=links,
    )


def city(**values):
    places = {"Norr": (1, 0), "Söder": (1, 2), "Hela Malmö": None}
    return city_picture(
        title="Delar",
        description="En plan.",
        headers=["Del", "Antal"],
        parts=[
            Place(name, values.get(name, 0), at, "/kartlaggning/") for name, at in places.items()
        ],
    )


def every_picture(name=LONG):
    return [
        stacked(forms=[name, *FORMS[1:]]),
        money(("2024", 5_000_000, 3, "/k/"), ("2025", 0, 0, "")),
        around([Partner(FORMS[0], name, 3, "/o/"), Partner(FORMS[1], "Andra", 1)], party=name),
        columns([Link(name, "Höger", 2, "/k/"), Link("Vänster", name, 1, "/k/")]),
        city(Norr=3),
    ]


def drawn(picture):
    return ElementTree.fromstring(picture.svg)


def texts(picture):
    return [text.text for text in drawn(picture).iter(f"{SVG}text")]


def test_nothing_to_show_is_an_error():
    for empty in (lambda: stacked(years=0), money, lambda: around([]), lambda: columns([])):
        with pytest.raises(ValueError, match="at least one"):
            empty()


def test_more_kinds_than_can_be_told_apart_are_refused():
    with pytest.raises(ValueError, match="one to six kinds"):
        stacked(forms=[str(n) for n in range(7)])


@pytest.mark.parametrize("name", [LONG, HOSTILE, ENDLESS, "Ł Ş 北京", " ", ""])
def test_no_line_of_a_name_is_wider_than_its_room(name):
    lines = lines_of(name, width=165)
    assert len(lines) <= 2
    assert all(width_of(line) <= 165 for line in lines)
    assert all(width_of(line) <= 165 for line in lines_of(name, width=165, most=1))


def test_what_is_cut_off_is_marked():
    assert lines_of(ENDLESS, width=165)[-1].endswith("…")
    assert lines_of("Kort namn", width=165) == ["Kort namn"]


def test_a_name_keeps_all_its_letters_when_there_is_room():
    assert " ".join(lines_of(LONG, width=200, most=9)).replace("- ", "-") == LONG.replace("- ", "-")


@pytest.mark.parametrize("name", [LONG, HOSTILE, ENDLESS])
def test_texts_stay_within_the_picture_and_off_each_other(name):
    for picture in every_picture(name):
        root = drawn(picture)
        x0, y0, wide, high = map(float, root.get("viewBox").split())
        boxes = []
        for text in root.iter(f"{SVG}text"):
            size = float(text.get("font-size", 13)) / 13
            width = width_of(text.text) * size
            start = {"end": width, "middle": width / 2}.get(text.get("text-anchor"), 0)
            left, y = float(text.get("x")) - start, float(text.get("y"))
            y += float(text.get("dy", 0))
            assert left >= x0 - 1, (picture.title, text.text)
            assert left + width <= x0 + wide + 1, (picture.title, text.text)
            assert y0 <= y - 9 * size, (picture.title, text.text)
            assert y <= y0 + high, (picture.title, text.text)
            boxes.append((left, y - 9 * size, left + width, y, text.text))
        for place, one in enumerate(boxes):
            for other in boxes[place + 1 :]:
                apart = (
                    one[2] <= other[0]
                    or other[2] <= one[0]
                    or one[3] <= other[1]
                    or other[3] <= one[1]
                )
                assert apart, (picture.title, one[4], other[4])


def test_markup_in_a_name_stays_text():
    for picture in every_picture(HOSTILE):
        figure = render_to_string("pictures/figure.html", {"picture": picture})
        assert "<script" not in figure
        assert "<script" not in picture.on_paper()
    assert "<script" not in str(crossed(rows=[HOSTILE], columns=[HOSTILE]))


def test_the_same_rows_give_the_same_picture():
    assert [p.svg for p in every_picture()] == [p.svg for p in every_picture()]


def test_title_says_all_because_a_pdf_reads_only_the_title():
    for picture in every_picture():
        said = drawn(picture).find(f"{SVG}title").text
        assert said.startswith(f"{picture.title}. {picture.description}")


def test_a_picture_with_links_is_a_group_and_one_without_an_image():
    assert drawn(stacked()).get("role") == "group"
    assert drawn(money(("2024", 1, 0))).get("role") == "img"


def test_each_kind_has_a_fill_of_its_own():
    fills = {rect.get("fill") for rect in drawn(stacked()).iter(f"{SVG}rect")} - {None}
    patterned = {fill for fill in fills if fill.startswith("url(#")}
    names = {pattern.get("id") for pattern in drawn(stacked()).iter(f"{SVG}pattern")}
    assert len(patterned) == 2
    assert {fill[5:-1] for fill in patterned} <= names


def test_pieces_of_a_year_stand_on_each_other_and_make_its_sum():
    picture = stacked(years=1, value=10)
    pieces = [
        (float(rect.get("y")), float(rect.get("height")))
        for link in drawn(picture).iter(f"{SVG}a")
        for rect in link.iter(f"{SVG}rect")
    ]
    for (y, _height), (next_y, next_height) in pairwise(pieces):
        assert next_y + next_height == pytest.approx(y, abs=0.2)
    assert "40" in texts(picture)
    assert picture.rows[0][-1] == 40


def test_many_years_stand_whole_in_the_table_and_the_last_in_the_picture():
    picture = stacked(years=20)
    assert len(picture.rows) == 20
    assert "2037" in texts(picture)
    assert "2018" not in texts(picture)


def test_money_says_what_is_unknown_and_does_not_draw_it_as_nothing():
    picture = money(("2024", 3_000_000, 12), ("2025", 0, 2), ("2026", 1_000_000, 0))
    assert {"12", "2", "0 mnkr", "3 mnkr"} <= set(texts(picture))
    assert picture.headers == ["År", "Kända kronor", "Okända belopp"]
    assert [row[2] for row in picture.rows] == [12, 2, 0]
    dotted = [r for r in drawn(picture).iter(f"{SVG}rect") if r.get("fill").endswith("-4)")]
    assert len(dotted) == 1 + 2  # the legend, and the two years with unknown amounts


@pytest.mark.parametrize(("sek", "shown"), [(900, "kr"), (90_000, "tkr"), (9_000_000, "mnkr")])
def test_money_is_counted_in_a_unit_of_its_size(sek, shown):
    assert any(text.endswith(f" {shown}") for text in texts(money(("2024", sek, 0))))


def test_kronor_are_told_in_the_readers_language():
    with translation.override("en"):
        assert any(text.endswith(" MSEK") for text in texts(money(("2024", 9_000_000, 0))))


def test_the_strongest_partners_are_drawn_and_the_rest_is_said():
    partners = [Partner("Dialog", f"Förening {n}", 1 + (n == 70)) for n in range(75)]
    picture = around(partners)
    assert len(list(drawn(picture).iter(f"{SVG}path"))) == MOST_PARTNERS
    assert "… och 45 till" in texts(picture)
    assert "de 30 starkaste. 45 till finns i tabellen" in picture.description
    assert "Förening 70 (2)" in texts(picture)  # the strongest is among them
    assert len(picture.rows) == 75


def test_at_most_sixty_lines_go_between_two_columns():
    picture = columns([Link(f"Förening {n}", f"Förvaltning {n % 9}", 1) for n in range(70)])
    assert len(list(drawn(picture).iter(f"{SVG}path"))) == MOST_LINKS
    assert "10 till finns i tabellen" in picture.description
    assert len(picture.rows) == 70


def test_partners_stand_under_their_form():
    picture = around([Partner("Dialog", "A", 1), Partner("Dialog", "B", 1), Partner("IOP", "C", 2)])
    assert texts(picture)[1:] == ["Dialog", "IOP", "A (1)", "B (1)", "C (2)"]


def test_thickness_and_number_both_say_how_often():
    picture = around([Partner("Dialog", "A", 1), Partner("Dialog", "B", 100)])
    thin, thick = (float(p.get("stroke-width")) for p in drawn(picture).iter(f"{SVG}path"))
    assert thin < thick
    assert "B (100)" in texts(picture)


def test_one_name_stands_once_in_its_column():
    picture = columns([Link("A", "X", 1), Link("A", "Y", 1), Link("B", "X", 1)])
    assert texts(picture) == ["A", "B", "X", "Y"]


def test_parts_lie_where_they_lie_and_the_whole_city_below():
    places = [
        (float(rect.get("x")), float(rect.get("y")), float(rect.get("width")))
        for rect in drawn(city(Norr=4)).iter(f"{SVG}rect")
    ]
    north, south, whole = places
    assert north[0] == south[0]
    assert north[1] < south[1] < whole[1]
    assert whole[2] > 2 * north[2]
    assert whole[0] + whole[2] <= WIDTH


@pytest.mark.parametrize("highest", [0, 1, 3, 5, 6, 7, 11, 100, 100_000])
def test_each_number_has_one_shade_and_more_is_never_paler(highest):
    scale = shades([highest, 1])
    numbers = [shade_of(value, scale) for value in range(min(highest, 5000) + 1)]
    assert numbers == sorted(numbers)
    assert numbers[0] == 0
    assert 0 not in numbers[1:]
    assert shade_of(max(highest, 1), scale) == len(scale) <= 5
    assert all(step.first <= step.last for step in scale)


def test_what_is_nearly_alike_looks_nearly_alike():
    scale = shades([40, 44, 66])
    assert shade_of(66, scale) == 5
    assert shade_of(40, scale) > 2
    assert shade_of(1, shades([1, 1000])) == 1


def test_each_cell_has_its_number_and_leads_to_its_rows():
    table = crossed(
        row_totals={"A": 2, "B": 1},
        url=lambda row, column: f"/k/?r={row.key if row else ''}&c={column.key if column else ''}",
    )
    assert [[cell.value for cell in row.cells] for row in table.rows] == [[2, 0], [0, 1]]
    assert 'href="/k/?r=A&amp;c=X">2</a>' in str(table)
    assert 'href="/k/?r=&amp;c=">3</a>' in str(table)
    assert 'href="/k/?r=A&amp;c=Y"' not in str(table)  # nothing is behind a zero
    assert_well_formed(f"<!doctype html><html lang=sv><title>t</title>{table}</html>")


def test_sums_are_as_given_because_one_row_can_stand_in_two_cells():
    table = crossed(counts={("A", "X"): 1, ("A", "Y"): 1}, row_totals={"A": 1}, total=1)
    assert table.rows[0].total.value == 1


def test_a_region_that_scrolls_has_a_name_and_takes_focus():
    html = str(crossed())
    assert 'role="region" tabindex="0" aria-label="Tabell: Vilka med vilka"' in html
    assert "tabindex" not in crossed().on_paper()


def test_no_cell_needs_a_style_of_its_own():
    assert "style=" not in str(crossed())


def test_a_number_first_in_a_name_is_no_figure():
    picture = columns([Link("2016 års förening", "1500 kronor", 1500)])
    figure = render_to_string("pictures/figure.html", {"picture": picture})
    assert "<td>1500 kronor</td>" in figure
    assert '<td class="number">1\u00a0500</td>' in figure


def test_on_paper_they_are_archival_and_accessible_with_the_same_figures(make):  # noqa: F811
    body = "<h1>Bilder</h1>{{ cross.on_paper }}{% for p in pictures %}<h2>{{ p.title }}</h2>"
    pictures = every_picture()
    data = make(body + "{{ p.on_paper }}{% endfor %}", cross=crossed(), pictures=pictures)

    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(data)).pages).split()
    for picture in pictures:
        for row in picture.table:
            for cell in row:
                assert set(cell.text.split()) <= set(text), cell.text


def test_pages_with_pictures_are_accessible_in_all_looks(chromium, tmp_path, settings):
    css = (settings.BASE_DIR / "static/css/malmo.css").read_text()
    wide = crossed(
        rows=[LONG, HOSTILE],
        columns=[f"{LONG} {n}" for n in range(12)],
        counts={(LONG, f"{LONG} {n}"): 3**n % 200 for n in range(12)},
        url=lambda *_headings: "/k/",
    )
    figures = "".join(
        f"<h2>{picture.title}</h2>"
        + render_to_string("pictures/figure.html", {"picture": picture}).replace(
            "<details>", "<details open>"
        )
        for picture in every_picture()
    )
    (tmp_path / "page.html").write_text(
        f"<!doctype html><html lang=sv><meta charset=utf-8><title>Bilder</title>"
        f"<meta name=viewport content='width=device-width'><style>{css}</style>"
        f"<main class=page><h1>Bilder</h1>{wide}{crossed(title='En till')}{figures}</main></html>"
    )
    with open_page(chromium) as page:
        page.goto((tmp_path / "page.html").as_uri())
        assert findings_in_all_looks(page) == []
