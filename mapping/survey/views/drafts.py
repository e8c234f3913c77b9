"""A cooperation filled in step by step; each step is kept at once."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from challenges.models import ChallengeArea
from malmoandan.organisations.models import CityPart, Organisation
from mapping.models import (
    PARTNERSHIP_FIELDS,
    Cooperation,
    CooperationEdition,
    CooperationForm,
    Level,
    ReportDraft,
    Step,
)
from mapping.survey import drafts, writing
from mapping.survey.access import Reporter, reporter_required
from mapping.survey.forms import (
    HowForm,
    MoneyForm,
    MoreForm,
    NewPartyForm,
    PartnershipForm,
    StepForm,
    WhatForm,
    WhenForm,
)
from mapping.survey.report import Report
from mapping.survey.sheets import YEARS_SHOWN, known_organisations
from mapping.survey.views.report import _back, _closed

STEPS = {
    "vad": gettext_lazy("Vad"),
    "parter": gettext_lazy("Parter"),
    "nar": gettext_lazy("När"),
    "hur": gettext_lazy("Delaktighet och plats"),
    "pengar": gettext_lazy("Pengar"),
    "iop": gettext_lazy("Partnerskapet"),
    "mer": gettext_lazy("Källor och utvärdering"),
}
CHECK = "kontrollera"
FORMS: dict[str, type[StepForm]] = {
    "vad": WhatForm,
    "nar": WhenForm,
    "hur": HowForm,
    "iop": PartnershipForm,
    "mer": MoreForm,
}
MOST_FOUND = 15


@require_POST
@reporter_required
def begin(request: HttpRequest, reporter: Reporter, slug: str | None = None) -> HttpResponse:
    """A new cooperation, or one that stands to be changed."""
    cooperation = get_object_or_404(Cooperation, slug=slug) if slug else None
    try:
        draft = drafts.begin(writer=reporter, cooperation=cooperation)
    except writing.NotOpen:
        return _closed(request, reporter)
    except writing.NotOwn as error:
        raise Http404 from error
    return _to(reporter, draft, CHECK if cooperation else "vad")


@require_http_methods(["GET", "HEAD", "POST"])
@reporter_required
def step(request: HttpRequest, reporter: Reporter, pk: int, step: str) -> HttpResponse:
    draft = reporter.draft_or_404(pk)
    if not reporter.may_write:
        return _closed(request, reporter)
    if step == CHECK:
        return _check(request, reporter, draft)
    if step not in _steps(draft):
        raise Http404
    if step == "parter":
        return _parties(request, reporter, draft)
    report = drafts.report_of(draft)
    form = _form(request.POST if request.method == "POST" else None, draft, report, step)
    if request.method == "POST" and form.is_valid():
        form.write()
        drafts.keep(draft, report)
        return _onwards(request, reporter, draft, step)
    status = 422 if form.is_bound else 200
    return _page(request, reporter, draft, step, {"form": form}, status=status)


@require_POST
@reporter_required
def drop(request: HttpRequest, reporter: Reporter, pk: int) -> HttpResponse:
    reporter.draft_or_404(pk).delete()
    messages.success(request, _("Utkastet är borta. Det som är sparat är kvar som det var."))
    return _back(reporter)


def _form(data: Any, draft: ReportDraft, report: Report, step: str) -> StepForm:
    if step != "pengar":
        return FORMS[step](data, report=report)
    names = drafts.names_of(draft)
    return MoneyForm(data, report=report, names=names, years=_years(draft, report))


def _years(draft: ReportDraft, report: Report) -> list[int]:
    """The newest years before the round that the period touches, and those with an amount."""
    last = draft.round.as_of.year if draft.round.as_of else draft.round.number
    first = report.starts_on.year if report.starts_on else 0
    end = report.ends_on.year if report.ends_on else last
    years = {y for y in range(last - YEARS_SHOWN + 1, last + 1) if first <= y <= end}
    return sorted(years | {year for money in report.parties.values() for year in money}) or [last]


def _parties(request: HttpRequest, reporter: Reporter, draft: ReportDraft) -> HttpResponse:
    """Search by name, add, remove; or add one that the portal does not know."""
    post = request.POST
    form = NewPartyForm(post if "new" in post else None)
    if request.method == "POST":
        if "next" in post:
            if len(drafts.sides_of(draft)) == 2:
                return _onwards(request, reporter, draft, "parter")
            messages.warning(request, _("Lägg till minst en part från varje sektor."))
        elif "new" in post and form.is_valid():
            drafts.add_new_party(draft, form.cleaned_data)
        elif "add" in post:
            drafts.add_party(draft, get_object_or_404(_standing(), pk=_number(post["add"])).pk)
        elif "remove" in post and _number(post["remove"]) != reporter.organisation.pk:
            drafts.remove_party(draft, _number(post["remove"]))
        if not form.errors:
            return _to(reporter, draft, "parter")
    query = request.GET.get("q", "").replace("\0", "").strip()[:200]
    context = {
        "form": form,
        "names": drafts.names_of(draft),
        "query": query,
        "found": _found(query, reporter),
    }
    status = 422 if form.is_bound else 200
    return _page(request, reporter, draft, "parter", context, status=status)


def _standing() -> Any:
    return Organisation.objects.standing()


def _found(query: str, reporter: Reporter) -> list[Organisation]:
    """Those that reporters may be shown, and any whose whole name or number was typed."""
    if not query:
        return []
    digits = query.replace("-", "").replace(" ", "")
    known = list(known_organisations(reporter.round).search(query)[:MOST_FOUND])
    exactly = _standing().filter(name__iexact=query) | _standing().filter(
        organisation_number=digits
    )
    return known + [row for row in exactly[:MOST_FOUND] if row not in known]


def _number(typed: str) -> int:
    digits = typed.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 18):
        raise Http404
    return int(typed)


def _check(request: HttpRequest, reporter: Reporter, draft: ReportDraft) -> HttpResponse:
    """All answers, each with a way to change it, before it is saved."""
    status = 200
    if request.method == "POST":
        try:
            drafts.save(writer=reporter, draft=draft)
        except drafts.Incomplete as incomplete:
            messages.warning(request, _("Något saknas. Fyll i det här och fortsätt."))
            return _to(reporter, draft, incomplete.step)
        except (writing.NotOpen, writing.NotOwn):
            return _closed(request, reporter)
        messages.success(request, _("Samverkan är sparad."))
        return _back(reporter)
    context = {"answers": _answers(draft), "moved": drafts.has_moved(draft)}
    return _page(request, reporter, draft, CHECK, context, status=status)


def _answers(draft: ReportDraft) -> list[tuple[str, Any, list[tuple[Any, str]]]]:
    """Step by step: its address, its name, and labels with what was answered."""
    said = drafts.report_of(draft)
    shown = CooperationEdition(**{**said.plain, "predecessor_id": None})
    areas = ChallengeArea.objects.filter(pk__in=said.areas).values_list("name", flat=True)
    names = drafts.names_of(draft)
    answers: dict[str, list[tuple[Any, str]]] = {
        "vad": [
            (_("Rubrik"), said.title),
            (_("Form"), _label(CooperationForm, said.form)),
            (_("Beskrivning"), said.description),
            (_("Samhällsutmaningar"), ", ".join(areas)),
        ],
        "parter": [(_("Parter"), ", ".join(names.values()))],
        "nar": [(_("Period"), shown.period if said.starts_on or said.ends_on else "")],
        "hur": [
            (_("Nivå"), _label(Level, said.level)),
            (_("Steg"), ", ".join(str(Step(each).label) for each in said.steps)),
            (_("Del av Malmö"), ", ".join(str(CityPart(each).label) for each in said.city_parts)),
        ],
        "pengar": [(names[key], _money(money)) for key, money in said.parties.items()],
        "iop": [(_label_of(name), getattr(said, name)) for name in PARTNERSHIP_FIELDS],
        "mer": [
            (_("Diarienummer"), said.registry_number),
            (_("Källor"), said.sources),
            (_("Utvärdering"), said.evaluation),
        ],
    }
    return [(each, STEPS[each], answers[each]) for each in _steps(draft)]


def _label(choices: Any, value: str) -> str:
    return str(choices(value).label) if value else ""


def _label_of(name: str) -> str:
    return str(CooperationEdition._meta.get_field(name).verbose_name).capitalize()  # type: ignore


def _money(money: dict[int, int | None]) -> str:
    return ", ".join(
        f"{year}: {_('okänt') if sek is None else f'{sek:,}'.replace(',', chr(160)) + ' kr'}"
        for year, sek in sorted(money.items())
    )


def _steps(draft: ReportDraft) -> list[str]:
    partnership = drafts.report_of(draft).is_partnership
    return [each for each in STEPS if partnership or each != "iop"]


def _onwards(
    request: HttpRequest, reporter: Reporter, draft: ReportDraft, step: str
) -> HttpResponse:
    """The next step; who came from the check page goes back to it."""
    steps = [*_steps(draft), CHECK]
    back = request.GET.get("till") == CHECK
    return _to(reporter, draft, CHECK if back else steps[steps.index(step) + 1])


def _to(reporter: Reporter, draft: ReportDraft, step: str) -> HttpResponse:
    slugs = reporter.round.slug, reporter.organisation.slug
    return redirect("mapping:report_step", *slugs, draft.pk, step)


def _page(
    request: HttpRequest,
    reporter: Reporter,
    draft: ReportDraft,
    step: str,
    context: dict[str, Any],
    *,
    status: int = 200,
) -> TemplateResponse:
    steps = [*_steps(draft), CHECK]
    place = steps.index(step)
    context |= {
        "reporter": reporter,
        "round": reporter.round,
        "organisation": reporter.organisation,
        "draft": draft,
        "step": step,
        "title": STEPS.get(step, _("Kontrollera och spara")),
        "place": place + 1,
        "of": len(steps),
        "before": steps[place - 1] if place else "",
    }
    templates = {"parter": "parties", "pengar": "money", CHECK: "check"}
    template = f"mapping/survey/steps/{templates.get(step, 'step')}.html"
    return TemplateResponse(request, template, context, status=status)
