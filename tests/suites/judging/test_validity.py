"""When our own client is to blame: each threshold, from both sides."""

from typing import Any

import pytest

from suites.judging.tally import Tally
from suites.judging.validity import doubts
from suites.wire.failures import Failure, FailureKind
from tests.suites.examples import sample, tally

STALE = Failure(FailureKind.STALE_CONNECTION, "an idle connection was closed")


def doubted(seen: Tally, **changes: Any) -> list[str]:
    plan: dict[str, Any] = {"versions": {"1.81.3"}, "due": 1000, "interval_seconds": 0.1} | changes
    return doubts(seen, plan.pop("versions"), **plan)


def test_a_client_that_did_its_work_is_not_doubted() -> None:
    assert doubted(tally(1000)) == []
    assert doubted(tally(1000, 1000)) == []


def test_one_request_in_a_thousand_may_stay_unsent() -> None:
    assert doubted(tally(999)) == []
    assert doubted(tally(998)) == ["our client sent only 998 of 1,000 requests that were due"]


@pytest.mark.parametrize("due", [1000, 3000, 7000, 10_800, 1_000_000])
def test_rounding_moves_no_threshold(due: int) -> None:
    seen = tally(0)
    for sent in (-(-due * 999 // 1000), -(-due * 999 // 1000) - 1):
        said = doubts(Tally(seen.models, _rows(sent)), set(), due=due, interval_seconds=1)
        assert bool(said) is (1000 * sent < 999 * due)


def _rows(count: int) -> Any:
    rows = tally(1).rows.repeat(count)
    rows["index"] = range(count)
    return rows


def test_nine_tenths_of_the_schedule_must_be_observed() -> None:
    def spoilt(count: int) -> Tally:
        return Tally.of(("gpt-a",), [sample(i, STALE if i < count else None) for i in range(1000)])

    assert doubted(spoilt(100)) == []
    assert doubted(spoilt(101)) == ["only 899 of 1,000 requests that were due were observed"]
    assert doubted(tally(0))[1] == "only 0 of 1,000 requests that were due were observed"


@pytest.mark.parametrize(("interval", "allowed"), [(0.1, 0.05), (0.5, 0.05), (1.0, 0.1), (60.0, 6.0)])
def test_lateness_may_reach_50_ms_or_a_tenth_of_the_interval(interval: float, allowed: float) -> None:
    assert doubted(tally(1000, lateness=allowed), interval_seconds=interval) == []
    assert doubted(tally(1000, lateness=allowed + 0.001), interval_seconds=interval) == [
        f"our client sent late: 99th percentile {allowed + 0.001:.3f} s, allowed {allowed:.3f} s"
    ]


def test_one_in_a_hundred_may_be_later() -> None:
    def late(count: int) -> Tally:
        return Tally.of(("gpt-a",), [sample(i, lateness=9.0 if i < count else 0.0) for i in range(1000)])

    assert doubted(late(9)) == []
    assert len(doubted(late(11))) == 1


def test_a_gateway_that_changed_meanwhile_was_not_tested() -> None:
    assert doubted(tally(1000), versions=set()) == []
    assert doubted(tally(1000), versions={"1.82.0", "1.81.3"}) == [
        "the gateway's version changed during the run: 1.81.3, 1.82.0"
    ]
