"""The compilation as files, how their making goes, and the feeds."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from challenges.remiss.access import referral_or_404
from challenges.remiss.compilation.files import TYPES, document_name, files, stamp
from challenges.remiss.models import Referral, ReferralResponse
from challenges.remiss.reading_tasks import make_compilation
from challenges.remiss.views.reading import about
from malmoandan.publishing import feeds
from malmoandan.publishing.documents import document_response, queue_once
from malmoandan.publishing.models import StoredDocument

RELOAD_SECONDS = 5


@require_safe
def compilation(request: HttpRequest, slug: str) -> HttpResponse:
    """Which files there are and which of them are ready; comes back by itself until all are."""
    referral = _read_referral(slug)
    wanted = stamp(referral)
    found = files(referral, wanted)
    context = about(referral) | _progress(referral, wanted)
    response = TemplateResponse(request, "remiss/compilation.html", context)
    if any(file.size is None for file in found):
        _queue(referral)
        response["Refresh"] = RELOAD_SECONDS
    patch_cache_control(response, no_store=True)
    return response


@require_safe
def compilation_file(request: HttpRequest, slug: str, ending: str) -> HttpResponse:
    """One file when it is fresh; else 503 with the progress, and it comes by itself when made."""
    part = request.GET.get("del", "1")
    if ending not in TYPES or not (part.isascii() and part.isdigit() and len(part) < 4):
        raise Http404
    referral = _read_referral(slug)
    wanted = stamp(referral)
    name = document_name(referral, ending, int(part))
    document = StoredDocument.objects.filter(name=name, stamp=wanted).defer("content").first()
    if document is not None:
        extra = f"-del-{int(part)}" if int(part) > 1 else ""
        filename = f"{referral.slug}{extra}.{ending}"
        return document_response(request, document, filename, save=ending in {"docx", "xlsx"})
    known = files(referral, wanted)
    is_complete = all(file.size is not None for file in known)
    if is_complete or (int(part) > 1 and ending != "pdf"):
        raise Http404  # there is no such part
    _queue(referral)
    context = about(referral) | _progress(referral, wanted)
    response = render(request, "remiss/compilation.html", context, status=503)
    response["Retry-After"] = response["Refresh"] = RELOAD_SECONDS
    patch_cache_control(response, no_store=True)
    response._has_been_logged = True  # type: ignore[attr-defined] # 503, and nobody's fault
    return response


def _read_referral(slug: str) -> Referral:
    """The referral, when its answers are shown. Raises Http404."""
    referral = referral_or_404(slug)
    if not referral.shows_answers():
        raise Http404
    return referral


def _progress(referral: Referral, wanted: str) -> dict[str, object]:
    found = files(referral, wanted)
    done = sum(file.size is not None for file in found)
    return {
        "files": [(file, file.address(referral)) for file in found],
        "done": done,
        "total": len(found),
        "is_ready": done == len(found),
        "parts": sum(file.ending == "pdf" for file in found),
    }


def _queue(referral: Referral) -> None:
    queue_once(make_compilation, f"remiss-files-{referral.pk}", {"referral_id": referral.pk})


@require_safe
def referrals_atom(request: HttpRequest) -> HttpResponse:
    """The referrals sent out last."""
    found = Referral.objects.public().order_by("-opened_at", "-pk")[: feeds.MOST_ENTRIES]
    page = settings.BASE_URL + reverse("remiss:referrals")
    return feeds.atom_response(
        key="referrals",
        title=_("Remisser"),
        subtitle="",
        link=page,
        feed_url=settings.BASE_URL + reverse("remiss:referrals_atom"),
        entries=[
            feeds.Entry(
                key=f"referral/{referral.pk}",
                title=referral.title,
                summary=_("Sista svarsdag %(day)s") % {"day": referral.due_date.isoformat()},
                link=settings.BASE_URL + referral.get_absolute_url(),
                updated=referral.opened_at or referral.created_at,
            )
            for referral in found
        ],
    )


@require_safe
def responses_atom(request: HttpRequest, slug: str) -> HttpResponse:
    """The answers published last."""
    referral = _read_referral(slug)
    found = (
        ReferralResponse.objects.published()
        .filter(referral=referral)
        .select_related("referral")
        .order_by("-published_at", "-pk")[: feeds.MOST_ENTRIES]
    )
    return feeds.atom_response(
        key=f"referral/{referral.pk}/responses",
        title=_("Remissvar"),
        subtitle=referral.title,
        link=settings.BASE_URL + reverse("remiss:responses", args=[slug]),
        feed_url=settings.BASE_URL + reverse("remiss:responses_atom", args=[slug]),
        entries=[
            feeds.Entry(
                key=f"response/{response.reference}",
                title=response.shown_name,
                summary=f"{response.get_kind_display()}, {response.reference}",
                link=settings.BASE_URL + response.get_absolute_url(),
                updated=response.published_at or response.created_at,
            )
            for response in found
        ],
    )
