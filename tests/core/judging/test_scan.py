"""The scan statistic: its tail against simulation, its critical counts, and where the densest stretch lies."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from litellm_observatory.core.judging.scan import critical_count, most_in_any, scan_tail


@pytest.mark.parametrize(("requests", "width", "rate"), [(2000, 60, 0.01), (900, 300, 0.05), (1000, 60, 0.003)])
def test_the_tail_is_what_simulation_shows(requests: int, width: int, rate: float) -> None:
    random = np.random.default_rng(1)
    most = np.array([most_in_any(random.random(requests) < rate, width)[0] for _ in range(4000)])
    for count in range(1, int(most.max()) + 1):
        share = float(np.mean(most >= count))
        assert scan_tail(requests, width, rate, count) == pytest.approx(share, abs=0.02)


def test_three_hours_at_one_percent_have_the_published_critical_counts() -> None:
    assert critical_count(10_800, 300, 0.01, 0.001) == 14
    assert critical_count(10_800, 60, 0.01, 0.003) == 7
    assert critical_count(10_800, 60, 0.05, 0.001) > 7  # at a limit of 5 % seven would fire in every run


@given(
    st.integers(1, 20_000), st.sampled_from([60, 300, 600]), st.floats(1e-4, 0.5), st.sampled_from([1e-2, 1e-3, 1e-4])
)
def test_the_critical_count_is_the_least_that_keeps_the_promise(
    requests: int, width: int, rate: float, alpha: float
) -> None:
    count = critical_count(requests, width, rate, alpha)
    assert 1 <= count <= width + 1
    assert scan_tail(requests, width, rate, count) <= alpha
    assert count == 1 or scan_tail(requests, width, rate, count - 1) > alpha


@given(st.lists(st.booleans(), min_size=1, max_size=200), st.integers(1, 80))
def test_the_densest_stretch_is_the_one_that_counting_finds(failed: list[bool], width: int) -> None:
    most, first = most_in_any(np.array(failed), width)
    every = [sum(failed[start : start + width]) for start in range(max(1, len(failed) - width + 1))]
    assert most == max(every)
    assert first == every.index(most)
