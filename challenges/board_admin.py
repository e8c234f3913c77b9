"""The board of a plan in the admin: who sits where, and the forms that change it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from challenges import actions, board
from challenges.forms import EndForm, SeatForm
from challenges.models import Host, Plan, PlanArea
from malmoandan.accounts.history_admin import HistoryAdmin
from malmoandan.organisations.models import Sector


def board_address(plan: Plan | None) -> str:
    """The board of the plan; without one, the list of plans."""
    if plan is None:
        return reverse("admin:challenges_plan_changelist")
    return reverse("admin:challenges_board", args=[plan.pk])


class BoardAdmin(HistoryAdmin):
    """The part of PlanAdmin that shows and changes who sits where."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own = [
            path("<int:pk>/varden/", view(self.board_view), name="challenges_board"),
            path(
                "<int:pk>/varden/<int:area>/<str:sector>/",
                view(self.seat_view),
                name="challenges_seat",
            ),
            path(
                "<int:pk>/varden/sista-dag/<int:host>/", view(self.end_view), name="challenges_end"
            ),
            path("<int:pk>/ny-plan/", view(self.succeed_view), name="challenges_succeed"),
        ]
        return [*own, *super().get_urls()]

    def board_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        plan = get_object_or_404(Plan, pk=pk)
        if not self.has_view_permission(request, plan):
            raise PermissionDenied
        today = timezone.localdate()
        areas = board.board(plan, today)
        seats = [seat for row in areas for seat in row.seats]
        context = {
            "areas": areas,
            "vacant": sum(seat.host is None for seat in seats),
            "ending": [(row, seat) for row in areas for seat in row.seats if seat.ends_soon],
            "days": board.SOON,
            "status": plan.status(today),
            "may_seat": self._may_seat(request),
        }
        return self._page(request, plan, "board", _("Vem sitter var"), context)

    def seat_view(self, request: HttpRequest, pk: int, area: int, sector: str) -> HttpResponse:
        """Fill a vacant seat, or let another host take over from a day on."""
        if sector not in Sector.values:
            raise Http404
        place = self._place(request, pk, area)
        seat = Host.objects.filter(area=place.area, sector=sector)
        sent = request.POST if request.method == "POST" else None
        form = SeatForm(sent, sector=Sector(sector))
        if sent is not None and form.is_valid() and self._seat(request, form, place, sector):
            return redirect(board_address(place.plan))
        # Somebody may have been quicker: sent once more, the form is about the seat as it is now.
        host = seat.on(timezone.localdate()).first()
        form.show_as_now(host)
        context = {"form": form, "place": place, "side": Sector(sector), "host": host}
        title = _("Byt värd") if host else _("Ny värd")
        return self._page(request, place.plan, "seat", title, context, 200 if sent is None else 422)

    def _place(self, request: HttpRequest, pk: int, area: int) -> PlanArea:
        if not self._may_seat(request):
            raise PermissionDenied
        return get_object_or_404(
            PlanArea.objects.select_related("plan", "area"), plan=pk, area=area
        )

    def _seat(self, request: HttpRequest, form: SeatForm, place: PlanArea, sector: str) -> bool:
        """Try it; where it is not possible, the form says why."""
        after = form.cleaned_data["after"]
        try:
            host = actions.seat_host(
                area=place.area,
                sector=Sector(sector),
                person=form.person(),
                first_day=form.cleaned_data["first_day"],
                last_day=form.cleaned_data["last_day"],
                after=Host.objects.get(pk=after) if after else None,
            )
        except actions.SeatTaken as taken:
            form.add_error(None, _taken(taken.holder))
            return False
        except Host.DoesNotExist:
            form.add_error(None, _taken(None))
            return False
        except ValidationError as wrong:
            form.add_error(None, wrong)
            return False
        told = {"name": host.name, "since": host.since}
        messages.success(request, _("%(name)s är värd från och med %(since)s.") % told)
        return True

    def end_view(self, request: HttpRequest, pk: int, host: int) -> HttpResponse:
        plan = get_object_or_404(Plan, pk=pk)
        term = get_object_or_404(Host.objects.select_related("area"), pk=host)
        if not self._may_seat(request):
            raise PermissionDenied
        sent = request.POST if request.method == "POST" else None
        form = EndForm(sent, initial={"last_day": term.last_day})
        if sent is not None and form.is_valid():
            try:
                actions.end_term(host=term, last_day=form.cleaned_data["last_day"])
            except ValidationError as wrong:
                form.add_error("last_day", wrong.messages)
            else:
                messages.success(request, _("Sista dagen är ändrad."))
                return redirect(board_address(plan))
        context = {"form": form, "host": term}
        title = _("Ändra uppdragets sista dag")
        return self._page(request, plan, "end", title, context, 200 if sent is None else 422)

    def succeed_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        plan = get_object_or_404(Plan, pk=pk)
        if request.method != "POST" or not self.has_add_permission(request):
            raise PermissionDenied
        new = actions.succeed(plan=plan)
        messages.success(request, _("Ett förslag till ny plan är påbörjat, med samma utmaningar."))
        return redirect(reverse("admin:challenges_plan_change", args=[new.pk]))

    def _may_seat(self, request: HttpRequest) -> bool:
        return request.user.has_perms(["challenges.add_host", "challenges.change_host"])

    def _page(
        self,
        request: HttpRequest,
        plan: Plan,
        name: str,
        title: str,
        context: dict[str, Any],
        status: int = 200,
    ) -> HttpResponse:
        context |= {"plan": plan, "title": title, "opts": self.opts}
        context |= self.admin_site.each_context(request)
        template = f"admin/challenges/plan/{name}.html"
        return TemplateResponse(request, template, context, status=status)


def _taken(holder: Host | None) -> str:
    if holder is None:
        return _("Någon hann före: platsen är ledig nu. Kontrollera och skicka igen.")
    if holder.last_day:
        told = {"name": holder, "since": holder.since, "until": holder.until}
        return _("Platsen är upptagen: %(name)s har den från %(since)s till %(until)s.") % told
    told = {"name": holder, "since": holder.since}
    return _("Platsen är upptagen: %(name)s har den från och med %(since)s.") % told
