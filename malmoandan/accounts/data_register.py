"""The register of personal data (GDPR, article 30): what is kept, why, on what ground, how long.

Each app that stores something about a person declares it in its module `data_kept`:

- `CATEGORIES`: a `Category` for each kind of data, with the fields that hold it;
- `WITHOUT_PEOPLE`: the other fields that hold text, by model, about which nobody is told.

The page /integritet/, the coordinators' page, `manage.py personal_data_register` and the jobs
that delete what has served its time all read it here. A test walks all models and fails on a
field that could hold a person and is declared nowhere.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain, groupby
from typing import Any

import pghistory.models
from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from malmoandan.accounts.data_rights import modules

HISTORY = (pghistory.models.Event, pghistory.models.Events)
Fields = dict[str, str]  # model label: names of its fields with spaces between


class Ground(models.TextChoices):
    """The legal grounds of GDPR, article 6.1, that the portal leans on."""

    INTEREST = "6.1 f", _("berättigat intresse")
    CONSENT = "6.1 a", _("samtycke")


@dataclass(frozen=True)
class Whose:
    """Whom the data is about, as a heading; `order` is its place among the headings."""

    order: int
    words: Promise

    def __str__(self) -> str:
        return str(self.words)


WRITTEN_ABOUT = Whose(70, _("När någon skriver om dig"))


@dataclass(frozen=True)
class Category:
    """One kind of data about one kind of people."""

    whose: Whose
    what: Promise
    why: Promise
    ground: Ground
    seen_by: Promise
    # How long, in words; `%(days)s` in it is what `days` returns.
    kept: Any
    fields: Fields = field(default_factory=dict)
    # After how many days the job deletes it; both, or neither where only the person erases it.
    days: Callable[[], int] | None = None
    job: str = ""
    # Where else it lies: files, the cache's table. For those who run the portal, in English.
    elsewhere: str = ""
    # Whether old values go from the history in time (history_ageing.py). What was said stays.
    ages: bool = True

    def __post_init__(self) -> None:
        if bool(self.days) != bool(self.job):
            raise ValueError(f"{self.what}: a number of days needs the job that keeps to it.")

    @property
    def how_long(self) -> str:
        return str(self.kept % {"days": self.days()} if self.days else self.kept)

    @property
    def ground_in_words(self) -> str:
        return f"{self.ground.label} ({self.ground.value})"

    @property
    def field_names(self) -> list[str]:
        return list(_names([self.fields]))

    def served_its_time(self) -> datetime:
        """What is from before this moment is deleted now."""
        if self.days is None:
            raise ValueError(f"{self.what}: kept until the person erases it.")
        return timezone.now() - timedelta(days=self.days())


@dataclass(frozen=True)
class Field:
    """A field that could hold a person, as model and name."""

    model: type[models.Model]
    name: str

    def __str__(self) -> str:
        return f"{self.model._meta.label}.{self.name}"

    @property
    def refers_to_person(self) -> bool:
        return self.model._meta.get_field(self.name).is_relation


def categories() -> list[Category]:
    """All of the portal, app by app, in the order of INSTALLED_APPS."""
    return list(chain.from_iterable(module.CATEGORIES for module in modules("data_kept")))


def by_whom() -> list[tuple[Whose, list[Category]]]:
    """The categories under their headings."""
    ordered = sorted(categories(), key=lambda category: category.whose.order)
    return [(whose, list(group)) for whose, group in groupby(ordered, lambda each: each.whose)]


def declared() -> set[str]:
    """Each declared field, such as `challenges.Participant.email`, of people or not."""
    return set(chain(_names(_of_people()), _names(m.WITHOUT_PEOPLE for m in modules("data_kept"))))


def that_age(model: type[models.Model]) -> set[str]:
    """The names of the model's fields whose old values go from the history in time."""
    label = model._meta.label
    fields = (category.fields.get(label, "") for category in categories() if category.ages)
    return set(" ".join(fields).split())


def could_hold_people() -> Iterator[Field]:
    """Fields of every model that refer to a person, or take free text, a file or JSON.

    The history has the same fields as what it tells of, and goes by the declaration of that.
    """
    for model in apps.get_models(include_auto_created=True):
        if not issubclass(model, HISTORY):
            for each in model._meta.local_fields:
                if _could_hold_people(each):
                    yield Field(model, each.name)


def _could_hold_people(each: Any) -> bool:
    if each.remote_field:
        return bool(each.remote_field.model._meta.label == settings.AUTH_USER_MODEL)
    free = isinstance(each, models.CharField | models.TextField | models.FileField)
    other = (models.JSONField, models.GenericIPAddressField, models.BinaryField)
    if free and isinstance(each, models.SlugField | models.URLField):
        return False
    return (free and not each.choices) or isinstance(each, other)


def _of_people() -> Iterator[Fields]:
    return (category.fields for category in categories())


def _names(declarations: Iterable[Fields]) -> Iterator[str]:
    for fields in declarations:
        for label, names in fields.items():
            yield from (f"{label}.{name}" for name in names.split())
