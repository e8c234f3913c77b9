"""The content that the mapping starts with: departments, the matrix, and what is known of 2018.

Facts come from `facts.json`, words and lists from `mapping.json`. Each part is loaded once. Of the
cooperations in the mapping of 2018 the portal knows none, so its round has none.
"""

import json
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from malmoandan.organisations.models import CityPart, Kind, Organisation, Sector
from mapping.models import MatrixTool, SurveyRound


@transaction.atomic
def load(folder: Path, facts: dict[str, Any]) -> bool:
    """Load what is not there yet; say whether anything was done."""
    words = json.loads((folder / "mapping.json").read_text())
    parts: list[tuple[bool, Any]] = [
        (Organisation.objects.departments().exists(), _load_departments),
        (MatrixTool.objects.exists(), _load_matrix),
        (SurveyRound.objects.filter(invented=False).exists(), _load_round),
    ]
    missing = [load_part for is_there, load_part in parts if not is_there]
    for load_part in missing:
        load_part(facts, words)
    return bool(missing)


def _load_departments(facts: dict[str, Any], words: dict[str, Any]) -> None:
    city = Organisation.objects.filter(kind=Kind.MUNICIPALITY).order_by("pk").first()
    made: dict[str, Organisation] = {}
    for known in words["departments"]:
        department = {"name": known} if isinstance(known, str) else known
        successor = department.get("successor")
        made[department["name"]] = Organisation.objects.create(
            name=department["name"],
            sector=Sector.CITY,
            kind=Kind.DEPARTMENT,
            parent=city,
            city_part=department.get("city_part", CityPart.ALL),
            first_day=_day(department.get("first_day")),
            last_day=_day(department.get("last_day")),
            successor=made[successor] if successor else None,
        )


def _load_matrix(facts: dict[str, Any], words: dict[str, Any]) -> None:
    for level, steps in words["matrix"].items():
        for step, tools in steps.items():
            MatrixTool.objects.create(level=level, step=step, tools=tools)


def _load_round(facts: dict[str, Any], words: dict[str, Any]) -> None:
    known, told = facts["mapping_2018"], words["round"]
    reports = "\n".join(f"- {title}" for title in known["reports"])
    SurveyRound.objects.create(
        number=told["number"],
        name=told["name"],
        state=SurveyRound.State.PUBLISHED,
        published_at=timezone.now(),
        made_by=known["made_by"],
        note=f"{told['note']}\n\n{reports}",
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
