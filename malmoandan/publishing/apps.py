from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PublishingConfig(AppConfig):
    name = "malmoandan.publishing"
    verbose_name = _("Utgivning")

    def ready(self) -> None:
        from malmoandan.publishing.status import seal
        from malmoandan.running import status

        status.add(seal)
