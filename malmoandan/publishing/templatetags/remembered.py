"""Parts of pages that are made once for each set of values, such as one row of a list."""

from collections.abc import Hashable, Mapping
from dataclasses import is_dataclass
from typing import Any

from django import template
from django.template.base import (
    FilterExpression,
    NodeList,
    Parser,
    Token,
    token_kwargs,
)
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()

MOST = 4000  # parts that one place in a template remembers
LARGEST = 20_000  # characters


@register.tag
def remembered(parser: Parser, token: Token) -> "Remembered":
    """Make the part between the tags, unless it was made of the same values before.

    `{% remembered row=row several=several_versions %}…{% endremembered %}`: in between nothing
    else is known than these names (and the language), so what was remembered can never be stale
    or another visitor's. Values are what can be a key: texts, numbers, days, and mappings,
    lists and dataclasses of such; no rows of the database: they are equal as long as their
    keys are.
    """
    values = token_kwargs(token.split_contents()[1:], parser)
    body = parser.parse(("endremembered",))
    parser.delete_first_token()
    return Remembered(values, body)


class Remembered(template.Node):
    """Remembers for as long as the process keeps the compiled template."""

    def __init__(self, values: dict[str, FilterExpression], nodelist: NodeList) -> None:
        self.values = values
        self.nodelist = nodelist
        self.parts: dict[Hashable, SafeString] = {}

    def render(self, context: template.Context) -> SafeString:
        values = {name: value.resolve(context) for name, value in self.values.items()}
        key = (get_language(), *(_key(value) for value in values.values()))
        part = self.parts.get(key)
        if part is None:
            with context.render_context.push_state(context.template):  # type: ignore[arg-type]
                part = self.nodelist.render(context.new(values))
            if len(self.parts) >= MOST:
                self.parts.clear()
            if len(part) <= LARGEST:
                self.parts[key] = part
        return part


def _key(value: Any) -> Hashable:
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return tuple([(name, _key(each)) for name, each in value.items()])
    if isinstance(value, list | tuple):
        return tuple([_key(each) for each in value])
    if is_dataclass(value):
        return (type(value), *[_key(getattr(value, name)) for name in value.__dataclass_fields__])
    if hasattr(value, "_meta"):
        raise TypeError("A row of the database is no key: hand over its values.")
    # 1, True and 1.0 are equal, and do not read alike.
    return (type(value), value)
