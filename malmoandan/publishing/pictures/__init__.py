"""Pictures as SVG by template or as tables: the same in page and PDF, each with its figures.

Colours stand as attributes, which a PDF needs; in a page the classes let its style sheet
override them for light, dark and print. Only `title` is read aloud from a PDF, so it says all.
"""

from malmoandan.publishing.pictures.base import HEIGHT, WIDTH, Picture, spaced
from malmoandan.publishing.pictures.charts import bar_chart, step_chart

__all__ = ["HEIGHT", "WIDTH", "Picture", "bar_chart", "spaced", "step_chart"]
