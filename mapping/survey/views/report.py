"""One organisation's report in a round: what stands, confirmed, ended, undone, done; objections."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from malmoandan.accounts.models import User
from mapping.models import Cooperation, Objection, ReportDraft
from mapping.survey import objections, own, writing
from mapping.survey.access import Reporter, reporter_required, rounds_of
from mapping.survey.forms import EndForm, ObjectionForm, UploadForm
from mapping.survey.writing import End

TEMPLATE = "mapping/survey/section.html"
PAGE_SIZE = 50
OTHERS_SHOWN = 100


def section(user: User) -> dict[str, Any]:
    """What the page `/mina-sidor/` shows of survey rounds to the person, for TEMPLATE."""
    return {"rounds": rounds_of(user)}


@require_safe
@reporter_required
def report(request: HttpRequest, reporter: Reporter) -> HttpResponse:
    """Everything the organisation reports, and what others report of it."""
    survey_round, organisation = reporter.round, reporter.organisation
    editions = own.with_status(own.own_editions(survey_round, organisation), survey_round)
    rows = editions.select_related("cooperation").in_swedish_order()
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("sida"))
    drafts = ReportDraft.objects.filter(round=survey_round, organisation=organisation)
    left = editions.filter(is_confirmed=False).exclude(from_round=survey_round.number).count()
    context = {
        "page": page,
        "rows": [(row, own.status(row, survey_round)) for row in page.object_list],
        "words": own.WORDS,
        "left": left,
        "endings": own.own_endings(survey_round, organisation)[:OTHERS_SHOWN],
        "drafts": drafts.select_related("cooperation").order_by("-updated_at")[:OTHERS_SHOWN],
        "others": _others(reporter),
        "upload": UploadForm(),
    }
    return _page(request, reporter, "report", context)


def _others(reporter: Reporter) -> list[tuple[Any, Objection | None]]:
    """What others told, with the organisation's own newest objection to each."""
    told = own.told_by_others(reporter.round, reporter.organisation)
    found = told.select_related("cooperation", "reported_by").in_swedish_order()
    editions = list(found[:OTHERS_SHOWN])
    objections = Objection.objects.filter(
        organisation=reporter.organisation, edition__in=editions
    ).order_by("made_at")
    newest = {row.edition_id: row for row in objections}
    return [(edition, newest.get(edition.pk)) for edition in editions]


@require_POST
@reporter_required
def confirm(request: HttpRequest, reporter: Reporter) -> HttpResponse:
    """One, by its address, or all that are left."""
    chosen = request.POST.get("samverkan")
    cooperations = {_cooperation(chosen).pk} if chosen else None
    try:
        number = writing.confirm(writer=reporter, cooperations=cooperations)
    except writing.NotOpen:
        return _closed(request, reporter)
    except writing.NotOwn as error:
        raise Http404 from error
    text = ngettext("%(n)s samverkan är bekräftad.", "%(n)s samverkan är bekräftade.", number)
    messages.success(request, text % {"n": number})
    return _back(reporter)


@require_http_methods(["GET", "HEAD", "POST"])
@reporter_required
def end(request: HttpRequest, reporter: Reporter, slug: str) -> HttpResponse:
    cooperation = _cooperation(slug)
    edition = own.own_editions(reporter.round, reporter.organisation).filter(
        cooperation=cooperation
    )
    found = edition.first()
    if found is None:
        raise Http404
    form = EndForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        day, precision = form.cleaned_data["ended"] or (None, "day")
        if day and precision == "year":
            day = day.replace(month=12, day=31)
        if day and found.starts_on and day < found.starts_on:
            form.add_error("ended", _("Slutet kan inte ligga före början."))
        else:
            try:
                writing.end(writer=reporter, end=End(cooperation.pk, day, precision))
            except (writing.NotOpen, writing.NotOwn):
                return _closed(request, reporter)
            messages.success(request, _("Sparat: samverkan finns inte längre i den här omgången."))
            return _back(reporter)
    status = 422 if form.is_bound else 200
    return _page(request, reporter, "end", {"form": form, "edition": found}, status=status)


@require_POST
@reporter_required
def undo(request: HttpRequest, reporter: Reporter, slug: str) -> HttpResponse:
    try:
        writing.undo(writer=reporter, cooperation=_cooperation(slug))
    except writing.NotOpen:
        return _closed(request, reporter)
    except writing.NotOwn as error:
        raise Http404 from error
    messages.success(request, _("Ångrat: nu gäller det som stod före den här omgången."))
    return _back(reporter)


@require_POST
@reporter_required
def finish(request: HttpRequest, reporter: Reporter) -> HttpResponse:
    if reporter.invitation is None:
        raise Http404
    try:
        writing.finish(writer=reporter)
    except writing.NotOpen:
        return _closed(request, reporter)
    messages.success(request, _("Tack! Ni är klara. Ni kan ändra så länge omgången är öppen."))
    return _back(reporter)


@require_http_methods(["GET", "HEAD", "POST"])
@reporter_required
def objection(request: HttpRequest, reporter: Reporter, slug: str) -> HttpResponse:
    """Say that what somebody else has reported is not right."""
    told = own.told_by_others(reporter.round, reporter.organisation)
    edition = told.filter(cooperation__slug=slug).select_related("reported_by").first()
    if edition is None:
        raise Http404
    earlier = Objection.objects.filter(edition=edition, organisation=reporter.organisation)
    waiting = earlier.waiting().first()
    initial = {"text": waiting.text} if waiting else None
    form = ObjectionForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        objections.make(
            edition=edition,
            organisation=reporter.organisation,
            text=form.cleaned_data["text"],
            by=reporter.by,
            language=get_language() or "sv",
        )
        messages.success(request, _("Invändningen är skickad. En samordnare avgör och svarar."))
        return _back(reporter)
    context = {"form": form, "edition": edition, "decided": earlier.decided()}
    status = 422 if form.is_bound else 200
    return _page(request, reporter, "objection", context, status=status)


def _cooperation(slug: str | None) -> Cooperation:
    return get_object_or_404(Cooperation, slug=(slug or "").replace("\0", ""))


def _back(reporter: Reporter) -> HttpResponse:
    return redirect("mapping:report", reporter.round.slug, reporter.organisation.slug)


def _closed(request: HttpRequest, reporter: Reporter) -> HttpResponse:
    messages.warning(request, _("Omgången tar inte emot rapporter nu. Inget ändrades."))
    return _back(reporter)


def _page(
    request: HttpRequest,
    reporter: Reporter,
    name: str,
    context: dict[str, Any],
    *,
    status: int = 200,
) -> TemplateResponse:
    context |= {"reporter": reporter, "round": reporter.round}
    context |= {"organisation": reporter.organisation}
    return TemplateResponse(request, f"mapping/survey/{name}.html", context, status=status)
