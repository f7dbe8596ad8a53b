"""Streams across the hour: which are counted, and how many failures are more than chance."""

import pytest

from litellm_observatory.core.judging.tally import Tally
from litellm_observatory.core.judging.verdict import Status
from litellm_observatory.core.objectives.streams_across_client_expiry import StreamsAcrossClientExpiry
from tests.core.examples import sample, server_error

ACROSS = StreamsAcrossClientExpiry(0.01)


def crossing(failures: int, streams: int, *, hours: int = 1) -> Tally:
    """Streams of a minute, begun half a minute before each hour after the first use; the first so many fail."""
    samples = [sample(0, due=0.0)]
    for hour in range(1, hours + 1):
        for i in range(streams):
            failure = server_error() if i < failures else None
            samples.append(sample(len(samples), failure, due=hour * 3600.0 - 30 + i, seconds=60.0))
    return Tally.of(("gpt-a",), samples)


@pytest.mark.parametrize(
    ("failures", "streams", "status"),
    [
        (0, 10, Status.MET),
        (1, 10, Status.MET),
        (2, 10, Status.VIOLATED),
        (2, 2, Status.VIOLATED),
        (1, 1, Status.MET),
    ],
)
def test_more_failures_than_chance_makes_break_it(failures: int, streams: int, status: Status) -> None:
    assert ACROSS.judge(crossing(failures, streams)).status is status


def test_every_hour_mark_is_looked_at_and_the_bad_ones_are_named() -> None:
    finding = ACROSS.judge(crossing(3, 5, hours=2))
    assert finding.sentence == (
        "3 of 5 streams in flight at 1:00:00 failed; 3 of 5 streams in flight at 2:00:00 failed, an hour mark"
    )


@pytest.mark.parametrize(("due", "seconds"), [(3500.0, 99.0), (3601.0, 60.0)], ids=["ended before", "begun after"])
def test_a_stream_that_does_not_cross_the_mark_is_not_counted(due: float, seconds: float) -> None:
    tally = Tally.of(("gpt-a",), [sample(0, due=0.0), sample(1, server_error(), due=due, seconds=seconds)])
    assert ACROSS.judge(tally).status is Status.UNDECIDED


def test_each_models_hours_are_counted_from_its_first_use() -> None:
    samples = [
        sample(0, due=0.0),
        sample(1, due=300.0, model="gpt-b"),
        *(sample(2 + i, server_error(), due=3880.0 + i, seconds=60.0, model="gpt-b") for i in range(3)),
    ]
    assert "at 1:05:00 failed" in ACROSS.judge(Tally.of(("gpt-a", "gpt-b"), samples)).sentence


def test_a_run_of_nothing_is_undecided() -> None:
    assert ACROSS.judge(Tally.of(("gpt-a",))).status is Status.UNDECIDED
