"""The fields of the file about areas and hosts: what is public, and nothing else."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from challenges.board import SECTORS
from challenges.models import Host, Plan, Term
from malmoandan.publishing.exports import Column, Row


def rows(plan: Plan | None, today: date) -> list[Row]:
    """A row for each term in the plan's areas, begun or decided, and one for each vacant seat."""
    places = list(plan.areas.select_related("area")) if plan else []
    hosts = Host.objects.filter(area__in=[place.area_id for place in places])
    now = set(hosts.on(today).values_list("pk", flat=True))
    terms: dict[tuple[int, str], list[Host]] = {}
    for host in hosts.select_related("organisation", "account").order_by("first_day"):
        terms.setdefault((host.area_id, host.sector), []).append(host)
    return [
        row
        for place in places
        for sector in SECTORS
        for row in _seat_rows(place, sector, terms.get((place.area_id, sector), []), now)
    ]


def _seat_rows(place: Any, sector: Any, terms: list[Host], now: set[int]) -> Iterable[Row]:
    seat = {"place": place, "sector": sector}
    for host in terms:
        yield {**seat, "host": host, "holds": host.pk in now}
    if not any(host.pk in now for host in terms):
        yield {**seat, "host": None, "holds": False}


def _day(term: Term | None, name: str, precision: str) -> str:
    """The day, or only its year where no more is known."""
    day = getattr(term, name) if term else None
    if day is None:
        return ""
    return str(day.year) if getattr(term, precision) == "year" else day.isoformat()


COLUMNS = [
    Column("number", _("Nummer"), _("Utmaningens nummer i planen."), lambda r: r["place"].order,
           "integer", 8),
    Column("area", _("Utmaning"), _("Utmaningens namn i planen."), 
           lambda r: str(r["place"].shown_name), width=40),
    Column("address", _("Adress"), _("Utmaningens adress på portalen; den ändras aldrig."),
           lambda r: r["place"].area.slug, width=30),
    Column("sector", _("Sektor"), _("Vilken sida platsen hör till."),
           lambda r: str(r["sector"].label)),
    Column("vacant", _("Ledig"), _("Om platsen är ledig dagen då filen hämtas."),
           lambda r: r["host"] is None, "boolean", 8),
    Column("holds", _("Värd nu"), _("Om personen är värd dagen då filen hämtas."),
           lambda r: r["holds"], "boolean", 10),
    Column("name", _("Namn"), _("Värdens namn. Tomt när personen inte har samtyckt till det."),
           lambda r: r["host"].shown_name if r["host"] else "", width=30),
    Column("organisation", _("Organisation"), _("Organisation eller förvaltning, och enhet."),
           lambda r: r["host"].from_where if r["host"] else "", width=40),
    Column("first_day", _("Första dag"), _("Uppdragets första dag, eller bara året."),
           lambda r: _day(r["host"], "first_day", "first_precision"), width=12),
    Column("last_day", _("Sista dag"), _("Uppdragets sista dag, eller bara året. Tomt: pågår."),
           lambda r: _day(r["host"], "last_day", "last_precision"), width=12),
]  # fmt: skip
