from django.apps import AppConfig
from django.contrib.admin import autodiscover
from django.contrib.admin.apps import SimpleAdminConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    default = True
    name = "malmoandan.accounts"
    verbose_name = _("Konton")
    coordinators_may = {"user": "view add change"}

    def ready(self) -> None:
        from malmoandan.accounts import security_log

        security_log.listen()


class PortalAdminConfig(SimpleAdminConfig):
    default_site = "malmoandan.accounts.admin_site.PortalAdminSite"

    def ready(self) -> None:
        super().ready()
        autodiscover()
