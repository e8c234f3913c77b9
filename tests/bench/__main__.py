"""`make bench`: the portal beside its floors on this machine, as ratios (docs/figures.md).

`make bench ARGS="pages signing"` measures some parts, `ARGS=--keep` also writes docs/figures.json.
"""

import argparse
import os
import platform
import tempfile
from collections.abc import Callable
from datetime import date
from importlib import import_module
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.bench.settings")
PUBLISHED = Path(__file__).parent.parent.parent / "docs" / "figures.json"
# Each is a module of this package with `measure(folder)`, which returns its figures.
PARTS = ["pages", "latency", "signing", "paper", "start", "weights"]


def main() -> None:
    asked = _arguments()
    django.setup()
    from django.conf import settings

    from malmoandan.running import embedded_postgres
    from tests.bench import data
    from tests.bench.figures import Figure, Kept, table

    embedded_postgres.start_if_embedded()
    data.fill()
    own = settings.DATA_DIR / "figures.json"
    # The last run on this machine says most; the published figures stand in for it.
    last = Kept(own if own.exists() else PUBLISHED)
    about = {"day": str(date.today()), "python": platform.python_version(), "cores": os.cpu_count()}
    figures: list[Figure] = []
    for part in asked.parts or PARTS:
        print(f"… {part}", flush=True)
        measure: Callable[[Path], list[Figure]] = import_module(f"tests.bench.{part}").measure
        with tempfile.TemporaryDirectory() as folder:
            measured = measure(Path(folder))
        for path in [own, PUBLISHED] if asked.keep else [own]:
            Kept(path).keep(measured, **about)  # at once: a run that is broken off is worth it
        figures += measured
    print(table(figures, last))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help=f"some of {PARTS}")
    parser.add_argument("--keep", action="store_true", help="also write docs/figures.json")
    return parser.parse_args()


if __name__ == "__main__":
    main()
