"""The rows of the register: plain values picked by name, in Swedish order.

Nothing about a person can slip into a page or a file (rule 5), and nothing is ordered by anything
but the name (rules 1 and 11).
"""

from collections.abc import Iterable
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import BooleanField, ExpressionWrapper, F, Q
from django.utils.translation import gettext as _

from malmoandan.organisations.models import CityPart, Kind
from malmoandan.publishing.exports import Row
from signatures.models import Origin, RegisterEntry, RegisterEntryQuerySet, SignatureQuerySet
from signatures.register.columns import web_address

PAGE_SIZE = 50


def rows(found: SignatureQuerySet | RegisterEntryQuerySet) -> Any:
    """Rows with exactly what is public, in Swedish order; pages and files are made from them.

    Of signatures, as the organisations are called today; of entries of the log, as they were
    called then. The paths to the facts are the same in both.
    """
    of = "signature__" if found.model is RegisterEntry else ""
    founding = Q(**{f"{of}origin": Origin.FOUNDING})
    return found.in_swedish_order().values(
        name=F("organisation__name"),
        short_name=F("organisation__short_name"),
        organisation_number=F("organisation__organisation_number"),
        kind=F("organisation__kind"),
        city_part=F("organisation__city_part"),
        website=F("organisation__website"),
        day=F(f"{of}signed_on"),
        code=F(f"{of}reference"),  # a field of its own name would clash
        number_of_version=F(f"{of}version__number"),
        given=F(f"{of}origin"),
        founding=ExpressionWrapper(founding, BooleanField()),
    )


def page(found: SignatureQuerySet | RegisterEntryQuerySet, number: str | None) -> Page:
    """One page of rows with what people read; a number that is none gives the nearest page."""
    paginator = Paginator(rows(found), PAGE_SIZE)
    paginator.count = found.count()  # else it joins what the rows show
    page = paginator.get_page(number)
    page.object_list = [_for_people(row) for row in page.object_list]
    return page


def latest(found: SignatureQuerySet | RegisterEntryQuerySet, most: int) -> Any:
    """The rows published last, for the feed."""
    of = "signature__" if found.model is RegisterEntry else ""
    return (
        rows(found)
        .annotate(key=F(f"{of}pk"), published=F(f"{of}published_at"))
        .order_by("-published", "-key")[:most]
    )


def _for_people(row: Row) -> dict[str, Any]:
    address = web_address(row)
    return {
        **row,
        "kind": Kind(row["kind"]).label,
        "city_part": CityPart(row["city_part"]).label,
        "website": address,
        "shown_website": address.partition("://")[2].partition("/")[0].removeprefix("www."),
    }


def entries_in_words(row: Row) -> str:
    """One row of the register as a sentence, for the feed."""
    words: Iterable[str] = (
        str(Kind(row["kind"]).label),
        str(CityPart(row["city_part"]).label),
        _("undertecknade %(day)s") % {"day": row["day"].isoformat()},
    )
    return ", ".join(words)
