"""Small readings of a compilation that templates need."""

from django import template

from challenges.remiss.compilation import reading
from challenges.remiss.compilation.contents import Answer, Compilation, Figures

register = template.Library()


@register.filter
def paragraphs(text: str) -> list[str]:
    return reading.paragraphs(text)


@register.filter
def key_figures(figures: Figures) -> list[tuple[str, int]]:
    return reading.key_figures(figures)


@register.filter
def section_title(compilation: Compilation, number: int) -> str:
    return reading.section_title(compilation, number)


@register.filter
def others_like(compilation: Compilation, answer: Answer) -> list[Answer]:
    """The others of the campaign that the answer stands for."""
    return reading.others_like(compilation, answer)
