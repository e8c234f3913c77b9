"""What somebody reports of one cooperation, as plain values: from a form, a sheet or an edition."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from malmoandan.organisations.likeness import folded
from mapping.models import PARTNERSHIP_FIELDS, CooperationEdition, Precision

TEXTS = ["title", "description", "sources", "registry_number", "evaluation", *PARTNERSHIP_FIELDS]
PLAIN = [
    *TEXTS,
    *["form", "level", "steps", "city_parts", "starts_on", "start_precision"],
    *["ends_on", "end_precision", "ongoing", "predecessor_id"],
]
# Years to whole kronor; None is said to be unknown.
Money = dict[int, int | None]


@dataclass
class Report:
    title: str = ""
    description: str = ""
    form: str = ""
    level: str = ""
    steps: list[str] = field(default_factory=list)
    city_parts: list[str] = field(default_factory=list)
    areas: list[int] = field(default_factory=list)
    starts_on: date | None = None
    start_precision: str = Precision.DAY
    ends_on: date | None = None
    end_precision: str = Precision.DAY
    ongoing: bool = False
    sources: str = ""
    registry_number: str = ""
    evaluation: str = ""
    goals: str = ""
    city_contribution: str = ""
    civil_contribution: str = ""
    steering: str = ""
    partnership_evaluation: str = ""
    predecessor_id: int | None = None
    # By the keys of the organisations.
    parties: dict[int, Money] = field(default_factory=dict)

    @classmethod
    def of(cls, edition: CooperationEdition) -> "Report":
        """What the edition says. Reads nothing more when it was asked for by `for_reports`."""
        return cls(
            **{name: getattr(edition, name) for name in PLAIN},
            areas=sorted(row.area_id for row in edition.in_areas.all()),
            parties={
                party.organisation_id: {row.year: row.sek for row in party.amounts.all()}
                for party in edition.parties.all()
            },
        )

    @property
    def plain(self) -> dict[str, Any]:
        """The fields of an edition, without areas and parties."""
        return {name: getattr(self, name) for name in PLAIN}

    @property
    def is_partnership(self) -> bool:
        return self.form == "iop"

    def without_partnership(self) -> "Report":
        """Only an IOP has the facts of one (the database refuses them on others)."""
        if not self.is_partnership:
            for name in PARTNERSHIP_FIELDS:
                setattr(self, name, "")
            self.predecessor_id = None
        return self

    def fingerprint(self) -> str:
        """The same for the same content, whatever the order of what has none."""
        said = self.as_json()
        for name in ("steps", "city_parts", "areas"):
            said[name] = sorted(said[name])
        text = json.dumps(said, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    @property
    def likeness(self) -> tuple[str, tuple[int, ...]]:
        """Two reports of one organisation with the same title and parties are the same one."""
        return folded(self.title), tuple(sorted(self.parties))

    def as_json(self) -> dict[str, Any]:
        said = asdict(self)
        for name in ("starts_on", "ends_on"):
            said[name] = said[name].isoformat() if said[name] else None
        said["parties"] = {
            str(party): {str(year): sek for year, sek in money.items()}
            for party, money in self.parties.items()
        }
        return said

    @classmethod
    def from_json(cls, said: dict[str, Any]) -> "Report":
        known = {name: said[name] for name in cls.__dataclass_fields__ if name in said}
        for name in ("starts_on", "ends_on"):
            known[name] = date.fromisoformat(known[name]) if known.get(name) else None
        known["parties"] = {
            int(party): {int(year): sek for year, sek in money.items()}
            for party, money in said.get("parties", {}).items()
        }
        return cls(**known)


def for_reports(editions: Any) -> Any:
    """The editions with all that `Report.of` reads, in a fixed number of queries."""
    return editions.select_related("cooperation").prefetch_related("in_areas", "parties__amounts")


def reports_of(editions: Any) -> dict[int, Report]:
    """By the keys of the cooperations."""
    found: Iterable[CooperationEdition] = for_reports(editions)
    return {edition.cooperation_id: Report.of(edition) for edition in found}
