"""When our own client is at fault: each threshold, from both sides."""

from datetime import UTC, datetime
from typing import Any

import pytest

from litellm_observatory.core.judging.tally import Tally
from litellm_observatory.core.judging.validity import find_invalid_reasons, without_our_own_timeouts
from litellm_observatory.core.wire.failures import Failure, FailureKind
from litellm_observatory.core.wire.versions import Sighting
from tests.core.examples import sample, tally

OLD = Sighting("1.81.3", datetime(2026, 1, 1, 12, tzinfo=UTC), "preflight")
NEW = Sighting("1.82.0", datetime(2026, 1, 1, 13, 0, 1, tzinfo=UTC), "oai-azure-release")
STALE = Failure(FailureKind.STALE_CONNECTION, "an idle connection was closed")


def reasons_of(seen: Tally, **changes: Any) -> list[str]:
    plan: dict[str, Any] = {"versions": (OLD,), "due": 1000, "interval_seconds": 0.1} | changes
    return [found.sentence for found in find_invalid_reasons(seen, plan.pop("versions"), **plan)]


def test_a_client_that_did_its_work_is_not_reasons_of() -> None:
    assert reasons_of(tally(1000)) == []
    assert reasons_of(tally(1000, 1000)) == []


def test_one_request_in_a_thousand_may_stay_unsent() -> None:
    assert reasons_of(tally(999)) == []
    assert reasons_of(tally(998)) == ["our client sent only 998 of 1,000 requests that were due"]


@pytest.mark.parametrize("due", [1000, 3000, 7000, 10_800, 1_000_000])
def test_rounding_moves_no_threshold(due: int) -> None:
    seen = tally(0)
    for sent in (-(-due * 999 // 1000), -(-due * 999 // 1000) - 1):
        said = find_invalid_reasons(Tally(seen.models, _rows(sent)), (), due=due, interval_seconds=1)
        assert bool(said) is (1000 * sent < 999 * due)


def _rows(count: int) -> Any:
    rows = tally(1).rows.repeat(count)
    rows["index"] = range(count)
    return rows


def test_nine_tenths_of_the_schedule_must_be_observed() -> None:
    def spoilt(count: int) -> Tally:
        return Tally.of(("gpt-a",), [sample(i, STALE if i < count else None) for i in range(1000)])

    assert reasons_of(spoilt(100)) == []
    assert reasons_of(spoilt(101)) == ["only 899 of 1,000 requests that were due were observed"]
    assert reasons_of(tally(0))[1] == "only 0 of 1,000 requests that were due were observed"


@pytest.mark.parametrize(("interval", "allowed"), [(0.1, 0.05), (0.5, 0.05), (1.0, 0.1), (60.0, 6.0)])
def test_lateness_may_reach_50_ms_or_a_tenth_of_the_interval(interval: float, allowed: float) -> None:
    assert reasons_of(tally(1000, lateness=allowed), interval_seconds=interval) == []
    assert reasons_of(tally(1000, lateness=allowed + 0.001), interval_seconds=interval) == [
        f"our client sent late: 99th percentile {allowed + 0.001:.3f} s, allowed {allowed:.3f} s"
    ]


def test_one_in_a_hundred_may_be_later() -> None:
    def late(count: int) -> Tally:
        return Tally.of(("gpt-a",), [sample(i, lateness=9.0 if i < count else 0.0) for i in range(1000)])

    assert reasons_of(late(9)) == []
    assert len(reasons_of(late(11))) == 1


def test_a_gateway_that_changed_meanwhile_was_not_tested() -> None:
    assert reasons_of(tally(1000), versions=()) == []
    assert reasons_of(tally(1000), versions=(OLD, NEW)) == [
        "the gateway's version changed during the run: 1.81.3 since 2026-01-01 12:00:00 UTC (preflight), "
        "1.82.0 since 2026-01-01 13:00:01 UTC (oai-azure-release)"
    ]


def test_a_slow_event_loop_makes_a_run_invalid_though_it_sent_in_time() -> None:
    quick, slow = (Tally.of(("gpt-a",), map(sample, range(300)), lags) for lags in ([0.01] * 99, [0.2] * 99))
    assert reasons_of(quick, due=300, interval_seconds=1.0) == []
    assert reasons_of(slow, due=300, interval_seconds=1.0) == [
        "our client's event loop was slow: 99th percentile 0.200 s, allowed 0.100 s"
    ]


def test_a_timeout_that_our_own_slowness_explains_proves_nothing() -> None:
    """Our worst delay was 3 s: a timeout after 5 s may be our doing, one after 60 s is not, an answer never is."""
    timeout = Failure(FailureKind.TIMEOUT, "no answer")
    seen = Tally.of(
        ("gpt-a",),
        [
            sample(0, timeout, seconds=5.0),
            sample(1, timeout, seconds=60.0),
            sample(2, Failure(FailureKind.SERVER_ERROR, "500: no"), seconds=1.0),
            sample(3, seconds=1.0),
        ],
        [0.1, 3.0],
    )
    assert seen.failures == 3
    assert without_our_own_timeouts(seen).kinds() == {FailureKind.TIMEOUT: 1, FailureKind.SERVER_ERROR: 1}
    assert seen.failures == 3  # the tally itself is left as it is
