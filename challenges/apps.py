from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChallengesConfig(AppConfig):
    name = "challenges"
    verbose_name = _("Samhällsutmaningar")
    # What a coordinator may do with each model (malmoandan/accounts/coordinators.py).
    coordinators_may = {
        "plan": "view add change",
        "challengearea": "view add change",
        "planarea": "view add change delete",
        "host": "view add change",
        "coordinator": "view add change",
        "group": "view add change",
        "groupmember": "view add change delete",
        "dialogue": "view change",
    }
