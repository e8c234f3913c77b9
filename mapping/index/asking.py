"""What can be asked of a round's index."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from malmoandan.organisations.models import CityPart, Kind, Sector
from mapping.models import CooperationForm, Level, Step

# The known values of each dimension, in the order they are shown; None is read from the rows.
DIMENSIONS: dict[str, tuple[str, ...] | None] = {
    "sector": tuple(Sector.values),
    "department": None,  # slugs of organisations
    "kind": tuple(Kind.values),
    "form": tuple(CooperationForm.values),
    "area": None,  # slugs of challenge areas
    "level": tuple(Level.values),
    "step": tuple(Step.values),
    "city_part": tuple(CityPart.values),
    "year": None,  # "2024": certainly or possibly ran some day of it
    # By the known SEK of all parties and years; "some_unknown" overlaps the others.
    "amount": ("unknown", "some_unknown", "under_100000", "under_1000000", "from_1000000"),
    "ongoing": ("yes",),
}
ORDERS = ("title", "newest", "oldest", "amount")


@dataclass(frozen=True)
class Selection:
    """What is asked for: one value of any dimensions, words, and organisations that take part.

    Every part narrows. `words` are found in title, description, goals, registry number or the
    name of a party, each in some form or as a beginning.
    """

    values: Mapping[str, str] = field(default_factory=dict)
    words: tuple[str, ...] = ()
    organisations: tuple[int, ...] = ()

    def without(self, dimension: str) -> "Selection":
        """The same but for one dimension (or "organisation")."""
        values = {name: value for name, value in self.values.items() if name != dimension}
        kept = () if dimension == "organisation" else self.organisations
        return Selection(values, self.words, kept)


@dataclass(frozen=True)
class YearSum:
    """Money of a year: known SEK by side, and what is not known (domain.md, rule 10)."""

    year: int
    city: int
    civil: int
    unknown: int  # how many amounts (of a party that year) are unknown
    cooperations: int  # how many ran that year
    uncertain: int  # how many of all have an unknown amount that year

    @property
    def known(self) -> int:
        return self.city + self.civil
