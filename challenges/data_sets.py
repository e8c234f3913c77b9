"""The open data of areas, hosts and dialogues."""

from datetime import datetime

from django.conf import settings
from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from challenges.columns import COLUMNS
from challenges.dialogues import columns as dialogue_columns
from challenges.dialogues.listing import public_dialogues
from challenges.models import Host
from malmoandan.publishing.exports import Table
from malmoandan.publishing.open_data import DataSet
from malmoandan.running.history import events_of


def _areas_changed() -> datetime | None:
    newest: datetime | None = events_of(Host).aggregate(at=Max("pgh_created_at"))["at"]
    return newest


def _area_files() -> str:
    return reverse("challenges:areas_csv").removesuffix(".csv")


def _dialogues_changed() -> datetime | None:
    newest: datetime | None = public_dialogues().aggregate(at=Max("updated_at"))["at"]
    return newest


def _dialogues() -> Table:
    return Table(
        name="dialoger",
        title=_now("Dialoger"),
        source=settings.BASE_URL + reverse("challenges:dialogues"),
        columns=dialogue_columns.COLUMNS,
        rows=dialogue_columns.rows(),
        selection={},
    )


DATA_SETS = [
    DataSet(
        key="utmaningar",
        title=_("Samhällsutmaningar och värdar"),
        description=_(
            "Utmaningarna i den plan som gäller, deras värdar från båda sektorerna nu och "
            "tidigare, och vilka platser som är lediga."
        ),
        keywords=(_("samhällsutmaningar"), _("värdar"), _("samverkan")),
        page="challenges:areas",
        columns=COLUMNS,
        changed=_areas_changed,
        files=_area_files,
    ),
    DataSet(
        key="dialoger",
        title=_("Dialoger"),
        description=_("Dialogmöten som är öppna för anmälan, hållna eller inställda."),
        keywords=(_("dialog"), _("möten"), _("delaktighet")),
        page="challenges:dialogues",
        columns=dialogue_columns.COLUMNS,
        changed=_dialogues_changed,
        table=_dialogues,
    ),
]
