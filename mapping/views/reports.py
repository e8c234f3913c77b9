"""The two reports of a published round."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from malmoandan.publishing.documents import serve_document
from mapping.access import public_round_or_404
from mapping.reports.documents import KINDS, document_name, report_stamp
from mapping.tasks import make_report


@require_safe
def show(request: HttpRequest, kind: str) -> HttpResponse:
    """The PDF of the round `?omgang=`, or of the newest; a page while it is being made."""
    survey_round = public_round_or_404(request.GET.get("omgang"))
    if survey_round is None or kind not in KINDS:
        raise Http404
    return serve_document(
        request,
        name=document_name(survey_round, kind),
        stamp=report_stamp(survey_round, kind),
        make=make_report,
        arguments={"round_id": survey_round.pk, "kind": kind},
        filename=f"kartlaggning-{survey_round.slug}-{kind}.pdf",
    )
