"""The register's log: read by people, recomputed by machines."""

import json
import threading
from typing import Any

from django import forms
from django.conf import settings
from django.core.cache import cache
from django.core.validators import RegexValidator
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from signatures import register_log
from signatures.models import RegisterEntry

PAGE_SIZE = 50
# A log of 10,000 entries is an answer of about 8 MB.
MOST_ENTRIES = 10_000
MOST_FINDINGS = 20
# So often is the log recomputed at most, however many ask for it.
SECONDS_BETWEEN_CHECKS = 60

_one_check_at_a_time = threading.Lock()


class FromForm(forms.Form):
    """Where a page of the log begins."""

    fran = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)


class HashForm(forms.Form):
    """A hash from paper, in groups and capitals as it may be; half of it is enough."""

    summa = forms.CharField(
        label=gettext_lazy("Kontrollsumma"),
        max_length=200,
        validators=[
            RegexValidator(
                r"^[0-9a-f]{32,64}$",
                gettext_lazy(
                    "Skriv minst de 32 första tecknen: siffrorna 0–9 och bokstäverna a–f."
                ),
            )
        ],
    )

    def __init__(self, data: Any = None) -> None:
        if data:
            data = {"summa": "".join(c for c in data["summa"].lower() if c.isalnum())}
        super().__init__(data, auto_id="log-%s")


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The log with the newest entry first; on request also whether it is whole."""
    newest = register_log.latest_entry()
    form = HashForm(request.GET if "summa" in request.GET else None)
    context = {
        "newest": newest,
        "form": form,
        "sought": form.is_bound and form.is_valid(),
        "found": _with_hash(form.cleaned_data["summa"]) if form.is_valid() else None,
        "report": _report() if "kontrollera" in request.GET else None,
        "most_findings": MOST_FINDINGS,
        "json_address": _json_address(),
        **_page(request, newest.number if newest else 0),
    }
    status = 400 if form.is_bound and not form.is_valid() else 200
    return TemplateResponse(request, "signatures/log.html", context, status=status)


@require_safe
def as_json(request: HttpRequest) -> HttpResponse:
    """The log from `fran` on, the oldest entry first, with the recipe to recompute it."""
    form = FromForm(request.GET)
    if not form.is_valid():
        message = _("Skriv numret på den första posten, till exempel ?fran=1.")
        return HttpResponse(message, status=400, content_type="text/plain; charset=utf-8")
    entries = RegisterEntry.objects.filter(number__gte=form.cleaned_data["fran"] or 1)
    rows = list(entries.order_by("number").values("number", "hash", "body")[: MOST_ENTRIES + 1])
    rest = rows[MOST_ENTRIES:]
    newest = register_log.latest_entry()
    address = _json_address()
    answer = {
        "title": _("Registrets logg"),
        "source": settings.BASE_URL + reverse("signatures:log"),
        "recipe": {
            "words": _recipe("words.txt"),
            "python": _recipe("python.txt", address=address),
            "javascript": _recipe("javascript.txt", address=address),
        },
        "newest": newest and {"number": newest.number, "hash": newest.hash},
        "entries": rows[:MOST_ENTRIES],
        "next": f"{address}?fran={rest[0]['number']}" if rest else None,
    }
    body = json.dumps(answer, ensure_ascii=False).encode() + b"\n"
    return HttpResponse(body, content_type="application/json")


def _page(request: HttpRequest, newest: int) -> dict[str, Any]:
    """One page of entries from `fran` downwards; numbers have no gaps, so pages are counted."""
    form = FromForm(request.GET)
    asked = form.cleaned_data["fran"] if form.is_valid() else None
    first = min(asked or newest, newest)
    entries = RegisterEntry.objects.filter(number__lte=first).order_by("-number")[:PAGE_SIZE]
    newer = min(first + PAGE_SIZE, newest)
    return {
        "entries": [{"row": entry, "said": json.loads(entry.body)} for entry in entries],
        "newer": newer if newer > first else None,
        "older": first - PAGE_SIZE if first > PAGE_SIZE else None,
    }


def _with_hash(beginning: str) -> RegisterEntry | None:
    return RegisterEntry.objects.filter(hash__startswith=beginning).first()


def _report() -> register_log.Report:
    """What the last check found; a new one is made when it is old, by one visitor at a time."""
    key = f"register-log:{get_language()}"
    with _one_check_at_a_time:
        report = cache.get(key) or register_log.verify()
        cache.add(key, report, SECONDS_BETWEEN_CHECKS)
        return report


def _json_address() -> str:
    return settings.BASE_URL + reverse("signatures:log_json")


def _recipe(name: str, **context: Any) -> str:
    return render_to_string(f"signatures/log_recipe/{name}", context).strip()
