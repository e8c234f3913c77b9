"""The spreadsheet: downloaded with last time's rows, handed in, looked at, saved."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from malmoandan.publishing.exports import XLSX_TYPE
from malmoandan.publishing.files import store_as
from mapping.models import ReportFile
from mapping.survey import upload, writing
from mapping.survey.access import Reporter, reporter_required
from mapping.survey.forms import UploadForm
from mapping.survey.views.report import _back, _closed

PROBLEMS_SHOWN = 100
ROWS_SHOWN = 30


@require_safe
@reporter_required
def template(request: HttpRequest, reporter: Reporter) -> HttpResponse:
    name = f"{reporter.round.slug}-{reporter.organisation.slug}.xlsx"
    return _file(upload.template(reporter), name)


@require_POST
@reporter_required
def hand_in(request: HttpRequest, reporter: Reporter) -> HttpResponse:
    """Keep the file, and show what it would do. Nothing else is saved yet."""
    if not reporter.may_write:
        return _closed(request, reporter)
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, reporter, "hand_in", {"form": form}, status=422)
    file = form.cleaned_data["file"]
    kept = ReportFile.objects.create(
        round=reporter.round,
        organisation=reporter.organisation,
        by=reporter.by,
        file=store_as(file, "kartlaggning", ".xlsx"),
        name=file.name,
    )
    slugs = reporter.round.slug, reporter.organisation.slug
    return redirect("mapping:report_file", *slugs, kept.pk)


@require_safe
@reporter_required
def preview(request: HttpRequest, reporter: Reporter, pk: int) -> HttpResponse:
    kept = reporter.file_or_404(pk)
    return _preview(request, reporter, kept)


@require_POST
@reporter_required
def apply(request: HttpRequest, reporter: Reporter, pk: int) -> HttpResponse:
    kept = reporter.file_or_404(pk)
    try:
        plan = upload.apply(writer=reporter, file=kept)
    except writing.NotOpen:
        return _closed(request, reporter)
    except (upload.HasProblems, upload.UnreadableFile, writing.NotOwn):
        return _preview(request, reporter, kept, status=409)
    if plan.says_something:
        messages.success(request, _("Allt i filen är sparat."))
    else:
        messages.success(request, _("Filen sade inget nytt. Det som stod kvar är bekräftat."))
    return _back(reporter)


@require_safe
@reporter_required
def bad_rows(request: HttpRequest, reporter: Reporter, pk: int) -> HttpResponse:
    kept = reporter.file_or_404(pk)
    try:
        with kept.file.open("rb") as content:
            found = upload.bad_rows_of(reporter, content)
    except upload.UnreadableFile:
        return _preview(request, reporter, kept, status=422)
    return _file(found, f"{_('rader-att-ratta')}-{reporter.organisation.slug}.xlsx")


def _preview(
    request: HttpRequest, reporter: Reporter, kept: ReportFile, *, status: int = 200
) -> TemplateResponse:
    context: dict[str, Any] = {"kept": kept, "form": UploadForm()}
    try:
        with kept.file.open("rb") as content:
            plan = upload.preview(reporter, content)
    except upload.UnreadableFile as wrong:
        context["unreadable"] = str(wrong)
        return _page(request, reporter, "hand_in", context, status=422)
    except FileNotFoundError:
        context["unreadable"] = _("Filen är inte kvar. Lämna in den igen.")
        return _page(request, reporter, "hand_in", context, status=410)
    context |= {
        "plan": plan,
        "problems": plan.problems[:PROBLEMS_SHOWN],
        "not_shown": max(0, len(plan.problems) - PROBLEMS_SHOWN),
        "most": ROWS_SHOWN,
    }
    return _page(request, reporter, "preview", context, status=status)


def _file(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=XLSX_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


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
