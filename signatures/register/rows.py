"""The rows of the register: plain values picked by name, in Swedish order.

Nothing about a person can slip into a page or a file (rule 5), and nothing is ordered by anything
but the name (rules 1 and 11).
"""

from collections.abc import Iterable
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Exists, F, OuterRef
from django.utils.translation import gettext as _

from malmoandan.organisations.models import CityPart, Kind
from malmoandan.publishing.exports import Row
from signatures.models import Signatory, SignatureQuerySet, Way
from signatures.register.columns import web_address

PAGE_SIZE = 50


def rows(signatures: SignatureQuerySet) -> Any:
    """Rows with exactly what is public, in Swedish order; pages and files are made from them."""
    founding = Signatory.objects.filter(signature=OuterRef("pk"), way=Way.FOUNDING)
    return signatures.in_swedish_order().values(
        "signed_on",
        name=F("organisation__name"),
        short_name=F("organisation__short_name"),
        organisation_number=F("organisation__organisation_number"),
        kind=F("organisation__kind"),
        city_part=F("organisation__city_part"),
        website=F("organisation__website"),
        number_of_version=F("version__number"),
        founding=Exists(founding),
    )


def page(signatures: SignatureQuerySet, number: str | None) -> Page:
    """One page of rows with what people read; a number that is none gives the nearest page."""
    found = Paginator(rows(signatures), PAGE_SIZE).get_page(number)
    found.object_list = [_for_people(row) for row in found.object_list]
    return found


def latest(signatures: SignatureQuerySet, most: int) -> Any:
    """The rows published last, for the feed."""
    return (
        rows(signatures)
        .annotate(key=F("pk"), published=F("published_at"))
        .order_by("-published_at", "-pk")[:most]
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
        _("undertecknade %(day)s") % {"day": row["signed_on"].isoformat()},
    )
    return ", ".join(words)
