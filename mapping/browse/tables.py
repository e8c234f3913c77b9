"""The aggregates of a selection as tables: the same figures that the pictures show."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from malmoandan.organisations.models import Sector
from malmoandan.publishing.exports import Column, Row
from mapping.browse.filters import BrowseFilter
from mapping.browse.words import labels
from mapping.models import Amount


@dataclass(frozen=True)
class AggregateTable:
    """`rows` gives the rows of what the filter has found; the columns name them."""

    title: Any
    columns: list[Column]
    rows: Callable[[BrowseFilter], Iterator[Row]]


def _crossing(title: Any, rows: tuple[str, str, Any], columns: tuple[str, str, Any]) -> Any:
    """A cross table in long form: a line for each pair, with the number of cooperations."""

    def lines(form: BrowseFilter) -> Iterator[Row]:
        row_labels = labels(form.index, rows[0])
        column_labels = labels(form.index, columns[0])
        numbers = form.index.cross(form.found, rows[0], columns[0])
        for row, row_label in row_labels.items():
            for column, column_label in column_labels.items():
                if (row, column) in numbers:
                    yield {"r": row_label, "c": column_label, "n": numbers[row, column]}

    return AggregateTable(
        title,
        [
            Column(rows[1], rows[2], rows[2], lambda row: row["r"], width=40),
            Column(columns[1], columns[2], columns[2], lambda row: row["c"], width=40),
            Column(
                "antal",
                _("Antal samverkan"),
                _("En samverkan med flera värden räknas en gång för varje."),
                lambda row: row["n"],
                datatype="integer",
            ),
        ],
        lines,
    )


def _money(form: BrowseFilter) -> Iterator[Row]:
    for year in form.index.money(form.found):
        yield {name: getattr(year, name) for name in [c.key for c in _MONEY_FIELDS]}


_MONEY_FIELDS = [
    Column(key, title, description, lambda row, key=key: row[key], datatype="integer")  # type: ignore[misc]
    for key, title, description in [
        ("year", _("År"), _("Kalenderår.")),
        ("city", _("Staden"), _("Summan av stadens kända belopp, hela kronor.")),
        ("civil", _("Idéburna sektorn"), _("Summan av de idéburna parternas kända belopp.")),
        ("unknown", _("Okända belopp"), _("Antal belopp som är okända. Okänt är inte noll.")),
        ("cooperations", _("Samverkan"), _("Antal samverkan som pågick under året.")),
        ("uncertain", _("Med okänt belopp"), _("Antal samverkan med något okänt belopp.")),
    ]
]


def _amounts(form: BrowseFilter) -> Iterator[Row]:
    keys = form.index.page(form.found, order="title", start=0, size=form.index.size)
    for start in range(0, len(keys), 2000):
        found = Amount.objects.filter(party__edition__in=keys[start : start + 2000])
        yield from found.order_by("party__edition__sort_key", "party_id", "year").values(
            "year",
            "sek",
            "party__edition__title",
            "party__edition__cooperation__slug",
            "party__organisation__name",
            "party__organisation__sector",
        )


_AMOUNT_FIELDS = [
    Column(
        "rubrik",
        _("Rubrik"),
        _("Samverkans namn."),
        lambda row: row["party__edition__title"],
        width=48,
    ),
    Column(
        "samverkan",
        _("Samverkan"),
        _("Sista delen av sidans adress."),
        lambda row: row["party__edition__cooperation__slug"],
        width=40,
    ),
    Column("part", _("Part"), _("Partens namn."), lambda row: row["party__organisation__name"]),
    Column(
        "sektor",
        _("Sektor"),
        _("Partens sektor."),
        lambda row: str(Sector(row["party__organisation__sector"]).label),
    ),
    Column("ar", _("År"), _("Kalenderår."), lambda row: row["year"], datatype="integer"),
    Column(
        "kronor",
        _("Kronor"),
        _("Hela kronor. Tomt betyder att beloppet är okänt, inte noll."),
        lambda row: row["sek"],
        datatype="integer",
    ),
]
# By the last part of the address: /kartlaggning/tabeller/<name>.csv
TABLES: dict[str, AggregateTable] = {
    "forvaltning-samhallsutmaning": _crossing(
        _("Förvaltningar och samhällsutmaningar"),
        ("department", "forvaltning", _("Förvaltning")),
        ("area", "samhallsutmaning", _("Samhällsutmaning")),
    ),
    "niva-steg": _crossing(
        _("Nivåer och steg"),
        ("level", "niva", _("Nivå")),
        ("step", "steg", _("Steg")),
    ),
    "form-ar": _crossing(_("Former och år"), ("form", "form", _("Form")), ("year", "ar", _("År"))),
    "del-form": _crossing(
        _("Delar av Malmö och former"),
        ("city_part", "del_av_malmo", _("Del av Malmö")),
        ("form", "form", _("Form")),
    ),
    "pengar-ar": AggregateTable(_("Pengar år för år"), _MONEY_FIELDS, _money),
    "belopp": AggregateTable(_("Belopp per part och år"), _AMOUNT_FIELDS, _amounts),
}
