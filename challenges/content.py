"""The content that challenges start with: plans, areas, coordinators and the first group.

Facts come from `facts.json`, the words for them in plain Swedish from `challenges.json`. Each
part is loaded once, when there is none of its kind: a portal that already runs gets what is new.
English words are added where the Swedish still reads as it was loaded.
"""

import json
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Case, Model, Value, When
from django.utils import timezone

from challenges.models import (
    ChallengeArea,
    Coordinator,
    FirstPrecision,
    Group,
    LastPrecision,
    NameBasis,
    Plan,
    PlanArea,
)
from malmoandan.organisations.models import Kind, Organisation, Sector
from malmoandan.running import history

# What has English words beside the Swedish.
IN_TWO_LANGUAGES: list[tuple[type[Model], list[str]]] = [
    (Plan, ["name", "text", "adopted_by"]),
    (ChallengeArea, ["name"]),
    (PlanArea, ["name", "description"]),
    (Coordinator, ["about"]),
    (Group, ["name", "task"]),
]


@transaction.atomic
def load(folder: Path, facts: dict[str, Any]) -> bool:
    """Load what is not there yet; say whether anything was done."""
    words = json.loads((folder / "challenges.json").read_text())
    parts: list[tuple[Any, Any]] = [
        (Plan, _load_plans),
        (Coordinator, _load_coordinators),
        (Group, _load_group),
    ]
    missing = [load_part for model, load_part in parts if not model.objects.exists()]
    for load_part in missing:
        load_part(facts, words)
    added = _add_english(words["english"])
    return bool(missing) or added


def _load_plans(facts: dict[str, Any], words: dict[str, Any]) -> None:
    adopted = facts["cooperation_plan_2018"]
    first_day, last_day = map(date.fromisoformat, adopted["period"])
    plan = Plan.objects.create(
        name="Samarbetsplanen 2018",
        text=words["plans"]["2018"],
        adopted_on=date.fromisoformat(adopted["adopted_on"]),
        adopted_by=adopted["adopted_by"],
        first_day=first_day,
        last_day=last_day,
    )
    remiss = facts["remiss_2017"]
    draft = Plan.objects.create(
        name=f"{remiss['document']}, förslag 2017", text=words["plans"]["draft"]
    )
    for area in facts["challenge_areas"]:
        _load_area(area, {"plan": plan, "draft": draft}, remiss["areas_in_the_draft"], words)


def _load_area(
    facts: dict[str, Any], plans: dict[str, Plan], names_in_draft: list[str], words: dict[str, Any]
) -> None:
    """An area has one row over the plans, and in each plan that plan's own number and name."""
    area, _made = ChallengeArea.objects.get_or_create(name=facts["name"])
    description = words["areas"][facts["name"]]
    PlanArea.objects.create(
        plan=plans["plan"],
        area=area,
        order=facts["order"],
        name=facts["name"],
        description=description,
    )
    if facts["order"] <= len(names_in_draft):
        name = names_in_draft[facts["order"] - 1]
        PlanArea.objects.create(plan=plans["draft"], area=area, order=facts["order"], name=name)


def _load_coordinators(facts: dict[str, Any], words: dict[str, Any]) -> None:
    city = Organisation.objects.filter(kind=Kind.MUNICIPALITY).first()
    for person in facts["coordinators"]:
        Coordinator.objects.create(
            sector=person["sector"],
            role=person["role"].replace(" ", "_"),
            name=person["name"],
            name_basis=NameBasis.SOURCE,
            name_public_since=timezone.localdate(),
            organisation=city if person["sector"] == Sector.CITY else None,
            unit=person.get("unit", ""),
            about=words["coordinators"].get(person["name"], ""),
            **_years(person),
        )


def _years(facts: dict[str, Any]) -> dict[str, Any]:
    """The term of someone of whom only years are known; a note says when the end is unknown."""
    last_year = facts.get("to")
    unknown = "not known" in facts.get("note", "")
    return {
        "first_day": date(int(facts["from"]), 1, 1),
        "first_precision": FirstPrecision.YEAR,
        "last_day": date(int(last_year), 12, 31) if last_year else None,
        "last_precision": LastPrecision.YEAR
        if last_year
        else LastPrecision.UNKNOWN
        if unknown
        else LastPrecision.DAY,
    }


def _load_group(facts: dict[str, Any], words: dict[str, Any]) -> None:
    group = words["group"]
    Group.objects.create(
        kind=Group.Kind.WORKING,
        name=group["name"],
        task=group["task"],
        first_day=date(int(group["from"]), 1, 1),
        first_precision=FirstPrecision.YEAR,
        last_precision=LastPrecision.UNKNOWN,
    )


def _add_english(english: dict[str, str]) -> bool:
    """Fill what is empty and always was: words that a coordinator took away do not come back."""
    filled = 0
    for model, names in IN_TWO_LANGUAGES:
        for name in names:
            column = f"english_{name}"
            had_some = history.events_of(model).exclude(**{column: ""}).values("pgh_obj_id")
            empty = model._default_manager.filter(**{column: "", f"{name}__in": english})
            words = Case(
                *(When(**{name: swedish, "then": Value(told)}) for swedish, told in english.items())
            )
            filled += empty.exclude(pk__in=had_some).update(**{column: words})
    return filled > 0
