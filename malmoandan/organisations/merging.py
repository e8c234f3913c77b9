"""Two organisations that are one and the same become one; nothing is lost.

Everything that refers to the one goes over to the other, whichever app it stands in: the models
are asked for their references, so a new model needs nothing. Where two rows cannot stand beside
each other, the database refuses, and so does the merge, with the reason. An app that knows
better has a module `merge_rules` with

- `RULES: dict[model, rule]`: `rule(merge)` runs before the rows of that model are moved. It joins
  rows, or says by `merge.refuse(...)` why it cannot be done. One that returns `DONE` has seen to
  all rows of the model itself.
- `AFTERWARDS: list[function]`: each gets the merge when all is moved, last in the transaction.

A preview is the same merge, rolled back: it cannot say anything else than what will happen.
docs/decisions/0021-merging.md
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

import pghistory
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction
from django.utils import timezone
from django.utils.module_loading import module_has_submodule
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from pghistory.models import Event

from malmoandan.accounts.models import User
from malmoandan.organisations.models import Kind, Organisation

DONE = "done"
# Where the one that stays says nothing, it says what the other said.
FILLED = ["organisation_number", "short_name", "purpose", "website"]


class Refused(Exception):
    """The two cannot be merged as they are; `reasons` are sentences for the coordinator."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(*reasons)
        self.reasons = reasons


class _RollBack(Exception):
    pass


@dataclass
class Merge:
    """`gone` becomes `kept`. What is moved and filled is counted while it is done."""

    gone: Organisation
    kept: Organisation
    by: User
    moved: dict[str, int] = field(default_factory=dict)
    filled: dict[str, str] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def refuse(self, reason: str) -> None:
        self.refused.append(reason)

    def remark(self, sentence: str) -> None:
        """Say in the preview what a rule did beside moving."""
        self.remarks.append(sentence)


def preview(*, gone: Organisation, kept: Organisation, by: User) -> Merge:
    """What `merge` would do, with the reasons against it in `refused`. Changes nothing."""
    merge = Merge(gone, kept, by)
    try:
        with transaction.atomic():
            _carry_out(merge)
            raise _RollBack
    except _RollBack:
        pass
    except Refused as refused:
        merge.refused = refused.reasons
    return merge


def carry_out(*, gone: Organisation, kept: Organisation, by: User) -> Merge:
    """Merge, in one transaction. Raises Refused."""
    merge = Merge(gone, kept, by)
    with transaction.atomic(), pghistory.context(reason=_reason(merge)):
        _carry_out(merge)
    return merge


def _reason(merge: Merge) -> str:
    return _("%(gone)s slogs samman med %(kept)s.") % {"gone": merge.gone, "kept": merge.kept}


def _carry_out(merge: Merge) -> None:
    """Raises Refused once all reasons are known."""
    _lock(merge)
    _check(merge)
    rules, afterwards = _rules()
    for model, references in _referring():
        rule = rules.get(model)
        if rule and rule(merge) == DONE:
            continue
        for reference in references:
            _move(merge, model, reference)
    if merge.refused:
        raise Refused(merge.refused)
    _become_one(merge)
    for function in afterwards:
        function(merge)


def _lock(merge: Merge) -> None:
    """Both, in one order for everybody, and as they are now."""
    keys = [merge.gone.pk, merge.kept.pk]
    rows = Organisation.objects.select_for_update(of=["self"]).order_by("pk").in_bulk(keys)
    merge.gone, merge.kept = rows[keys[0]], rows[keys[1]]


def _check(merge: Merge) -> None:
    gone, kept = merge.gone, merge.kept
    if gone == kept:
        raise Refused([_("Det är samma organisation.")])
    for row in (gone, kept):
        if row.merged_into_id:
            raise Refused([_("%(name)s är redan sammanslagen med en annan.") % {"name": row}])
    if gone.sector != kept.sector:
        raise Refused([_("De hör till olika sektorer.")])
    if gone.organisation_number and kept.organisation_number:
        merge.refuse(
            _(
                "De har olika organisationsnummer, %(one)s och %(other)s. Är ett av dem fel, ta"
                " bort det först. Är båda rätt, är det två organisationer."
            )
            % {"one": gone.shown_number, "other": kept.shown_number}
        )


def _rules() -> tuple[dict[Any, Any], list[Any]]:
    rules: dict[Any, Any] = {}
    afterwards: list[Any] = []
    for config in apps.get_app_configs():
        if module_has_submodule(config.module, "merge_rules"):
            module = import_module(f"{config.name}.merge_rules")
            rules |= getattr(module, "RULES", {})
            afterwards += getattr(module, "AFTERWARDS", [])
    return rules, afterwards


def _referring() -> Iterator[tuple[Any, list[Any]]]:
    """Every model with its references to organisations; the history is left as it was written."""
    for model in apps.get_models(include_auto_created=True):
        if issubclass(model, Event) or model._meta.proxy or not model._meta.managed:
            continue
        references = [
            column
            for column in model._meta.local_concrete_fields
            if column.is_relation and column.related_model is Organisation
        ]
        if references:
            yield model, references


def _move(merge: Merge, model: Any, reference: Any) -> None:
    rows = model._base_manager.filter(**{reference.name: merge.gone.pk})
    if model is Organisation:
        # It does not belong to itself, as its own parent or successor.
        rows.filter(pk=merge.kept.pk).update(**{reference.name: None})
    if model._meta.auto_created:
        _drop_twice_linked(merge, model, reference, rows)
    number = rows.count()
    if not number:
        return
    try:
        with transaction.atomic():
            rows.update(**{reference.name: merge.kept.pk})
            _check_now()
    except DatabaseError:
        _refuse_rows(merge, model, reference, rows)
        return
    label = str(_of_list(model) or model._meta.verbose_name_plural)
    merge.moved[capfirst(label)] = merge.moved.get(capfirst(label), 0) + number


def _check_now() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _of_list(model: Any) -> str:
    """The rows behind a list of organisations are told of as those whose list it is."""
    if not model._meta.auto_created:
        return ""
    return str(model._meta.auto_created._meta.verbose_name_plural)


def _drop_twice_linked(merge: Merge, model: Any, reference: Any, rows: Any) -> None:
    """Both stand in the same list: once is enough."""
    others = [
        column.attname
        for column in model._meta.local_concrete_fields
        if not column.primary_key and column != reference
    ]
    linked = model._base_manager.filter(**{reference.name: merge.kept.pk})
    for values in linked.values(*others):
        rows.filter(**values).delete()


def _refuse_rows(merge: Merge, model: Any, reference: Any, rows: Any) -> None:
    """Name the rows that cannot be moved, a few of them."""
    for row in rows[:5]:
        try:
            with transaction.atomic():
                rows.filter(pk=row.pk).update(**{reference.name: merge.kept.pk})
                _check_now()
        except DatabaseError as error:
            merge.refuse(_why(model, row, error))


def _why(model: Any, row: models.Model, error: DatabaseError) -> str:
    """In the words of the constraint that refused, where it has any."""
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
    constraints = {each.name: each for each in model._meta.constraints}
    words = {
        "what": capfirst(str(model._meta.verbose_name)),
        "row": row,
        "why": getattr(constraints.get(name), "violation_error_message", "")
        or _("Den kan inte stå bredvid det som redan finns."),
    }
    return _("%(what)s ”%(row)s” kan inte flyttas. %(why)s") % words


def _become_one(merge: Merge) -> None:
    gone, kept = merge.gone, merge.kept
    values = {name: getattr(gone, name) for name in FILLED}
    gone.merged_into, gone.merged_at, gone.organisation_number = kept, timezone.now(), None
    gone.save(update_fields=["merged_into", "merged_at", "organisation_number", "updated_at"])
    changed = [name for name, value in values.items() if value and not getattr(kept, name)]
    for name in changed:
        setattr(kept, name, values[name])
        label = capfirst(str(Organisation._meta.get_field(name).verbose_name))  # type: ignore[union-attr]
        merge.filled[label] = kept.shown_number if name == "organisation_number" else values[name]
    if kept.kind == Kind.NETWORK and kept.organisation_number:
        kept.kind = gone.kind
        merge.filled[_("Organisationsform")] = str(kept.get_kind_display())
        changed.append("kind")
    if changed:
        kept.save(update_fields=[*changed, "updated_at"])
