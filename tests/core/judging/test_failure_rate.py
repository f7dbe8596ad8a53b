"""The one objective of every soak, and the sentences that people read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litellm_observatory.core.judging.failure_rate import FailureRate
from litellm_observatory.core.judging.tally import Tally
from litellm_observatory.core.judging.verdict import Status
from litellm_observatory.core.wire.failures import Failure, FailureKind
from tests.core.examples import sample, server_error, tally

ONE_PERCENT = FailureRate(0.01)
STALE = Failure(FailureKind.STALE_CONNECTION, "an idle connection was closed")


@pytest.mark.parametrize(
    ("requests", "failures", "status"),
    [
        (299, 0, Status.MET),
        (298, 0, Status.UNDECIDED),
        (300, 6, Status.UNDECIDED),
        (300, 7, Status.VIOLATED),
        (1, 1, Status.VIOLATED),
        (1, 0, Status.UNDECIDED),
        (0, 0, Status.UNDECIDED),
    ],
)
def test_the_rate_holds_or_is_broken_only_when_that_is_proven(requests: int, failures: int, status: Status) -> None:
    assert ONE_PERCENT.judge(tally(requests, failures)).status is status


def test_a_pass_says_how_good_the_gateway_is() -> None:
    assert ONE_PERCENT.judge(tally(1000, 2)).sentence == (
        "2 of 1,000 requests failed (0.2 %; origin: unknown 2): the true rate is below 0.63 % (limit 1 %)"
    )


def test_a_failure_says_how_bad_and_whose() -> None:
    seen = Tally.of(
        ("good", "bad"),
        [
            *(sample(i, model="good") for i in range(0, 200, 2)),
            *(sample(i, server_error() if i < 60 else None, model="bad") for i in range(1, 200, 2)),
            sample(200, Failure(FailureKind.TIMEOUT, "no answer"), model="bad"),
        ],
    )
    assert ONE_PERCENT.judge(seen).sentence == (
        "31 of 201 requests failed (15 %): the true rate is above 11 % (limit 1 %), "
        "mainly server_error (origin: unknown 31), most often: 500: the server had an error"
    )


def test_a_run_too_short_says_so_with_the_choices() -> None:
    assert ONE_PERCENT.judge(tally(60)).sentence == (
        "60 sent, 0 failed: the true rate is below 4.9 % (limit 1 %); "
        "for 1 %: 900 requests (0.2 s apart for 3 min), or a limit of 5 % (59 requests)"
    )


def test_a_rate_near_the_limit_says_between_what_it_lies() -> None:
    sentence = ONE_PERCENT.judge(tally(300, 2)).sentence
    assert sentence.startswith("300 sent, 2 failed: the true rate is between 0.12 % and 2.1 % (limit 1 %); for 1 %:")


def with_stale(passed: int, failed: int, stale: int) -> Tally:
    outcomes = [None] * passed + [server_error()] * failed + [STALE] * stale
    return Tally.of(("gpt-a",), [sample(i, failure) for i, failure in enumerate(outcomes)])


@pytest.mark.parametrize(
    ("passed", "failed", "stale", "status"),
    [
        (995, 0, 4, Status.MET),  # as with 4 failures
        (990, 0, 10, Status.UNDECIDED),
        (980, 0, 20, Status.UNDECIDED),  # as failures, 20 would break it; but they prove nothing
        (996, 2, 2, Status.MET),
        (994, 2, 4, Status.UNDECIDED),
        (900, 20, 80, Status.VIOLATED),
    ],
)
def test_requests_lost_on_stale_connections_break_nothing_and_count_against_a_pass(
    passed: int, failed: int, stale: int, status: Status
) -> None:
    finding = ONE_PERCENT.judge(with_stale(passed, failed, stale))
    assert finding.status is status
    assert f"{stale} more were lost on connections closed as they were reused" in finding.sentence


def test_a_pass_that_hangs_on_stale_connections_says_what_they_would_mean() -> None:
    assert ONE_PERCENT.judge(with_stale(980, 0, 20)).sentence == (
        "0 of 980 requests failed, and 20 more were lost on connections closed as they were reused: "
        "if the gateway dropped these, the true rate is up to 2.9 % (limit 1 %)"
    )


def test_the_culprits_kind_is_the_gateways_even_where_ours_is_more_frequent() -> None:
    seen = Tally.of(
        ("gpt-a",), [*(sample(i, STALE) for i in range(9)), *(sample(9 + i, server_error()) for i in range(3))]
    )
    assert ONE_PERCENT.judge(seen).sentence.endswith(
        "mainly server_error (origin: unknown 3), most often: 500: the server had an error"
    )


def test_a_plan_that_cannot_pass_is_says_so_before_it_starts() -> None:
    assert ONE_PERCENT.underpowered_reason(299) is None
    assert ONE_PERCENT.underpowered_reason(60) == (
        "60 requests cannot show a failure rate below 1 %: with none failed the true rate is only known to be "
        "below 4.9 %; for 1 %: 900 requests (0.2 s apart for 3 min), or a limit of 5 % (59 requests)"
    )


ORDER = [Status.MET, Status.UNDECIDED, Status.VIOLATED]


@given(st.integers(1, 1500), st.floats(1e-4, 0.9999), st.data())
def test_no_verdict_improves_when_a_success_turns_into_a_failure(
    requests: int, limit: float, data: st.DataObject
) -> None:
    failures = data.draw(st.integers(0, requests - 1) | st.integers(0, min(requests - 1, 30)))
    before, after = (FailureRate(limit).judge(tally(requests, k)).status for k in (failures, failures + 1))
    assert ORDER.index(before) <= ORDER.index(after)
