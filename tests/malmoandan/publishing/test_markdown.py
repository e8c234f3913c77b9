import pytest

from malmoandan.publishing.markdown import render_markdown


def test_headings_move_down_a_level():
    assert render_markdown("# Ett\n\n## Två") == "<h2>Ett</h2>\n<h3>Två</h3>\n"


def test_a_document_of_its_own_keeps_its_levels():
    assert render_markdown("# Ett\n\nBrödtext", shift=0) == "<h1>Ett</h1>\n<p>Brödtext</p>\n"


def test_there_is_no_level_below_the_sixth():
    assert render_markdown("###### Sex") == "<h6>Sex</h6>\n"


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "a <b onclick=x>b</b>",
        "[x](javascript:alert(1))",
        "![x](http://127.0.0.1/x.png)",
    ],
)
def test_nothing_in_the_text_runs_or_is_fetched(text):
    html = render_markdown(text)

    assert not any(tag in html for tag in ("<script", "<b", "<img", 'href="javascript'))
