from django import template
from django.utils.safestring import SafeString

from malmoandan.publishing.markdown import render_markdown

register = template.Library()


@register.filter
def markdown(text: str, shift: int = 1) -> SafeString:
    """The text as HTML; `shift` moves its headings down below those of the page."""
    return render_markdown(text, shift=shift)
