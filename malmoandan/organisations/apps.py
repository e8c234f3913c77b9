from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrganisationsConfig(AppConfig):
    name = "malmoandan.organisations"
    verbose_name = _("Organisationer")
    coordinators_may = {
        "organisation": "view add change",
        "proposedchange": "view change",
        "possibleduplicate": "view change",
    }
