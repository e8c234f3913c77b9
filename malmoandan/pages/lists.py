"""Lists of news and documents: the filter in the address, and the pages."""

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from challenges.models import ChallengeArea


class ListFilter(forms.Form):
    """What the visitor asks for, read from the address. An unknown value is an error."""

    omrade = forms.ModelChoiceField(
        ChallengeArea.objects.all(),
        label=_("Samhällsutmaning"),
        required=False,
        to_field_name="slug",
        empty_label=_("Alla"),
        error_messages={"invalid_choice": _("Välj ett av alternativen i listan.")},
    )

    @property
    def is_used(self) -> bool:
        return any(self.cleaned_data.values())


def page_of(request: HttpRequest, rows: Any, size: int, count: int | None = None) -> dict[str, Any]:
    """The page that `?sida=` asks for, as a template context; the nearest one to a bad number.

    `count` spares a query where it is known.
    """
    paginator = Paginator(rows, size)
    if count is not None:
        paginator.count = count
    page = paginator.get_page(request.GET.get("sida"))
    numbers = paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return {"page": page, "numbers": list(numbers), "gap": Paginator.ELLIPSIS}
