"""The index of one round: immutable, so that threads share it; a change makes a new one."""

from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from functools import cached_property, reduce
from itertools import chain, compress, islice
from operator import and_, or_

from malmoandan.organisations.models import Sector
from mapping.index import words
from mapping.index.asking import DIMENSIONS, Selection, YearSum
from mapping.index.bits import Sliced, flags, from_positions
from mapping.index.facts import Facts, facts_of
from mapping.index.rows import Row

MOST_REMEMBERED = 200


class Index:
    """See the package's docstring. `day` decides what is ongoing, and the last year of the rest."""

    def __init__(self, rows: Iterable[Row], day: date) -> None:
        self.day = day
        self.ids: list[int] = []
        self._titles: list[str] = []
        self._starts: list[date] = []
        self._parties: list[tuple[int, ...]] = []
        self._known: list[int] = []
        self._missing: list[int] = []
        self._slots_of: dict[int, array[int]] = {}
        found: dict[tuple[str, str], array[int]] = {}
        sek: dict[tuple[int, str], dict[int, int]] = {}
        unknown: dict[tuple[int, str], dict[int, int]] = {}
        for slot, row in enumerate(rows):
            facts = facts_of(row, day)
            self._append(row, facts)
            for place in facts.places:
                found.setdefault(place, array("I")).append(slot)
            for columns, values in ((sek, facts.sek), (unknown, facts.unknown)):
                for key, value in values.items():
                    columns.setdefault(key, {})[slot] = value
        self.size = len(self.ids)
        self.slots = dict(zip(self.ids, range(self.size), strict=True))
        self.all = (1 << self.size) - 1
        self._bits = {place: from_positions(slots, self.size) for place, slots in found.items()}
        self._sek = {key: Sliced.of(values, self.size) for key, values in sek.items()}
        self._unknown = {key: Sliced.of(values, self.size) for key, values in unknown.items()}
        self._remembered: dict[tuple[int, int | None], list[tuple[int, int]]] = {}
        self._words: dict[str, int] = {}

    def _append(self, row: Row, facts: Facts) -> None:
        slot = len(self.ids)
        self.ids.append(row.id)
        self._titles.append(row.sort_key)
        self._starts.append(row.starts_on or date.min)
        self._parties.append(tuple(row.organisations))
        self._known.append(facts.known)
        self._missing.append(sum(facts.unknown.values()))
        for organisation in row.organisations:
            self._slots_of.setdefault(organisation, array("I")).append(slot)

    # Asking --------------------------------------------------------------------------------

    def select(self, asked: Selection) -> int:
        """The set of what is asked for. An unknown value finds nothing."""
        found = self.all
        for dimension, value in asked.values.items():
            found &= self.bits(dimension, value)
        for organisation in asked.organisations:
            found &= self.of_organisation(organisation)
        return reduce(and_, self._sets_of(asked.words), found)

    def bits(self, dimension: str, value: str) -> int:
        """The set of those with that value."""
        return self._bits.get((dimension, value), 0)

    def of_organisation(self, organisation: int) -> int:
        """The set of those where the organisation (by its id) is a party."""
        return from_positions(self._slots_of.get(organisation, ()), self.size)

    def of_editions(self, editions: Iterable[int]) -> int:
        """The set of these editions, by id; those of other rounds do not count."""
        slots = self.slots
        return from_positions((slots[key] for key in editions if key in slots), self.size)

    def values(self, dimension: str) -> list[str]:
        """The values of a dimension in the order they are shown; slugs in no order of people's."""
        known = DIMENSIONS[dimension]
        return list(known) if known is not None else self._read_values[dimension]

    def count(self, found: int, dimension: str) -> dict[str, int]:
        """How many of the set have each value, 0 included, in the order of `values`."""
        bits = self._bits
        return {
            value: (bits.get((dimension, value), 0) & found).bit_count()
            for value in self.values(dimension)
        }

    def cross(self, found: int, rows: str, columns: str) -> dict[tuple[str, str], int]:
        """How many of the set have each pair of values of two dimensions."""
        row_sets = {value: self.bits(rows, value) & found for value in self.values(rows)}
        column_sets = {value: self.bits(columns, value) for value in self.values(columns)}
        return {
            (row, column): (in_row & in_column).bit_count()
            for row, in_row in row_sets.items()
            for column, in_column in column_sets.items()
        }

    def organisations(self, found: int, most: int | None) -> list[tuple[int, int]]:
        """The organisations (by id) with most of the set, and how many; the city's too.

        All of them for None.
        """
        key = (found, most)
        ordered = self._remembered.get(key)
        if ordered is None:  # another thread may forget it at any time
            if len(self._remembered) >= MOST_REMEMBERED:
                self._remembered.clear()
            taking_part = compress(self._parties, flags(found, self.size))
            counted = Counter(chain.from_iterable(taking_part))
            # The id settles ties, so that the same question has the same answer.
            ordered = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))[:most]
            self._remembered[key] = ordered
        return ordered

    def money(self, found: int) -> list[YearSum]:
        """Sums of the set by year, for the years without gaps in which some of it has money.

        Years in which some of the set ran count too; their sums may be 0 with all unknown.
        """
        sums = [self.money_of_year(found, year) for year in self._years]
        told = [s.year for s in sums if s.known or s.unknown or s.cooperations]
        return [s for s in sums if told and told[0] <= s.year <= told[-1]]

    def money_of_year(self, found: int, year: int) -> YearSum:
        unknown = [self._unknown.get((year, sector), Sliced(())) for sector in Sector.values]
        uncertain = reduce(or_, chain.from_iterable(column.planes for column in unknown), 0)
        return YearSum(
            year=year,
            city=self._sek.get((year, Sector.CITY.value), Sliced(())).total(found),
            civil=self._sek.get((year, Sector.CIVIL.value), Sliced(())).total(found),
            unknown=sum(column.total(found) for column in unknown),
            cooperations=(self.bits("year", str(year)) & found).bit_count(),
            uncertain=(uncertain & found).bit_count(),
        )

    def unknown_amounts(self, edition: int) -> int:
        """How many amounts (of a party in a year) of that edition are unknown."""
        return self._missing[self.slots[edition]]

    def page(self, found: int, *, order: str, start: int, size: int) -> list[int]:
        """Ids of editions of the set from place `start` on, in one of ORDERS; ties by title."""
        in_order = self._order(order)
        marks = flags(found, self.size)
        taken = compress(in_order, map(marks.__getitem__, in_order))
        return [self.ids[slot] for slot in islice(taken, start, start + size)]

    # Changing ------------------------------------------------------------------------------

    def patched(self, touched: Collection[int], rows: Iterable[Row]) -> "Index":
        """A new index in which the editions `touched` are gone, but for those of `rows`."""
        new = object.__new__(Index)
        removed = {self.slots[key] for key in touched if key in self.slots}
        kept = self.all & ~from_positions(removed, self.size)
        new.day, new.slots, new.ids = self.day, dict(self.slots), list(self.ids)
        new._titles, new._starts = list(self._titles), list(self._starts)
        new._parties, new._known = list(self._parties), list(self._known)
        new._missing = list(self._missing)
        for key in touched:
            new.slots.pop(key, None)
        new._slots_of = _without(self._slots_of, removed, self._parties)
        facts: dict[int, Facts] = {}
        for slot, row in enumerate(rows, start=self.size):
            facts[slot] = facts_of(row, self.day)
            new.slots[row.id] = slot
            for organisation in row.organisations:  # the old index keeps its own
                new._slots_of[organisation] = array("I", new._slots_of.get(organisation, ()))
            new._append(row, facts[slot])
        new.size = len(new.ids)
        new.all = kept | from_positions(facts, new.size)
        new._bits = {place: bits & kept for place, bits in self._bits.items()}
        for slot, fact in facts.items():
            for place in fact.places:
                new._bits[place] = new._bits.get(place, 0) | 1 << slot
        new._sek = _resliced(self._sek, kept, {s: fact.sek for s, fact in facts.items()})
        new._unknown = _resliced(
            self._unknown, kept, {s: fact.unknown for s, fact in facts.items()}
        )
        new._remembered, new._words = {}, {}
        return new

    # What is made when first asked for -------------------------------------------------------

    @cached_property
    def _read_values(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {name: [] for name in DIMENSIONS}
        for (dimension, value), bits in self._bits.items():
            if bits:
                found[dimension].append(value)
        return {name: sorted(values) for name, values in found.items()}

    @cached_property
    def _years(self) -> list[int]:
        years = {year for year, _sector in [*self._sek, *self._unknown]}
        years |= {int(year) for year in self.values("year")}
        return list(range(min(years), max(years) + 1)) if years else []

    @cached_property
    def _by_title(self) -> list[int]:
        return sorted(range(self.size), key=lambda slot: (self._titles[slot], self.ids[slot]))

    @cached_property
    def _orders(self) -> dict[str, list[int]]:
        return {}

    def _order(self, order: str) -> list[int]:
        if order == "title":
            return self._by_title
        if order not in self._orders:
            keys = self._known if order == "amount" else self._starts
            self._orders[order] = sorted(
                self._by_title, key=keys.__getitem__, reverse=order != "oldest"
            )
        return self._orders[order]

    def _sets_of(self, sought: Sequence[str]) -> list[int]:
        """For each word the set of those that hold it."""
        remembered = self._words
        known = {w: found for w in sought if (found := remembered.get(w)) is not None}
        missing = [word for word in sought if word not in known]
        for word, (editions, organisations) in words.find(missing).items():
            slots = chain.from_iterable(self._slots_of.get(key, ()) for key in organisations)
            in_names = from_positions(slots, self.size)
            known[word] = (self.of_editions(editions) | in_names) & self.all
        if len(self._words) >= MOST_REMEMBERED:
            self._words.clear()
        self._words.update(known)
        return [known[word] for word in sought]


def _resliced(
    old: dict[tuple[int, str], Sliced], kept: int, rows: dict[int, dict[tuple[int, str], int]]
) -> dict[tuple[int, str], Sliced]:
    values: dict[tuple[int, str], dict[int, int]] = {}
    for slot, row in rows.items():
        for key, value in row.items():
            values.setdefault(key, {})[slot] = value
    return {
        key: old.get(key, Sliced(())).changed(kept, values.get(key, {}))
        for key in [*old, *(key for key in values if key not in old)]
    }


def _without(
    slots_of: "dict[int, array[int]]", removed: set[int], parties: Sequence[tuple[int, ...]]
) -> "dict[int, array[int]]":
    new = dict(slots_of)
    for organisation in {key for slot in removed for key in parties[slot]}:
        new[organisation] = array("I", (s for s in new[organisation] if s not in removed))
    return new
