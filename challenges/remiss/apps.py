from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RemissConfig(AppConfig):
    name = "challenges.remiss"
    label = "remiss"
    verbose_name = _("Remiss")
    # What a coordinator may do with each model (malmoandan/accounts/coordinators.py).
    coordinators_may: dict[str, str] = {}
