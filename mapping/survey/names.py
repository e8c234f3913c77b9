"""Which organisation a cell or a search names: all are read once, so a row costs no query."""

import re
from collections import defaultdict
from typing import Any

from rapidfuzz import process

from malmoandan.organisations.likeness import folded
from malmoandan.organisations.models import Organisation
from mapping.survey.cells import Wrong
from mapping.survey.sheets import shown_names

_FIELDS = ["pk", "name", "short_name", "slug", "organisation_number", "sector"]
ALIKE = 80


class Names:
    """Every standing organisation by name, short name, number and address."""

    def __init__(self, shown: Any) -> None:
        """`shown` are those whose names may be suggested (sheets.known_organisations)."""
        self.sector: dict[int, str] = {}
        self._by_name: dict[str, set[int]] = defaultdict(set)
        self._by_short_name: dict[str, set[int]] = defaultdict(set)
        self._by_number: dict[str, int] = {}
        rows = Organisation.objects.standing().only(*_FIELDS)
        for row in rows.iterator(chunk_size=5000):
            self.sector[row.pk] = row.sector
            self._by_name[folded(row.name)].add(row.pk)
            self._by_name[folded(f"{row.name} ({row.slug})")].add(row.pk)
            if row.short_name:
                self._by_short_name[folded(row.short_name)].add(row.pk)
            if row.organisation_number:
                self._by_number[row.organisation_number] = row.pk
        self.shown = shown_names(shown.only(*_FIELDS))
        self._suggested = {key: folded(name) for key, name in self.shown.items()}

    def add(self, name: str, key: int, sector: str) -> None:
        self._by_name[folded(name)].add(key)
        self.sector[key] = sector

    def by_number(self, digits: str) -> int | None:
        return self._by_number.get(digits)

    def exactly(self, name: str) -> set[int]:
        return self._by_name.get(folded(name), set())

    def find(self, text: str) -> int:
        """The key of the organisation. Raises Wrong where none or several are called so."""
        numbered = re.search(r"(?:16)?([0-9]{6})[-\s]?([0-9]{4})\)?$", text.strip())
        if numbered and (key := self._by_number.get(numbered[1] + numbered[2])):
            return key
        found = self.exactly(text) or self._by_short_name.get(folded(text), set())
        if len(found) > 1:
            raise Wrong("Flera organisationer heter så. Skriv organisationsnumret i stället.")
        if not found:
            raise Wrong(f"Ingen organisation heter så.{self._hint(text)}")
        return next(iter(found))

    def _hint(self, text: str) -> str:
        near = process.extractOne(folded(text), self._suggested, score_cutoff=ALIKE)
        if near:
            return f" Menade du {self.shown[near[2]]}?"
        return " Är den ny, lägg till den i fliken ”Nya organisationer”."
