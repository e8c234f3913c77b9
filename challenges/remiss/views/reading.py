"""What everyone can read: the list of referrals, one referral, its answers and their files."""

from collections.abc import Iterable
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from challenges.remiss import deadlines, shown
from challenges.remiss.access import published_response_or_404, referral_or_404
from challenges.remiss.compilation.figures import figures, position_rows, positions
from challenges.remiss.compilation.picture import positions_by_section
from challenges.remiss.compilation.source import event
from challenges.remiss.models import Referral, ReferralRecipient, ShownAnswer
from challenges.remiss.reading_tasks import group_answers
from challenges.remiss.shown_answers import BATCH_OF_VISIT, catch_up, is_grouped, is_up_to_date
from malmoandan.publishing.documents import queue_once
from malmoandan.publishing.files import download

PAGE_SIZE = 20
MOST_BODIES = 60  # on the referral's own page; all of them stand on a page of their own
BODIES_PAGE_SIZE = 100


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The open ones first, with their days; then what was closed, and what became of it."""
    now = timezone.now()
    over = Referral.objects.public().over(now)
    context = {"open": list(Referral.objects.open(now)), "today": deadlines.day_in_malmo(now)}
    context |= page_of(request, over, PAGE_SIZE)
    return TemplateResponse(request, "remiss/index.html", context)


@require_safe
def show(request: HttpRequest, slug: str) -> HttpResponse:
    referral = referral_or_404(slug)
    context: dict[str, Any] = about(referral) | {
        "sections": list(referral.sections.select_related("area")),
        "documents": list(referral.documents.all()),
        "replies": list(_replies(referral).filter(response=None)),
        "events": [event(note) for note in referral.notes.all()],
        "shows_answers": referral.shows_answers(),
    }
    if referral.shows_answers():
        refresh(referral)
        counted = figures(referral)
        context |= {
            "figures": counted,
            "position_rows": position_rows(counted),
            "picture": positions_by_section(counted, positions()),
        }
    listed = referral.recipients.count()
    context |= {
        "bodies": _known(referral, _listed(referral)[:MOST_BODIES]),
        "number_of_bodies": listed,
        "has_more_bodies": listed > MOST_BODIES,
    }
    return TemplateResponse(request, "remiss/referral.html", context)


def _listed(referral: Referral) -> Any:
    return referral.recipients.with_status().in_swedish_order().select_related("response")


def _known(referral: Referral, bodies: Iterable[ReferralRecipient]) -> list[ReferralRecipient]:
    """The bodies and their answers know their referral, so that no row asks for it."""
    rows = list(bodies)
    for row in rows:
        row.referral = referral
        if row.answer:
            row.answer.referral = referral
    return rows


def about(referral: Referral) -> dict[str, Any]:
    """What every page of a referral says: its state, and how many days are left."""
    now = timezone.now()
    return {
        "referral": referral,
        "phase": referral.phase(now),
        "is_open": referral.is_open(now),
        "days_left": (referral.due_date - deadlines.day_in_malmo(now)).days,
        "closes_at": referral.closes_at,
    }


def refresh(referral: Referral) -> None:
    """Read in what has changed, and have the worker find which answers are alike."""
    if is_up_to_date(referral):
        return
    catch_up(referral, BATCH_OF_VISIT)
    if not is_grouped(referral):
        queue_once(group_answers, f"remiss-group-{referral.pk}", {"referral_id": referral.pk})


def page_of(request: HttpRequest, rows: Any, size: int) -> dict[str, Any]:
    """The page that `?sida=` asks for; the nearest one to a bad number."""
    paginator = Paginator(rows, size)
    page = paginator.get_page(request.GET.get("sida"))
    numbers = paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return {"page": page, "numbers": list(numbers), "gap": Paginator.ELLIPSIS}


def _replies(referral: Referral) -> Any:
    replies = referral.replies.published()
    return replies.select_related("section", "response", "plan_area__plan", "plan_area__area")


@require_safe
def bodies(request: HttpRequest, slug: str) -> HttpResponse:
    """All who were invited; whether they have answered, once answers are shown."""
    referral = referral_or_404(slug)
    context = about(referral) | page_of(request, _listed(referral), BODIES_PAGE_SIZE)
    context["bodies"] = _known(referral, context["page"].object_list)
    context["shows_answers"] = referral.shows_answers()
    return TemplateResponse(request, "remiss/bodies.html", context)


@require_safe
def document(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    found = referral_or_404(slug).documents.filter(pk=pk).first()
    if found is None:
        raise Http404
    return download(found.stored_name, found.file_name)


@require_safe
def response(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """One answer as anyone may read it."""
    referral = referral_or_404(slug)
    refresh(referral)
    answer = published_response_or_404(referral, reference)
    version = answer.counting_version
    is_anonymous = answer.is_private and not answer.name_public
    said = version.sections.select_related("section").order_by("section__order", "pk")
    row = ShownAnswer.objects.public().select_related("first").filter(pk=answer.pk).first()
    first = row.first if row and row.first_id else None
    context = about(referral) | {
        "response": answer,
        "version": version,
        "summary": shown.shown_summary(version),
        "on_behalf_of": "" if is_anonymous else shown.shown_on_behalf_of(version),
        "decided_by": "" if is_anonymous else shown.shown_decided_by(version),
        "sections": [(each, shown.shown_text(version, each)) for each in said],
        "attachments": shown.shown_attachments(version),
        "maskings": version.maskings.all(),
        "first": first if first and first.is_published else None,
        "alike": ShownAnswer.objects.public().filter(first=first).count() if first else 0,
        "replies": _replies(referral).filter(response=answer),
        "section_replies": _replies(referral).filter(section__answers__version=version),
    }
    return TemplateResponse(request, "remiss/response.html", context)


@require_safe
def attachment(request: HttpRequest, slug: str, reference: str, pk: int) -> HttpResponse:
    """A file of a published answer; one that is hidden, or of an earlier version, is not there."""
    answer = published_response_or_404(referral_or_404(slug), reference)
    for file in shown.shown_attachments(answer.counting_version):
        if file.pk == pk:
            return download(file.stored_name, file.file_name)
    raise Http404


@require_safe
def alike(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """All answers that are nearly the same as that one, which came first."""
    referral = referral_or_404(slug)
    first = published_response_or_404(referral, reference)
    found = ShownAnswer.objects.public().filter(first=first).defer("text", "document")
    found = found.select_related("response").in_swedish_order()
    context = about(referral) | {"first": first} | page_of(request, found, BODIES_PAGE_SIZE)
    if not context["page"].paginator.count:
        raise Http404
    return TemplateResponse(request, "remiss/alike.html", context)
