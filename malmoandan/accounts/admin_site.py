"""Django's admin as the coordinators' workplace: guarded, in Swedish, and telling what waits."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.account.utils import get_next_redirect_url
from allauth.account.views import logout
from django.contrib.admin import AdminSite
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from malmoandan.accounts import access, data_register
from malmoandan.accounts.history_admin import HistoryAdmin
from malmoandan.accounts.status_page import status_page
from malmoandan.running.status import Level, worst

SHOWN = 5


class WaitingAdmin(HistoryAdmin):
    """A HistoryAdmin whose rows can wait for a decision; they then stand on the first page.

    `waiting` is asked at each visit, so it selects what `waiting_text` reads.
    """

    waiting_label: Any = ""

    def waiting(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the rows that wait, the oldest first."""
        raise NotImplementedError

    def waiting_text(self, row: Any) -> str:
        return str(row)

    def waiting_since(self, row: Any) -> datetime | None:
        """Since when the row waits; None shows no time."""
        return None

    def waiting_url(self, row: Any) -> str:
        """Where the decision about the row is made."""
        base = f"admin:{self.opts.app_label}_{self.opts.model_name}"
        return reverse(f"{base}_change", args=[row.pk])

    def waiting_query(self) -> str:
        """The query that shows all of them in the list, without the question mark."""
        return ""


@dataclass
class WaitingRow:
    text: str
    url: str
    since: datetime | None


@dataclass
class Waiting:
    """What waits in one model: how many, the oldest few, and the address of the whole list."""

    label: str
    count: int
    rows: list[WaitingRow]
    url: str


class PortalAdminSite(AdminSite):
    site_title = _("Malmöandan")
    site_header = _("Malmöandan – administration")
    index_title = _("Att göra")
    site_url = "/"
    enable_nav_sidebar = True

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Take in our own models only, those whose history can be read (HistoryAdmin).

        Packages register models that a coordinator should not meet, some with secrets in them.
        """
        if admin_class and issubclass(admin_class, HistoryAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        return access.may_enter(request)

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:
        guarded = super().admin_view(view, cacheable)

        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not self.has_permission(request):
                return access.turn_away(request)
            return guarded(request, *args, **kwargs)

        return inner

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Without the pages about passwords: nobody has one."""
        register = self.admin_view(self.personal_data)
        return [
            path("personuppgifter/", register, name="personal_data"),
            path("drift/", self.admin_view(status_page(self)), name="status"),
        ] + [
            url
            for url in super().get_urls()
            if getattr(url, "name", None) not in {"password_change", "password_change_done"}
        ]

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        to = get_next_redirect_url(request) or reverse("admin:index", current_app=self.name)
        return redirect(to) if self.has_permission(request) else access.turn_away(request, to=to)

    def logout(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return logout(request)

    def index(self, request: HttpRequest, extra_context: Any = None) -> TemplateResponse:
        context = {
            "waiting": list(self._waiting(request)),
            "is_broken": worst() == Level.BAD,
            **(extra_context or {}),
        }
        return super().index(request, context)

    @method_decorator(require_safe)
    def personal_data(self, request: HttpRequest) -> TemplateResponse:
        """The register of personal data that whoever runs the portal must be able to show."""
        context = {
            **self.each_context(request),
            "title": _("Register över personuppgifter"),
            "register": data_register.by_whom(),
        }
        return TemplateResponse(request, "admin/personal_data.html", context)

    def _waiting(self, request: HttpRequest) -> Iterator[Waiting]:
        for model, model_admin in self._registry.items():
            if isinstance(model_admin, WaitingAdmin) and model_admin.has_change_permission(request):
                found = self._waiting_in(request, model, model_admin)
                if found.count:
                    yield found

    def _waiting_in(
        self, request: HttpRequest, model: type[Model], model_admin: WaitingAdmin
    ) -> Waiting:
        base = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        rows = model_admin.waiting(request)
        return Waiting(
            label=str(model_admin.waiting_label or model._meta.verbose_name_plural),
            count=rows.count(),
            rows=[
                WaitingRow(
                    text=model_admin.waiting_text(row),
                    url=model_admin.waiting_url(row),
                    since=model_admin.waiting_since(row),
                )
                for row in rows[:SHOWN]
            ],
            url=f"{reverse(f'{base}_changelist')}?{model_admin.waiting_query()}".rstrip("?"),
        )
