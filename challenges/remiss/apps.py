from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RemissConfig(AppConfig):
    name = "challenges.remiss"
    label = "remiss"
    verbose_name = _("Remiss")
    # What a coordinator may do with each model (malmoandan/accounts/coordinators.py).
    coordinators_may = {
        "referral": "view add change delete",
        "referralsection": "view add change delete",
        "referraldocument": "view add change delete",
        "referralrecipient": "view add change delete",
        "referralreminder": "view",
        "referralresponse": "view change",
        "reply": "view add change delete",
    }
