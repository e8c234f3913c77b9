from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MappingConfig(AppConfig):
    name = "mapping"
    verbose_name = _("Kartläggning")
    # What a coordinator may do with each model (malmoandan/accounts/coordinators.py).
    coordinators_may: dict[str, str] = {}
