from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class RunningConfig(AppConfig):
    name = "malmoandan.running"
    verbose_name = _("Drift")

    def ready(self) -> None:
        from malmoandan.running import status
        from malmoandan.running.changes import install_triggers
        from malmoandan.running.status import jobs, place

        status.add(jobs.worker, jobs.waiting, jobs.mail, jobs.failed)
        status.add(place.database, place.backup, place.disk, place.files, place.attempts)
        post_migrate.connect(install_triggers, sender=self)
