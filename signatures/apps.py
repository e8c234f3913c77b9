from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SignaturesConfig(AppConfig):
    name = "signatures"
    verbose_name = _("Undertecknanden")
    # What a coordinator may do with each model (malmoandan/accounts/coordinators.py).
    coordinators_may = {
        "agreement": "view change",
        "agreementversion": "view add change delete",
        "translation": "view add change delete",
        "signature": "view add change",
        "signatory": "view add change",
    }
