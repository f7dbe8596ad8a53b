"""The trace of a fault of ours: bounded lines of a log, whatever the fault has met."""

import pytest

from litellm_observatory.core.wire.failures import MOST_OF_A_PART, MOST_PARTS, trace_of
from tests.core.examples import KEY
from tests.hostile import HOSTILE
from tests.sinks import COMMAND, unprintable


def raised(message: str, depth: int = 0) -> ValueError:
    """An error as it is caught, so many pairs of calls below; of one call again and again Python shows three."""

    def fail(calls: int) -> None:
        if calls:
            go_on(calls - 1)
        raise ValueError(message)

    def go_on(calls: int) -> None:
        fail(calls)

    with pytest.raises(ValueError) as caught:  # noqa: PT011  each message is the test's own
        fail(depth)
    return caught.value


@pytest.mark.parametrize("said", HOSTILE, ids=range(len(HOSTILE)))
def test_nothing_that_a_fault_has_met_acts_in_its_trace(said: str) -> None:
    trace = trace_of(raised(f"{said} {KEY}"), KEY)
    assert "in fail" in trace
    assert "\nValueError: " in trace
    assert unprintable(trace) == set()
    assert not COMMAND.search(trace)
    assert KEY not in trace
    assert len(trace) < 10 * MOST_OF_A_PART


def test_a_key_is_not_cut_in_half_where_a_part_ends() -> None:
    for before in range(MOST_OF_A_PART - 2 * len(KEY), MOST_OF_A_PART):
        assert KEY[:8] not in trace_of(raised("x" * before + KEY), KEY)


def test_a_deep_trace_is_bounded_and_ends_with_its_message() -> None:
    trace = trace_of(raised("the bottom", depth=200))
    assert 0 < trace.count("File ") < MOST_PARTS
    assert trace.endswith("ValueError: the bottom")


def test_the_faults_of_a_group_are_in_its_trace() -> None:
    trace = trace_of(ExceptionGroup("two", [raised("the first"), raised("the second")]))
    assert "the first" in trace
    assert "the second" in trace
