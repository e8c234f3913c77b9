"""Figures for Prometheus at /halsa/matt: the requests of this web process, and the portal's state.

Each web process counts its own, so Prometheus asks each at its own port.
"""

import ipaddress
import time
from collections.abc import Callable, Iterable
from secrets import compare_digest

from django.conf import settings
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import REGISTRY, CollectorRegistry, Histogram
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from malmoandan.running import status

SECONDS = Histogram(
    "malmoandan_request_seconds",
    "How long requests took, by room of the portal, method and status.",
    ["room", "method", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
METHODS = {"GET", "HEAD", "POST"}


class Measure:
    """Middleware, outermost: counts and times each request, and tells of nobody."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        started = time.perf_counter()
        response = self.get_response(request)
        took = time.perf_counter() - started
        # Addresses are as many as their visitors invent; rooms are few.
        match = request.resolver_match
        room = (match.app_names[0] if match and match.app_names else "other") if match else "kept"
        method = request.method if request.method in METHODS else "OTHER"
        SECONDS.labels(room, method, response.status_code).observe(took)
        return response


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    if not _may_read(request):
        raise Http404
    state = CollectorRegistry()
    state.register(_State())
    return HttpResponse(
        generate_latest(REGISTRY) + generate_latest(state), content_type=CONTENT_TYPE_LATEST
    )


def _may_read(request: HttpRequest) -> bool:
    """With METRICS_TOKEN whoever has it; without, this machine, and never in a public portal.

    Behind a proxy every visitor may seem to be this machine.
    """
    if settings.METRICS_TOKEN:
        scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
        return scheme == "Bearer" and compare_digest(
            token.encode(), settings.METRICS_TOKEN.encode()
        )
    here = ipaddress.ip_address(request.META["REMOTE_ADDR"]).is_loopback
    return here and not settings.PUBLIC_HOSTS


class _State(Collector):
    """What all processes share, as the status page shows it."""

    def collect(self) -> Iterable[Metric]:
        up = GaugeMetricFamily("malmoandan_database_up", "Whether the database answers.")
        level = GaugeMetricFamily(
            "malmoandan_check_level",
            "What the status page says: 0 good, 1 worth knowing, 2 somebody has to act.",
            labels=["check"],
        )
        try:
            findings = status.findings()
        except DatabaseError:
            up.add_metric([], 0)
            yield up
            return
        up.add_metric([], 1)
        for finding in findings:
            level.add_metric([finding.key], finding.level)
        yield from (up, level)
        for figure in (figure for finding in findings for figure in finding.figures):
            yield GaugeMetricFamily(f"malmoandan_{figure.name}", figure.help, figure.value)
