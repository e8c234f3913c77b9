"""Parts of pages are made once for each set of values, and know nothing else."""

import pytest
from django.template import Context, Template
from django.utils import translation

from tests.factories import make_organisation


def part(text: str) -> Template:
    return Template("{% load remembered i18n %}" + text)


def test_a_part_is_made_once_for_the_same_values():
    template = part("{% remembered row=row %}<b>{{ row.name }}</b>{% endremembered %}")
    node = template.nodelist[-1]

    first = template.render(Context({"row": {"name": "Ek & Al"}}))
    node.nodelist = None  # it could not be made again
    second = template.render(Context({"row": {"name": "Ek & Al"}}))

    assert first == second == "<b>Ek &amp; Al</b>"


def test_nothing_but_the_named_values_is_known_inside():
    template = part("{% remembered row=row %}{{ row }}{{ secret }}{{ user }}{% endremembered %}")

    assert template.render(Context({"row": "a", "secret": "b", "user": "c"})) == "a"


def test_each_language_has_a_part_of_its_own():
    template = part("{% remembered %}{% translate 'Undertecknare' %}{% endremembered %}")

    swedish = template.render(Context())
    with translation.override("en"):
        english = template.render(Context())

    assert swedish == "Undertecknare"
    assert english != swedish


@pytest.mark.parametrize(("one", "other"), [(1, True), (1, 1.5), (1, "1"), ([1], [2]), ("", None)])
def test_values_that_read_differently_are_never_mixed_up(one, other):
    template = part("{% remembered value=value %}{{ value }}{% endremembered %}")

    shown = [template.render(Context({"value": value})) for value in (one, other, one)]

    assert shown[0] == shown[2] == str(Template("{{ v }}").render(Context({"v": one})))
    assert shown[1] == Template("{{ v }}").render(Context({"v": other}))


def test_a_row_of_the_database_is_refused_as_a_key(db):
    template = part("{% remembered row=row %}{{ row.name }}{% endremembered %}")

    with pytest.raises(TypeError, match="no key"):
        template.render(Context({"row": make_organisation()}))


def test_a_place_in_a_template_remembers_only_so_many(monkeypatch):
    monkeypatch.setattr("malmoandan.publishing.templatetags.remembered.MOST", 3)
    template = part("{% remembered n=n %}{{ n }}{% endremembered %}")
    node = template.nodelist[-1]

    for number in range(10):
        template.render(Context({"n": number}))

    assert len(node.parts) <= 3
