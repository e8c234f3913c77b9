"""`make endurance`: break what the portal stands on, and count what it acknowledged.

`ARGS="web worker"` runs some parts. A whole run keeps its figures in docs/endurance.json, and
`ARGS="--keep web"` those of some parts beside the others.
"""

import json
import os
import platform
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.endurance import counting
from tests.endurance.houses import House, cluster, embedded
from tests.endurance.ledger import Ledger
from tests.endurance.parts import (
    clocks,
    clusters,
    crowds,
    databases,
    limits,
    processes,
    surroundings,
)

BEGIN, END = "<!-- figures -->", "<!-- end of the figures -->"
KEPT = Path(__file__).parent.parent.parent / "docs" / "endurance.json"
Part = Callable[[House, Ledger], str]
IN_ONE_PROCESS: dict[str, Part] = {
    "web": processes.web,
    "worker": processes.worker,
    "postgres": databases.postgres,
    "mail": surroundings.mail,
    "disk": surroundings.disk,
    "crowd": crowds.crowd,
    "limits": limits.limits,
}
IN_A_CLUSTER: dict[str, Part] = {
    "rolling": clusters.rolling,
    "servers": clusters.servers,
    "cluster-crowd": crowds.crowd,
    "cluster-limits": clusters.limits,
}


@dataclass(frozen=True)
class Result:
    """One part of the run, counted."""

    part: str
    day: str
    what: str
    acknowledged: int
    lost: list[str]
    doubled: list[str]
    mails_twice: int
    orphans_before: int
    orphans: int
    longest: float
    refusals: int
    cut: int
    given_up: int
    wrong: list[str]

    @property
    def holds(self) -> bool:
        return not (self.lost or self.doubled or self.orphans or self.wrong)


def run(name: str, part: Part, house: House) -> Result:
    print(f"{name} …", flush=True)
    ledger, begun = Ledger(), time.monotonic()
    try:
        what = part(house, ledger)
    except TimeoutError:
        what = "broken off"
        ledger.is_wrong("the portal did not come back in time")
    house.mail.behave()
    counted = counting.count(house, ledger)
    before, after = counting.orphans_after_clean_up(house)
    result = Result(
        part=name,
        day=time.strftime("%Y-%m-%d"),
        what=what,
        acknowledged=len(ledger.acknowledged),
        lost=counted.lost,
        doubled=counted.doubled,
        mails_twice=counted.mails_twice,
        orphans_before=before,
        orphans=after,
        longest=round(ledger.longest, 1),
        refusals=ledger.answers[503] + ledger.answers[429],
        cut=ledger.cut,
        given_up=ledger.given_up,
        wrong=sorted(set(ledger.wrong)),
    )
    print(f"  {time.monotonic() - begun:.0f} s. {what}", flush=True)
    for fault in [*counted.lost, *counted.doubled, *result.wrong][:20]:
        print(f"  ! {fault}", flush=True)
    return result


def table(results: list[Result]) -> str:
    head = "| part | acknowledged | lost | doubled | files without row | longest answer | refused"
    lines = [f"{head} | cut off | gave up | |", "| --- |" + " ---: |" * 8 + " --- |"]
    for one in results:
        lines.append(
            f"| {one.part} | {one.acknowledged} | {len(one.lost)} | {len(one.doubled)} |"
            f" {one.orphans} | {one.longest:.1f} s | {one.refusals} | {one.cut} | {one.given_up} |"
            f" {'holds' if one.holds else 'FALLS SHORT'} |"
        )
    total = sum(one.acknowledged for one in results)
    return "\n".join([*lines, f"\n{total} acknowledged writes in all."])


def main(chosen: list[str]) -> int:
    keeps = "--keep" in chosen or not chosen
    chosen = [name for name in chosen if name != "--keep"]
    known = [*IN_ONE_PROCESS, "clock", *IN_A_CLUSTER]
    unknown = set(chosen) - {*known, "cluster"}
    if unknown:
        print(f"No such part: {', '.join(unknown)}. There are: {', '.join(known)}, cluster.")
        return 2
    wanted = set(chosen or known) | (set(IN_A_CLUSTER) if "cluster" in chosen else set())
    results: list[Result] = []

    def run_and_keep(name: str, part: Part, house: House) -> None:
        results.append(run(name, part, house))
        if keeps:  # at once: a run that is broken off has not been for nothing
            keep(results[-1:])

    if inside := [name for name in IN_ONE_PROCESS if name in wanted]:
        with embedded(small_disks="disk" in wanted) as house:
            for name in inside:
                run_and_keep(name, IN_ONE_PROCESS[name], house)
    if "clock" in wanted:
        with ExitStack() as stack:
            folder = Path(stack.enter_context(TemporaryDirectory()))
            house = stack.enter_context(embedded(**clocks.own_time(folder)))
            run_and_keep("clock", clocks.clock, house)
    if inside := [name for name in IN_A_CLUSTER if name in wanted]:
        with cluster() as house:
            for name in inside:
                run_and_keep(name, IN_A_CLUSTER[name], house)
    print(table(results))
    return 0 if all(one.holds for one in results) else 1


def keep(results: list[Result]) -> None:
    """Write the figures down beside those of other parts: as JSON, and as a table for people."""
    kept = {}
    if KEPT.exists():
        kept = {one["part"]: Result(**one) for one in json.loads(KEPT.read_text())["parts"]}
    kept |= {one.part: one for one in results}
    parts = [kept[name] for name in [*IN_ONE_PROCESS, "clock", *IN_A_CLUSTER] if name in kept]
    figures = {
        "python": platform.python_version(),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "parts": [asdict(one) for one in parts],
    }
    KEPT.write_text(json.dumps(figures, indent=2, ensure_ascii=False) + "\n")
    page = KEPT.with_suffix(".md")
    before, _mark, rest = page.read_text().partition(BEGIN)
    _old, _mark, after = rest.partition(END)
    done = "\n".join(f"- **{one.part}** ({one.day}): {one.what}." for one in parts)
    page.write_text(f"{before}{BEGIN}\n{table(parts)}\n\n{done}\n{END}{after}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
