"""Pictures as SVG by template or as tables: the same in page and PDF, each with its figures.

Colours stand as attributes, which a PDF needs; in a page the classes let its style sheet
override them for light, dark and print. Only `title` is read aloud from a PDF, so it says all.
Each mark differs in pattern, place or number too, never in colour alone. Links in a picture are
for the pointer; for all others the same links stand in its table.
"""

from malmoandan.publishing.pictures.base import HEIGHT, WIDTH, Linked, Picture, spaced
from malmoandan.publishing.pictures.charts import bar_chart, step_chart
from malmoandan.publishing.pictures.city import Place, city_picture
from malmoandan.publishing.pictures.cross import CrossTable, Heading, cross_table
from malmoandan.publishing.pictures.network import (
    Link,
    Partner,
    party_picture,
    two_columns,
)
from malmoandan.publishing.pictures.years import Money, money_years, stacked_years

__all__ = [
    "HEIGHT",
    "WIDTH",
    "CrossTable",
    "Heading",
    "Link",
    "Linked",
    "Money",
    "Partner",
    "Picture",
    "Place",
    "bar_chart",
    "city_picture",
    "cross_table",
    "money_years",
    "party_picture",
    "spaced",
    "stacked_years",
    "step_chart",
    "two_columns",
]
