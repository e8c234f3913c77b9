from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class PagesConfig(AppConfig):
    name = "malmoandan.pages"
    verbose_name = _("Sidor")
    # What a coordinator may do with each model (malmoandan/accounts/coordinators.py).
    coordinators_may = {
        "news": "view add change delete",
        "document": "view add change delete",
        "documentversion": "view add delete",
    }

    def ready(self) -> None:
        from malmoandan.pages.search import watch_sources

        # After all apps' migrations: the tables to watch belong to other apps.
        post_migrate.connect(watch_sources, sender=self)
