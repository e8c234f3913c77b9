"""What PDFs cost: each in a process of its own, as the worker makes them."""

import json
import subprocess
import sys

from tests.processes import ROOT, environment

# Rows made for one PDF are rolled back; memory is the process's highest.
SCRIPT = """
import json, resource, sys, time
import django
django.setup()
from django.db import transaction
from django.utils import timezone
from malmoandan.running.worker import spare_the_collector
from signatures.documents import render_agreement
from signatures.models import AgreementVersion
from tests.factories import make_many_signatures, make_version
spare_the_collector()
costs = {}
with transaction.atomic():
    for number in map(int, sys.argv[1:]):
        version = make_version()
        if number:
            make_many_signatures(number, version=version)
        rounds = []
        for _round in range(5 if number <= 1000 else 1):
            begun = time.process_time()
            pdf = render_agreement(version, language="sv", day=timezone.localdate())
            rounds.append(time.process_time() - begun)
        costs[number] = sorted(rounds)[len(rounds) // 2]
    transaction.set_rollback(True)
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
print(json.dumps({"seconds": costs, "megabytes": memory}))
"""


def agreement(*signatories: int) -> dict[str, object]:
    """CPU seconds by number of signatories, and the highest memory in megabytes."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, *map(str, signatories)],
        cwd=ROOT,
        env=environment(DJANGO_SETTINGS_MODULE="tests.bench.settings"),
        check=True,
        capture_output=True,
        text=True,
    )
    return json.loads(done.stdout.splitlines()[-1])
