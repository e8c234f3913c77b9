from django import template

from challenges.remiss.models import RecipientStatus

register = template.Library()


@register.filter
def status_label(status: str) -> str:
    """The computed status of an invited body in words."""
    return str(RecipientStatus(status).label)
