"""History of every row by database triggers: bulk changes and raw SQL are seen too."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from typing import Any

import pghistory
import pghistory.models
import pgtrigger
from django.apps import apps
from django.db import transaction
from django.db.models import Model, QuerySet


def track(*, exclude: Iterable[str] = ()) -> Callable[[Any], Any]:
    """Class decorator: each insert, change and deletion of a row is kept, with who and why."""
    return pghistory.track(
        pghistory.InsertEvent(),
        pghistory.UpdateEvent(),
        pghistory.DeleteEvent(),
        exclude=list(exclude) or None,
    )


def track_links() -> Callable[[Any], Any]:
    """Class decorator for a proxy of a many-to-many's table: each link made or taken away."""
    return pghistory.track(pghistory.InsertEvent(), pghistory.DeleteEvent(), obj_field=None)


def events_of(model: type[Model]) -> QuerySet[Any]:
    """The history rows of a tracked model; `pgh_obj_id` is the key of the row they tell of."""
    return event_model_of(model)._base_manager.all()


def event_model_of(model: type[Model]) -> Any:
    """The model of the history rows of a tracked model, or of tracked links."""
    tracked = (each for each in apps.get_models() if issubclass(each, pghistory.models.Event))
    return next(each for each in tracked if each.pgh_tracked_model is model)


def paused(*models: type[Model]) -> AbstractContextManager[None]:
    """Keep no history of these models' rows within.

    By name, because each row reads through all names: those of the whole portal take four times as
    long.
    """
    events = ("insert_insert", "update_update", "delete_delete")
    names = [f"{model._meta.label}:{event}" for model in models for event in events]
    return pgtrigger.ignore(*names)


@transaction.atomic
def forget(rows: QuerySet[Any]) -> None:
    """Delete the rows and their whole history: for what has served its time, or is erased."""
    keys = list(rows.values_list("pk", flat=True))
    rows.delete()
    events_of(rows.model).filter(pgh_obj_id__in=keys).delete()
