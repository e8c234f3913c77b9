import pytest

from malmoandan.running import even_time


@pytest.fixture
def clock(monkeypatch, settings):
    """A clock that stands unless somebody works or sleeps; `times[0]` is what it shows."""
    times = [100.0]

    def pass_time(seconds):
        times[0] += seconds

    settings.EVEN_SECONDS = 0.25
    monkeypatch.setattr(even_time.time, "monotonic", lambda: times[0])
    monkeypatch.setattr(even_time.time, "sleep", pass_time)
    return times, pass_time


@pytest.mark.parametrize(("work", "lasts"), [(0.01, 0.25), (0.06, 0.25), (0.3, 0.5)])
def test_work_lasts_whole_steps(clock, work, lasts):
    times, pass_time = clock
    with even_time.even_time():
        pass_time(work)
    assert times[0] == pytest.approx(100 + lasts)


def test_a_refusal_lasts_as_long(clock):
    times, pass_time = clock

    def refuse():
        with even_time.even_time():
            pass_time(0.02)
            raise ValueError("known")

    with pytest.raises(ValueError, match="known"):
        refuse()
    assert times[0] == pytest.approx(100.25)
