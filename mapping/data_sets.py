"""The open data of cooperations and organisations."""

from datetime import datetime

from django import forms
from django.db.models import Max
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from malmoandan.organisations.models import Organisation
from malmoandan.publishing.open_data import DataSet
from mapping.browse import COLUMNS, BrowseFilter
from mapping.index import current_index
from mapping.models import CooperationEdition, SurveyRound
from mapping.organisations import columns
from mapping.organisations.filters import OrganisationFilter


def _cooperations_changed() -> datetime | None:
    newest = CooperationEdition.objects.public().aggregate(at=Max("updated_at"))["at"]
    published = SurveyRound.objects.published().aggregate(at=Max("published_at"))["at"]
    return max((at for at in (newest, published) if at), default=None)


def _cooperation_files() -> str:
    return reverse("mapping:file", args=["csv"]).removesuffix(".csv")


def _cooperation_filter() -> forms.Form:
    rounds = list(SurveyRound.objects.published())
    return BrowseFilter(QueryDict(), current_index(rounds[0]), rounds)


def _is_mapped() -> bool:
    return SurveyRound.objects.published().exists()


def _organisations_changed() -> datetime | None:
    newest: datetime | None = Organisation.objects.aggregate(at=Max("updated_at"))["at"]
    return newest


def _organisation_files() -> str:
    return reverse("mapping:organisations_csv").removesuffix(".csv")


def _organisation_filter() -> forms.Form:
    return OrganisationFilter({})


DATA_SETS = [
    DataSet(
        key="samverkan",
        title=_("Samverkan mellan Malmö stad och den idéburna sektorn"),
        description=_(
            "Kartläggningens uppgifter om samverkan: parter, form, tid, belopp, samhällsutmaningar "
            "och plats i Europarådets matris. Filerna följer samma filter som sidan."
        ),
        keywords=(_("samverkan"), _("civilsamhälle"), _("kartläggning"), _("IOP")),
        page="mapping:index",
        columns=COLUMNS,
        changed=_cooperations_changed,
        files=_cooperation_files,
        filter=_cooperation_filter,
        exists=_is_mapped,
    ),
    DataSet(
        key="organisationer",
        title=_("Organisationer"),
        description=_(
            "Organisationer och förvaltningar som finns i portalens offentliga delar, och i hur "
            "många samverkan de är part."
        ),
        keywords=(_("organisationer"), _("föreningar"), _("förvaltningar")),
        page="mapping:organisations",
        columns=columns.COLUMNS,
        changed=_organisations_changed,
        files=_organisation_files,
        filter=_organisation_filter,
    ),
]
