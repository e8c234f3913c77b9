"""History grows old: what it says of people goes after a time, what happened and when stays."""

from datetime import datetime
from typing import Any

import pghistory.models
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.db import connection, models, transaction
from django.db.models import Exists, OuterRef, Q
from pghistory.models import Context

from malmoandan.accounts import data_register
from malmoandan.accounts.models import User


@transaction.atomic
def age(before: datetime) -> None:
    """Empty the declared fields of history from before that moment, and who did it.

    The last word about a row that is still there says no more than the row itself, and stays.
    """
    for model in apps.get_models():
        if issubclass(model, pghistory.models.Event) and hasattr(model, "pgh_obj"):
            _empty(model, before)
    LogEntry.objects.filter(action_time__lt=before).delete()
    _forget_who(before)


def _empty(events: Any, before: datetime) -> None:
    tracked = events.pgh_tracked_model
    known = {field.name for field in events._meta.local_fields}
    fields = [events._meta.get_field(name) for name in data_register.that_age(tracked) & known]
    if not fields:
        return
    row = tracked._base_manager.filter(pk=OuterRef("pgh_obj_id"))
    later = events._base_manager.filter(
        pgh_obj_id=OuterRef("pgh_obj_id"), pgh_id__gt=OuterRef("pgh_id")
    )
    old = events._base_manager.filter(Exists(later) | ~Exists(row), pgh_created_at__lt=before)
    empty = {field.name: _nothing(field) for field in fields}
    full = Q()
    for name, value in empty.items():
        full |= Q(**{f"{name}__isnull": False}) if value is None else ~Q(**{name: value})
    old.filter(full).update(**empty)


def _nothing(field: Any) -> Any:
    if field.remote_field:
        return None if field.null else User.objects.stand_in()
    if isinstance(field, models.JSONField):
        return None if field.null else {}
    return None if field.null else ""


def _forget_who(before: datetime) -> None:
    table = connection.ops.quote_name(Context._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET metadata = metadata - 'user'"  # noqa: S608
            " WHERE created_at < %s AND metadata ? 'user'",
            [before],
        )
