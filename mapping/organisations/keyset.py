"""Pages of organisations in Swedish order, found by the organisation beside the page."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from malmoandan.organisations.models import Organisation, OrganisationQuerySet

PAGE_SIZE = 50
MOST_COUNTED = 1000


@dataclass(frozen=True)
class OrganisationPage:
    rows: list[Organisation]
    before: str  # the slug that leads to the page before, or "" on the first one
    after: str


def page(found: OrganisationQuerySet, *, after: str, before: str) -> OrganisationPage:
    """The rows after the slug `after`, or those before `before`; the last page of 100,000 costs
    what the first one does. An unknown slug gives the first page."""
    place = Organisation.objects.filter(slug=after or before).values_list("sort_key", "pk").first()
    if place is None:
        rows = list(found.in_swedish_order()[: PAGE_SIZE + 1])
        return _page(rows[:PAGE_SIZE], earlier=False, later=len(rows) > PAGE_SIZE)
    if after:
        rows = list(found.filter(_beyond(place, "gt")).in_swedish_order()[: PAGE_SIZE + 1])
        return _page(rows[:PAGE_SIZE], earlier=True, later=len(rows) > PAGE_SIZE)
    rows = list(found.filter(_beyond(place, "lt")).order_by("-sort_key", "-pk")[: PAGE_SIZE + 1])
    return _page(rows[:PAGE_SIZE][::-1], earlier=len(rows) > PAGE_SIZE, later=True)


def count(found: OrganisationQuerySet) -> int:
    """How many there are; one more than MOST_COUNTED means that there are more."""
    return found.order_by()[: MOST_COUNTED + 1].count()


def _beyond(place: tuple[Any, int], side: str) -> Q:
    key, pk = place
    strictly = Q(**{f"sort_key__{side}": key}) | Q(sort_key=key, **{f"pk__{side}": pk})
    return Q(**{f"sort_key__{side}e": key}) & strictly  # the first condition uses the index


def _page(rows: list[Organisation], *, earlier: bool, later: bool) -> OrganisationPage:
    return OrganisationPage(
        rows=rows,
        before=rows[0].slug if rows and earlier else "",
        after=rows[-1].slug if rows and later else "",
    )
