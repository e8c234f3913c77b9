"""The two reports of a published round."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from mapping.access import public_round_or_404
from mapping.reports.documents import KINDS, report_response


@require_safe
def show(request: HttpRequest, kind: str) -> HttpResponse:
    """The PDF of the round `?omgang=`, or of the newest; a page while it is being made."""
    survey_round = public_round_or_404(request.GET.get("omgang"))
    if survey_round is None or kind not in KINDS:
        raise Http404
    return report_response(request, survey_round, kind)
