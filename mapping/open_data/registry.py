"""The data sets of all apps, and where their files lie."""

from functools import cache
from importlib import import_module

from django.apps import apps
from django.conf import settings
from django.urls import reverse
from django.utils.module_loading import module_has_submodule

from malmoandan.publishing.open_data import DataSet

# In the order that the page tells of them.
ORDER = [
    *["samverkan", "organisationer", "undertecknare", "utmaningar", "dialoger", "remisser"],
    "remissvar",
]


@cache
def registered() -> dict[str, DataSet]:
    """All apps' data sets by key; those that ORDER does not know come last."""
    found: dict[str, DataSet] = {}
    for config in apps.get_app_configs():
        if module_has_submodule(config.module, "data_sets"):
            for data_set in import_module(f"{config.name}.data_sets").DATA_SETS:
                found[data_set.key] = data_set
    keys = sorted(found, key=lambda key: ORDER.index(key) if key in ORDER else len(ORDER))
    return {key: found[key] for key in keys}


def data_sets() -> list[DataSet]:
    """Those that have something to hand out now."""
    return [data_set for data_set in registered().values() if data_set.exists()]


def path_of(data_set: DataSet, ending: str) -> str:
    """Where one of its files lies, such as "/undertecknare.csv"."""
    if data_set.files:
        return f"{data_set.files()}.{ending}"
    return reverse("mapping:data_file", args=[data_set.key, ending])


def address_of(data_set: DataSet, ending: str) -> str:
    return str(settings.BASE_URL) + path_of(data_set, ending)
