"""Pages that belong to no feature, and what a visitor sees when something is wrong."""

import sys
from datetime import UTC, timedelta

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from challenges.models import Dialogue, Plan, PlanArea
from challenges.remiss.models import Referral
from malmoandan.accounts import data_register, security_log
from malmoandan.pages import accessibility
from malmoandan.pages.models import News
from malmoandan.running import attempts, outage, plain_pages
from signatures.models import Agreement, AgreementVersion, Signature

NEWS = 3


@require_safe
def start(request: HttpRequest) -> TemplateResponse:
    declaration = (
        AgreementVersion.objects.published()
        .filter(agreement__kind=Agreement.Kind.INTENT)
        .order_by("number")
        .last()
    )
    published = Signature.objects.published().filter(version__agreement__kind=Agreement.Kind.INTENT)
    newest = published.select_related("organisation").order_by(
        "-signed_on", "organisation__sort_key"
    )
    now = timezone.now()
    context = {
        "places": _places_today(),
        "principles": _principles(declaration) if declaration else [],
        "count": published.values("organisation").distinct().count(),
        "newest": newest[:NEWS],
        "referrals": Referral.objects.open(now)[:NEWS],
        "dialogues": Dialogue.objects.published()
        .upcoming(now)
        .exclude(state=Dialogue.State.CANCELLED)[:NEWS],
        "news": News.objects.published().order_by("-published_from", "-pk")[:NEWS],
    }
    return TemplateResponse(request, "pages/start.html", context)


def _places_today() -> QuerySet[PlanArea]:
    """The areas of today's plan, in the order and the words of the plan."""
    plan = Plan.objects.begun(timezone.localdate())[:1]
    return PlanArea.objects.filter(plan__in=plan.values("pk")).select_related("area")


def _principles(declaration: AgreementVersion) -> list[str]:
    """In the visitor's language, where there is a translation."""
    translation = declaration.in_language(get_language())
    return (translation or declaration).principles


@require_safe
def about(request: HttpRequest) -> TemplateResponse:
    today = timezone.localdate()
    plan = Plan.objects.current(today)
    context = {
        "contact": settings.CONTACT_EMAIL,
        "plan": plan,
        "status": plan and plan.status(today),
        "places": _places_today(),
    }
    return TemplateResponse(request, "pages/about.html", context)


@require_safe
def accessibility_statement(request: HttpRequest) -> TemplateResponse:
    context = {"statement": accessibility.STATEMENT, "contact": settings.CONTACT_EMAIL}
    return TemplateResponse(request, "pages/accessibility.html", context)


@require_safe
def privacy(request: HttpRequest) -> TemplateResponse:
    context = {
        "contact": settings.CONTACT_EMAIL,
        "eid": settings.EID and settings.EID.name,
        "register": data_register.by_whom(),
        "session_cookie": settings.SESSION_COOKIE_NAME,
        "csrf_cookie": settings.CSRF_COOKIE_NAME,
    }
    return TemplateResponse(request, "pages/privacy.html", context)


@require_safe
def favicon(request: HttpRequest) -> HttpResponsePermanentRedirect:
    """Browsers ask for it whatever the page says."""
    return HttpResponsePermanentRedirect(staticfiles_storage.url("img/mark.svg"))


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    context = {"site_map": settings.BASE_URL + reverse("pages:site_map")}
    return render(request, "pages/robots.txt", context, content_type="text/plain; charset=utf-8")


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Whom to tell about a hole (RFC 9116). It expires, so that nobody trusts a forgotten one."""
    month = timezone.now().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    lines = [
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {(month + timedelta(days=180)).astimezone(UTC).isoformat()}",
        "Preferred-Languages: sv, en",
        f"Canonical: {settings.BASE_URL}{reverse('pages:security_txt')}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "errors/400.html", status=400)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    security_log.note_refusal("refused_csrf", request)
    return render(request, "errors/403_csrf.html", status=403)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    security_log.note_refusal("refused", request)
    return render(request, "errors/403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "errors/404.html", status=404)


def too_many(request: HttpRequest) -> HttpResponse:
    """One attempt too many; what was typed stands in a form that sends it again."""
    security_log.note_refusal("too_many", request)
    response = render(request, "429.html", plain_pages.sent(request), status=429)
    response.headers["Retry-After"] = str(getattr(request, "retry_after", 60))
    response.headers["Cache-Control"] = "no-store"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Rendered without the request: who is signed in may be just what could not be read."""
    if outage.is_temporary(sys.exc_info()[1]):
        attempts.take_back_all(request)
        return plain_pages.unavailable(request)
    return HttpResponse(render_to_string("errors/500.html"), status=500)
