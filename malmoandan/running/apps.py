from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class RunningConfig(AppConfig):
    name = "malmoandan.running"
    verbose_name = _("Drift")

    def ready(self) -> None:
        from malmoandan.running.changes import install_triggers

        post_migrate.connect(install_triggers, sender=self)
