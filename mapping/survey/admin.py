"""Survey rounds and objections at the coordinators' desk."""

from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from malmoandan.accounts.admin_site import WaitingAdmin
from malmoandan.accounts.history_admin import HistoryAdmin
from malmoandan.organisations.models import CIVIL_KINDS, Kind, Organisation
from mapping.models import Objection, RoundInvitation, SurveyRound
from mapping.survey import objections, own, rounds
from mapping.survey.forms import DecisionForm, InviteForm
from mapping.survey.names import Names

MOST_PREFILLED = 1000


@admin.register(SurveyRound)
class SurveyRoundAdmin(HistoryAdmin):
    list_display = ["name", "number", "as_of", "first_day", "last_day", "state", "invented"]
    list_filter = ["state", "invented"]
    search_fields = ["name"]
    fields = [
        *["name", "number", "as_of", "first_day", "last_day", "made_by", "note"],
        *["slug", "state", "published_at", "published_by"],
    ]
    readonly_fields = ["slug", "state", "published_at", "published_by"]
    history_parts = ("invitations",)
    change_form_template = "admin/mapping/surveyround/change_form.html"

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Editions point at the number, so it stands once the round is made."""
        return [*self.readonly_fields, *(["number"] if obj else [])]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own_urls = [
            path("<int:pk>/laget/", view(self.board_view), name="mapping_round_board"),
            path("<int:pk>/bjud-in/", view(self.invite_view), name="mapping_round_invite"),
            path("<int:pk>/steg/<str:step>/", view(self.step_view), name="mapping_round_step"),
        ]
        return [*own_urls, *super().get_urls()]

    def board_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Who has reported, who has begun, who has said nothing; and the round's next step."""
        survey_round = self._round(request, pk)
        rows = own.progress(survey_round)
        states = [row.state for row in rows]
        done = states.count("done")
        context = {
            "rows": rows,
            "done": done,
            "begun": states.count("begun"),
            "nothing": states.count("nothing"),
            "share": round(100 * done / len(rows)) if rows else 0,
            "objections": rounds.waiting_objections(survey_round),
            "without_address": sum(not row.invitation.email for row in rows),
        }
        return self._page(request, survey_round, "board", _("Läget"), context)

    def invite_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Choose by a filter, look at the list, correct it, send it."""
        survey_round = self._round(request, pk)
        if survey_round.is_published:
            raise PermissionDenied
        names = Names(Organisation.objects.standing())
        sent = request.POST if request.method == "POST" else None
        kind = request.GET.get("slag", "")
        initial = {"rows": self._prefilled(survey_round, kind, names)}
        form = InviteForm(sent, names=names, initial=initial)
        if sent is not None and form.is_valid():
            made = rounds.invite(survey_round=survey_round, invited=form.invited)
            text = ngettext("%(n)s är inbjuden.", "%(n)s är inbjudna.", len(made))
            messages.success(request, text % {"n": len(made)})
            return redirect("admin:mapping_round_board", pk)
        context = {"form": form, "kind": kind, "kinds": [Kind.DEPARTMENT, *CIVIL_KINDS]}
        status = 422 if form.is_bound else 200
        return self._page(request, survey_round, "invite", _("Bjud in"), context, status)

    def _prefilled(self, survey_round: SurveyRound, kind: str, names: Names) -> str:
        """Those of the kind that still exist, each with the address of last time, if any."""
        if kind not in Kind.values and kind != "forra":
            return ""
        found = Organisation.objects.standing().filter(last_day=None)
        earlier = RoundInvitation.objects.exclude(email="").order_by("round__number", "pk")
        addresses = dict(earlier.values_list("organisation", "email"))
        found = found.filter(pk__in=list(addresses)) if kind == "forra" else found.filter(kind=kind)
        there = survey_round.invitations.exclude(email="").values("organisation")
        rows = found.exclude(pk__in=there).in_swedish_order()[:MOST_PREFILLED]
        return "\n".join(f"{names.shown[row.pk]}; {addresses.get(row.pk, '')}" for row in rows)

    def step_view(self, request: HttpRequest, pk: int, step: str) -> HttpResponse:
        """Open, remind, close or publish."""
        survey_round = self._round(request, pk)
        if request.method != "POST":
            raise PermissionDenied
        try:
            messages.success(request, self._take(request, survey_round, step))
        except rounds.WrongState:
            messages.warning(request, _("Omgången är inte i det läget nu. Inget ändrades."))
        except ValidationError as wrong:
            messages.error(request, " ".join(wrong.messages))
        return redirect("admin:mapping_round_board", pk)

    def _take(self, request: HttpRequest, survey_round: SurveyRound, step: str) -> str:
        if step == "oppna":
            number = rounds.begin(survey_round=survey_round)
            return _("Omgången är öppen. Antal mejl som skickas: %(n)s.") % {"n": number}
        if step == "paminn":
            number = rounds.remind(survey_round=survey_round)
            return _("Antal påminnelser som skickas: %(n)s.") % {"n": number}
        if step == "stang":
            rounds.close(survey_round=survey_round)
            return _("Omgången är stängd. Den syns för alla först när den publiceras.")
        if step == "publicera":
            rounds.publish(survey_round=survey_round, by=request.user)  # type: ignore[arg-type]
            return _("Omgången är publicerad.")
        raise rounds.WrongState

    def _round(self, request: HttpRequest, pk: int) -> SurveyRound:
        survey_round = get_object_or_404(SurveyRound, pk=pk)
        if not self.has_change_permission(request, survey_round):
            raise PermissionDenied
        return survey_round

    def _page(
        self,
        request: HttpRequest,
        survey_round: SurveyRound,
        name: str,
        title: str,
        context: dict[str, Any],
        status: int = 200,
    ) -> HttpResponse:
        context |= {"round": survey_round, "title": f"{survey_round}: {title}", "crumb": title}
        context |= {"opts": self.opts, **self.admin_site.each_context(request)}
        template = f"admin/mapping/surveyround/{name}.html"
        return TemplateResponse(request, template, context, status=status)


@admin.register(Objection)
class ObjectionAdmin(WaitingAdmin):
    """Made by parties and decided here, never written by hand."""

    list_display = ["edition", "organisation", "state", "made_at", "decided_by"]
    list_filter = ["state"]
    list_select_related = ["edition", "organisation", "decided_by"]
    search_fields = ["edition__title", "organisation__search_text"]
    fields = readonly_fields = (
        *("edition", "organisation", "text", "made_at", "made_by"),
        *("state", "decided_at", "decided_by", "answer"),
    )
    change_form_template = "admin/mapping/objection/change_form.html"
    waiting_label = gettext_lazy("Invändningar att besluta om")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def waiting(self, request: HttpRequest) -> QuerySet[Objection]:
        return Objection.objects.waiting().select_related("edition", "organisation")

    def waiting_text(self, row: Objection) -> str:
        return f"{row.organisation}: {row.edition}"

    def waiting_since(self, row: Objection) -> datetime:
        return row.made_at

    def waiting_query(self) -> str:
        return f"state__exact={Objection.State.OPEN}"

    def get_urls(self) -> list[URLPattern]:
        decide = path(
            "<int:pk>/besluta/",
            self.admin_site.admin_view(self.decide_view),
            name="mapping_objection_decide",
        )
        return [decide, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        context = {
            "objection": self.get_object(request, object_id),
            "decision": DecisionForm(),
            **(extra_context or {}),
        }
        return super().change_view(request, object_id, form_url, context)

    def decide_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        objection = get_object_or_404(Objection.objects.select_related("edition"), pk=pk)
        if request.method != "POST" or not self.has_change_permission(request, objection):
            raise PermissionDenied
        form = DecisionForm(request.POST)
        if not form.is_valid():
            response = self.change_view(request_as_get(request), str(pk), "", {"decision": form})
            response.status_code = 422
            return response
        try:
            objections.decide(
                objection=objection,
                upheld="upheld" in request.POST,
                answer=form.cleaned_data["answer"],
                by=request.user,  # type: ignore[arg-type]
            )
        except objections.Settled:
            messages.warning(request, _("Någon hann före. Så här är det beslutat."))
            return redirect(reverse("admin:mapping_objection_change", args=[pk]))
        messages.success(request, _("Beslutet är sparat. Båda parter får ett mejl."))
        return redirect("admin:index")


def request_as_get(request: HttpRequest) -> HttpRequest:
    """The page of the row is shown anew, with the answer that was typed."""
    request.method = "GET"
    return request
