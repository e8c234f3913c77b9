from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MappingConfig(AppConfig):
    name = "mapping"
    verbose_name = _("Kartläggning")
    # What a coordinator may do with each model (malmoandan/accounts/coordinators.py).
    coordinators_may = {
        "surveyround": "view add change",
        "roundinvitation": "view add change",
        "cooperation": "view add change",
        "cooperationedition": "view add change delete",
        "area": "view add change delete",
        "party": "view add change delete",
        "amount": "view add change delete",
        "confirmation": "view",
        "ending": "view",
        "objection": "view change",
        "matrixtool": "view add change",
    }
