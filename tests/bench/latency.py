"""How long search and facets over 100,000 rows take at worst, beside a list without rows."""

import time
from itertools import cycle, islice
from pathlib import Path
from statistics import quantiles
from urllib.parse import quote

from tests.bench.figures import Figure, beside
from tests.bench.server import ROUNDS, Server, serve

ASKED = 40  # questions in a round
WORDS = ["kultur", "odling", "skola", "Möllan", "ungdom", "cykel", "förening", "hav", "boll", "a"]
ASKED_FOR = [quote(word) for word in WORDS]
FORMS = ["dialog", "bidrag", "gemensamt", "iop"]
PARTS = ["norr", "oster", "soder", "vaster", "innerstaden"]
# Common and rare words and choices, so that no two pages in a row find the same.
SEARCHES = {
    "search of organisations": [f"/organisationer/?q={word}" for word in ASKED_FOR],
    "facets of organisations": [f"/organisationer/?omrade={part}" for part in PARTS],
    "search of the mapping": [f"/kartlaggning/?q={word}" for word in ASKED_FOR],
    "facets of the mapping": [
        f"/kartlaggning/?form={form}&del={part}" for form in FORMS for part in PARTS
    ],
    "search of the site": [f"/sok/?q={word}" for word in ASKED_FOR],
}
# The portal's own list of organisations when nothing is found in it: header, form, no rows.
EMPTY = "/organisationer/?q=8020028711"
BAR = 3


def measure(folder: Path) -> list[Figure]:
    with serve(folder, KEEP_PAGES="0") as server:
        return [
            beside("search", f"p95 of {name}", "ms", _rounds(server, addresses), bar=BAR)
            for name, addresses in SEARCHES.items()
        ]


def _rounds(server: Server, addresses: list[str]) -> list[tuple[float, float]]:
    """The 95th percentile of each round, and that of the empty list asked for in turn with it."""
    for address in {*addresses, EMPTY}:
        server.get(address)
    asked = cycle(addresses)
    rounds = []
    for _round in range(ROUNDS):
        times, floor = [], []
        for address in islice(asked, ASKED):
            times.append(_milliseconds(server, address))
            floor.append(_milliseconds(server, EMPTY))
        rounds.append((p95(times), p95(floor)))
    return rounds


def p95(times: list[float]) -> float:
    return quantiles(times, n=20, method="inclusive")[-1]


def _milliseconds(server: Server, address: str) -> float:
    begun = time.perf_counter()
    status, _body = server.get(address)
    used = time.perf_counter() - begun
    if status != 200:
        raise AssertionError(f"{address} answers {status}")
    return used * 1000
