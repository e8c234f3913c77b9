"""The open data of the register."""

from datetime import datetime

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from malmoandan.publishing.open_data import DataSet
from signatures.models import RegisterEntry
from signatures.register import COLUMNS, RegisterFilter, declaration_versions


def _changed() -> datetime | None:
    newest = RegisterEntry.objects.order_by("-pk").first()
    return newest.entered_at if newest else None


def _files() -> str:
    return reverse("signatures:register_csv").removesuffix(".csv")


def _filter() -> forms.Form:
    return RegisterFilter({}, declaration_versions())


DATA_SETS = [
    DataSet(
        key="undertecknare",
        title=_("Undertecknare av avsiktsförklaringen"),
        description=_(
            "De organisationer som har undertecknat Malmöandans avsiktsförklaring: vilka de är, "
            "när de undertecknade och vilken version av texten."
        ),
        keywords=(_("civilsamhälle"), _("avsiktsförklaring"), _("undertecknare")),
        page="signatures:register",
        columns=COLUMNS,
        changed=_changed,
        files=_files,
        filter=_filter,
    )
]
