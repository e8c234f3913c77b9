"""A compilation as JSON, and back: a download, and what the other formats are made from."""

import json
from dataclasses import asdict, fields, is_dataclass
from datetime import date, datetime
from types import NoneType, UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from challenges.remiss.compilation.contents import Compilation
from challenges.remiss.compilation.fields import FIELDS

T = TypeVar("T")


def to_json(compilation: Compilation) -> bytes:
    """The whole as JSON, with a description of its fields."""
    described = [{"key": key, "title": title, "description": text} for key, title, text in FIELDS]
    whole = {"fields": described, **asdict(compilation)}
    return json.dumps(whole, ensure_ascii=False, default=_day_or_time).encode() + b"\n"


def from_json(content: bytes) -> Compilation:
    """The compilation that `to_json` wrote. Raises KeyError or ValueError for anything else."""
    return _build(Compilation, json.loads(content))


def _day_or_time(value: Any) -> str:
    if isinstance(value, date):  # a datetime is one too
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in a compilation")


def _build(cls: type[T], value: Any) -> T:
    hints = get_type_hints(cls)
    return cls(**{f.name: _value(hints[f.name], value[f.name]) for f in fields(cls)})  # type: ignore[arg-type]


def _value(hint: Any, value: Any) -> Any:
    if get_origin(hint) is UnionType:
        if value is None:
            return None
        hint = next(part for part in get_args(hint) if part is not NoneType)
    if get_origin(hint) is list:
        return [_value(get_args(hint)[0], each) for each in value]
    if is_dataclass(hint):
        return _build(hint, value)  # type: ignore[arg-type]
    if hint in {date, datetime}:
        return hint.fromisoformat(value)
    return value
