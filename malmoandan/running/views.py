"""Health for whoever runs the portal, and the mails of a portal that has no mail server."""

import ipaddress
from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from malmoandan.running import health, mail_files


@require_safe
@never_cache
def alive(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    report = health.report()
    return JsonResponse(report, status=200 if report["ready"] else 503)


def for_this_machine(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Show the page where mail is kept as files, and to this machine alone; 404 elsewhere.

    A public portal never shows it: behind a proxy every visitor may seem to be this machine.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: str, **kwargs: str) -> HttpResponse:
        is_here = ipaddress.ip_address(request.META["REMOTE_ADDR"]).is_loopback
        if settings.PUBLIC_HOSTS or not settings.MAIL_DIR or not is_here:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@require_safe
@never_cache
@for_this_machine
def mail_list(request: HttpRequest) -> TemplateResponse:
    return TemplateResponse(request, "running/mail_list.html", {"mails": mail_files.newest()})


@require_safe
@never_cache
@for_this_machine
def mail_detail(request: HttpRequest, name: str) -> TemplateResponse:
    mail = mail_files.read(name)
    if mail is None:
        raise Http404
    return TemplateResponse(request, "running/mail_detail.html", {"mail": mail})
