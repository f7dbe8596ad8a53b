"""The gauge: which process gave each reading, in any grouping, stored and read back."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litellm_observatory.core.judging.gauge import Gauge, Reading
from litellm_observatory.core.judging.stored_tally import from_data, to_data
from litellm_observatory.core.judging.tally import Tally
from litellm_observatory.core.wire.samples import Process

PROCESSES = st.none() | st.builds(Process, st.sampled_from(["pod-a", "pod-b"]), st.integers(1, 3))
READINGS = st.lists(st.builds(Reading, st.floats(0, 3600), st.floats(1, 1000), PROCESSES), max_size=20)


def comparable(gauge: Gauge) -> Any:
    return gauge.processes, gauge.rows.tobytes()


@given(READINGS, st.integers(0, 20))
def test_readings_merge_in_any_grouping_to_the_same(readings: list[Reading], cut: int) -> None:
    parts = [Gauge.of(readings[cut:]), Gauge.of([]), Gauge.of(readings[:cut])]
    assert comparable(Gauge.merge(parts)) == comparable(Gauge.of(readings))


@given(READINGS)
def test_each_reading_is_found_under_its_process_in_the_order_of_time(readings: list[Reading]) -> None:
    found = {
        process: [(row["at"], row["value"]) for row in rows]
        for process, rows in Gauge.of(readings).by_process().items()
    }
    assert found == {
        process: sorted((at, value) for at, value, of in readings if of == process)
        for process in {reading.process for reading in readings}
    }


@given(READINGS)
def test_a_stored_gauge_is_read_back_the_same(readings: list[Reading]) -> None:
    tally = Tally.of(("gpt-a",), gauge=readings)
    assert comparable(from_data(json.loads(json.dumps(to_data(tally)))).gauge) == comparable(tally.gauge)


def test_a_stored_reading_of_a_process_that_is_none_is_refused() -> None:
    stored = to_data(Tally.of(("gpt-a",), gauge=[Reading(1.0, 400.0, Process("pod-a", 1))]))
    with pytest.raises(ValueError, match="the column process has a code that stands for nothing"):
        from_data({**stored, "processes": ()})


@pytest.mark.parametrize("strange", [Reading(1.0, float("nan")), Reading(1.0, 0.0), Reading(float("inf"), 400.0)])
def test_a_stored_reading_that_cannot_be_is_refused(strange: Reading) -> None:
    stored = to_data(Tally.of(("gpt-a",), gauge=[strange]))
    with pytest.raises(ValueError, match="a reading has an impossible time or value"):
        from_data(stored)
