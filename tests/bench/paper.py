"""What PDFs cost to make, each in a process like the worker's, and to hand out from store."""

import json
import subprocess
import sys
import time
from itertools import count
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from malmoandan.publishing.models import StoredDocument
from signatures.documents import agreement_document_name, agreement_stamp
from signatures.models import AgreementVersion
from tests.bench.figures import Figure, alone, beside
from tests.bench.server import ROUNDS, serve
from tests.processes import ROOT, environment

# Rows made for one PDF are rolled back. Of time, that of processes of its own counts too; of
# memory, what stays with the worker when all is made.
SCRIPT = """
import json, os, sys
import django, psutil
django.setup()
from django.db import transaction
from django.utils import timezone
from malmoandan.running.starting import spare_the_collector
from signatures.certificates import render_certificate
from signatures.documents import render_agreement
from signatures.models import Signature
from tests.bench.paper import fill
from tests.factories import make_version
spare_the_collector()
day = timezone.localdate()


def seconds(render):
    before = os.times()
    pdf = render()
    after = os.times()
    return sum(after[:4]) - sum(before[:4]), pdf


def agreement(version):
    return seconds(lambda: render_agreement(version, language="sv", day=day))


costs = {}
with transaction.atomic():
    versions = {number: fill(make_version(), number) for number in map(int, sys.argv[2:])}
    agreement(versions[min(versions)])
    before = psutil.Process().memory_info().rss
    for _round in range(int(sys.argv[1])):
        for number, version in versions.items():
            used, pdf = agreement(version)
            costs.setdefault(number, []).append(used)
    signature = Signature.objects.select_related("organisation", "version__agreement").first()
    certificates = [
        seconds(lambda: render_certificate(signature, language="sv", day=day))[0]
        for _round in range(int(sys.argv[1]) + 1)
    ][1:]
    transaction.set_rollback(True)
grown = (psutil.Process().memory_info().rss - before) / 1024 / 1024
print(json.dumps({"agreement": costs, "certificate": certificates, "grown": grown}))
"""
ROUNDS_OF_LARGE = 3  # a minute each
LINEAR = 12  # times as much for ten times as many rows
STORE = 2  # times a static file
MOST_KEPT = 100  # MB that a large PDF may leave in the worker


def measure(folder: Path) -> list[Figure]:
    return [*_made(), *_served(folder)]


def fill(version: AgreementVersion, number: int) -> AgreementVersion:
    """The version with so many signatories, whose first has a number that nobody has yet."""
    from tests import factories

    factories._serial = count(time.time_ns() // 1000 % 7_000_000)
    if number:
        factories.make_many_signatures(number, version=version)
    return version


def _made() -> list[Figure]:
    small = _render(ROUNDS, 0, 30, 1000)
    large = _render(ROUNDS_OF_LARGE, 1000, 10_000)
    costs = {int(number): rounds for number, rounds in small["agreement"].items()}
    none = costs[0]
    figures = [
        beside(
            "PDF made",
            f"agreement with {number:,} signatories to none",
            "s",
            list(zip(costs[number], none, strict=True)),
        )
        for number in (30, 1000)
    ]
    rows = {
        number: [seconds - min(none) for seconds in large["agreement"][number]]
        for number in ("1000", "10000")
    }
    pairs = list(zip(rows["10000"], rows["1000"], strict=True))
    return [
        *figures,
        beside("PDF made", "10,000 rows to 1,000 rows", "s", pairs, bar=LINEAR),
        alone("PDF made", "memory left in the worker", "MB", [large["grown"]], bar=MOST_KEPT),
        alone("PDF made", "certificate with seal", "s", small["certificate"]),
    ]


def _render(rounds: int, *signatories: int) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(rounds), *map(str, signatories)],
        cwd=ROOT,
        env=environment(DJANGO_SETTINGS_MODULE="tests.bench.settings"),
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def _served(folder: Path) -> list[Figure]:
    """The agreement's PDF from store beside the same bytes as a static file."""
    version = AgreementVersion.objects.select_related("agreement").order_by("pk")[0]
    content = b"%PDF-1.7\n" + bytes(range(256)) * 4096  # a megabyte, as 5,000 signatories are
    day = timezone.localdate()
    StoredDocument.objects.update_or_create(
        name=agreement_document_name(version, "sv"),
        defaults={
            "stamp": agreement_stamp(version, language="sv", day=day),
            "content": content,
            "sha256": "bench",
        },
    )
    static = Path(settings.WHITENOISE_ROOT) / "golv.pdf"
    static.write_bytes(content)
    try:
        with serve(folder) as server:
            address = f"/avsiktsforklaring/{version.number}.pdf"
            rounds = server.side_by_side(address, "/golv.pdf")
            return [beside("PDF served", "from store to a static file", "ms", rounds, bar=STORE)]
    finally:
        static.unlink()
        StoredDocument.objects.filter(sha256="bench").delete()
