"""The benchmark's own reckoning: ratios, bars, and what it keeps of the last run."""

import json

import pytest

from tests.bench.figures import Figure, Kept, alone, beside, table
from tests.bench.latency import p95


def test_each_round_has_a_ratio_of_its_own_and_the_median_counts():
    # The third round met a busy neighbour, who slowed both.
    figure = beside("pages", "register", "ms", [(2, 1), (3, 2), (20, 10), (4, 2), (6, 3)])

    assert (figure.value, figure.floor, figure.ratio) == (4, 2, 2)
    assert figure.spread == pytest.approx(0.25)


@pytest.mark.parametrize(
    ("ratio", "at_least", "verdict"),
    [
        (1.2, False, "holds"),
        (1.3, False, "FALLS SHORT"),
        (1.2, True, "holds"),
        (1.1, True, "FALLS SHORT"),
    ],
)
def test_a_bar_is_the_highest_or_the_lowest_that_is_good_enough(ratio, at_least, verdict):
    figure = beside("part", "name", "ms", [(ratio, 1)], bar=1.2, at_least=at_least)

    assert figure.verdict == verdict


def test_a_figure_without_a_floor_is_judged_by_its_value():
    assert alone("weights", "start", "kB", [59, 61, 60], bar=60).verdict == "holds"
    assert alone("weights", "start", "kB", [61], bar=60).verdict == "FALLS SHORT"
    assert alone("weights", "start", "kB", [61]).verdict == ""


def test_a_part_measured_again_replaces_itself_and_no_other(tmp_path):
    path = tmp_path / "figures.json"
    Kept(path).keep([Figure("a", "one", "ms", 1), Figure("a", "gone", "ms", 1)], day="1")
    Kept(path).keep([Figure("b", "two", "ms", 2)], day="1")

    Kept(path).keep([Figure("a", "one", "ms", 3.14159)], day="2")

    told = json.loads(path.read_text())
    assert [(f["part"], f["name"], f["value"]) for f in told["figures"]] == [
        ("b", "two", 2),
        ("a", "one", 3.142),
    ]
    assert told["parts"] == {"a": {"day": "2"}, "b": {"day": "1"}}


def test_the_table_shows_the_last_run_beside_this_one(tmp_path):
    kept = Kept(tmp_path / "figures.json")
    kept.keep([beside("pages", "register", "ms", [(3, 2)])])

    shown = table([beside("pages", "register", "ms", [(5, 2)], bar=1.2)], Kept(kept.path))

    line = next(line for line in shown.splitlines() if "register" in line)
    assert line.split()[-5:] == ["0.00", "≤1.2", "1.50", "FALLS", "SHORT"]


def test_the_first_run_has_nothing_to_compare_with(tmp_path):
    kept = Kept(tmp_path / "none.json")

    assert kept.last(Figure("a", "one", "ms", 1)) is None
    assert "one" in table([Figure("a", "one", "ms", 1)], kept)


def test_p95_is_what_nineteen_of_twenty_stay_under():
    assert p95([1.0] * 95 + [9.0] * 5) <= 9
    assert p95(list(range(1, 101))) == pytest.approx(95.05)
