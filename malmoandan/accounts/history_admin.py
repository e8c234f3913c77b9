"""The history page of a row: who changed what, when and why, read from pghistory's events."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Field, Model
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import formats, timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from malmoandan.accounts.models import User
from malmoandan.running import history


@dataclass
class Change:
    field: str
    old: str
    new: str


@dataclass
class Step:
    """One row of the history page. `about` names the part of the row, when it is not itself."""

    at: datetime
    what: str
    about: str
    who: str
    reason: str
    changes: list[Change] = field(default_factory=list)


class HistoryAdmin(admin.ModelAdmin):
    """A ModelAdmin whose history page shows every change, also those made outside the admin.

    `history_parts` names reverse relations whose rows belong to the history of this one, such as
    the signatories of a signature. Their `__str__` reads the row's own columns only.
    `history_links` holds the tracked proxies of many-to-many tables, such as a person's groups.
    """

    history_parts: tuple[str, ...] = ()
    history_links: tuple[type[Model], ...] = ()
    object_history_template = "admin/history.html"

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        row = self.get_object(request, object_id)
        if row is None:
            raise Http404
        if not self.has_view_or_change_permission(request, row):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": _("Historik för %(row)s") % {"row": row},
            "steps": self.history(row),
            "object": row,
            "opts": self.opts,
            **(extra_context or {}),
        }
        return TemplateResponse(request, self.object_history_template, context)

    def history(self, row: Model) -> list[Step]:
        """Every change of the row and its parts, the newest first."""
        events: list[Any] = []
        for link in self.history_links:
            own = next(f for f in link._meta.fields if f.related_model is type(row))
            events += _events_of(history.event_model_of(link), {own.attname: row.pk})
        events += _events_of(history.event_model_of(type(row)), {"pgh_obj_id": row.pk})
        for name in self.history_parts:
            relation: Any = self.opts.get_field(name)
            parts = history.event_model_of(relation.related_model)
            events += _events_of(parts, {relation.field.attname: row.pk})
        return _steps(events, own=type(row))


def _events_of(event_model: Any, filters: dict[str, Any]) -> list[Any]:
    found = event_model.objects.filter(**filters).select_related("pgh_context")
    return list(found.order_by("pgh_id"))


def _steps(events: list[Any], *, own: type[Model]) -> list[Step]:
    people = User.objects.in_bulk({_user_id(event) for event in events} - {None})
    names = _Names(events)
    before: dict[tuple[type, Any], Any] = {}
    steps = []
    for event in events:
        part = event.pgh_tracked_model
        key = part, getattr(event, "pgh_obj_id", None)
        context = event.pgh_context.metadata if event.pgh_context else {}
        step = Step(
            at=event.pgh_created_at,
            what=_label(event.pgh_label),
            about="" if part is own else _about(part, event, own, names),
            who=_who(people.get(_user_id(event))),
            reason=context.get("reason", ""),
        )
        if event.pgh_label == "update" and key in before:
            step.changes = list(_changes(part, before[key], event, names))
        before[key] = event
        steps.append(step)
    # Newest first; what one transaction did has one time, and then the last is still first.
    return sorted(steps, key=lambda step: step.at)[::-1]


def _about(part: Any, event: Any, own: type[Model], names: "_Names") -> str:
    """The name that the row had then; it may be gone by now. Of a link, what it leads to."""
    if part._meta.proxy:
        other = next(f for f in part._meta.fields if f.is_relation and f.related_model is not own)
        shown = names.shown(other, getattr(event, other.attname))
        return f"{capfirst(str(other.related_model._meta.verbose_name))} {shown}"
    row = part(**{f.attname: getattr(event, f.attname) for f in _tracked(event)})
    return f"{capfirst(str(part._meta.verbose_name))} {row}"


def _who(person: User | None) -> str:
    if not person:
        return ""
    return f"{person.name} ({person.email})" if person.name else person.email


def _label(label: str) -> str:
    return {"insert": _("Tillagd"), "update": _("Ändrad"), "delete": _("Borttagen")}[label]


def _user_id(event: Any) -> int | None:
    return event.pgh_context.metadata.get("user") if event.pgh_context else None


def _tracked(event: Any) -> Iterable[Field]:
    return [f for f in event._meta.fields if not f.name.startswith("pgh_")]


def _changes(part: Any, old: Any, new: Any, names: "_Names") -> Iterable[Change]:
    for tracked in _tracked(new):
        was, now = getattr(old, tracked.attname), getattr(new, tracked.attname)
        original = part._meta.get_field(tracked.name)
        if was != now and not getattr(original, "auto_now", False):
            yield Change(
                field=capfirst(str(original.verbose_name)),
                old=names.shown(original, was),
                new=names.shown(original, now),
            )


class _Names:
    """What is shown for values. Rows that the events refer to are read once for each model."""

    def __init__(self, events: list[Any]) -> None:
        wanted: dict[Any, set[Any]] = {}
        for event in events:
            for tracked in _tracked(event):
                if tracked.is_relation:
                    ids = wanted.setdefault(tracked.related_model, set())
                    ids.add(getattr(event, tracked.attname))
        self._rows = {
            model: model._default_manager.in_bulk(ids - {None}) for model, ids in wanted.items()
        }

    def shown(self, original: Any, value: Any) -> str:
        if value in (None, "", [], {}):
            return "–"
        if original.is_relation:
            return str(self._rows[original.related_model].get(value, value))
        if original.choices:
            return str(dict(original.flatchoices).get(value, value))
        if isinstance(value, bool):
            return _("ja") if value else _("nej")
        if isinstance(value, datetime):
            value = timezone.localtime(value)
        return str(formats.localize(value))
