"""Memory: growth that is sure, growth that is not, and a gateway that does not tell."""

import numpy as np
import pytest

from suites.judging.tally import Tally
from suites.judging.verdict import Standing
from suites.objectives.memory_growth import MemoryGrowth

LIMIT = MemoryGrowth(100.0)


def readings(mb_per_hour: float, *, hours: float = 1.0, noise: float = 0.0, warm_up: float = 0.0) -> Tally:
    """Four readings a minute from 400 MB on; `warm_up` is added at once within the first tenth."""
    at = np.arange(0, hours * 3600, 15.0)
    value = 400 + mb_per_hour * at / 3600 + np.random.default_rng(1).normal(0, noise or 1e-9, len(at))
    value[at > hours * 360] += warm_up
    return Tally.of(("gpt-a",), gauge=zip(at, value, strict=True))


@pytest.mark.parametrize(
    ("tally", "standing", "said"),
    [
        (readings(0), Standing.HOLDS, "grew by 0 MB an hour"),
        (readings(50, noise=2), Standing.HOLDS, "grew by 5"),
        (readings(300, noise=10), Standing.BROKEN, "limit 100), from "),
        (
            readings(-500),
            Standing.HOLDS,
            "grew by -500 MB an hour (95 % bounds -500 and -500, limit 100), from 400 MB",
        ),
        (readings(0, warm_up=200), Standing.HOLDS, "from 400 MB to 600 MB"),
        (readings(300, hours=0.1, noise=50), Standing.UNDECIDED, "only a longer run tells"),
        (readings(300, hours=0.03), Standing.UNDECIDED, "8 readings are too few to tell its growth"),
    ],
)
def test_growth_is_judged_by_its_bounds(tally: Tally, standing: Standing, said: str) -> None:
    finding = LIMIT.judge(tally)
    assert finding.standing is standing
    assert said in finding.sentence
    assert finding.required


def test_a_gateway_that_does_not_tell_withholds_no_pass() -> None:
    finding = LIMIT.judge(Tally.of(("gpt-a",)))
    assert (finding.standing, finding.required) == (Standing.UNDECIDED, False)


def test_a_reading_that_never_changes_is_no_growth() -> None:
    tally = Tally.of(("gpt-a",), gauge=[(float(second), 400.0) for second in range(100)])
    assert LIMIT.judge(tally).standing is Standing.HOLDS


def test_readings_merge_in_the_order_of_time() -> None:
    parts = [Tally.of(("gpt-a",), gauge=[(at, 400.0 + at)]) for at in (3.0, 1.0, 2.0)]
    assert list(Tally.merged(("gpt-a",), parts).gauge["at"]) == [1.0, 2.0, 3.0]
