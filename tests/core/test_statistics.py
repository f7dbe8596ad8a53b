"""Numbers of a report: exact, and silent where there is too little to say."""

import json
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings

from litellm_observatory.core.judging.fingerprints import OTHER
from litellm_observatory.core.judging.tally import Tally
from litellm_observatory.core.load.traffic import Traffic
from litellm_observatory.core.report.metrics import Distribution
from litellm_observatory.core.report.statistics import (
    MOST_FINGERPRINTS,
    MOST_WINDOWS,
    by_fingerprint,
    by_model,
    by_window,
    distribution_of,
    totals,
)
from litellm_observatory.core.wire.failures import Failure, FailureKind
from tests.core.examples import sample, server_error
from tests.core.test_traffic import traffics

START = datetime(2026, 1, 1, tzinfo=UTC)
STALE = Failure(FailureKind.STALE_CONNECTION, "an idle connection was closed")


def test_percentiles_are_exact() -> None:
    assert distribution_of(np.arange(1001) / 1000) == Distribution(
        min=0, mean=0.5, p50=0.5, p95=0.95, p99=0.99, max=1.0
    )


def test_a_p99_of_fewer_than_300_is_not_shown() -> None:
    assert distribution_of(np.ones(299)) == Distribution(min=1, mean=1, p50=1, p95=1, p99=None, max=1)
    assert distribution_of(np.ones(300)) == Distribution(min=1, mean=1, p50=1, p95=1, p99=1, max=1)


def test_what_is_not_known_is_left_out() -> None:
    assert distribution_of(np.array([np.nan, 2.0])) == Distribution(min=2, mean=2, p50=2, p95=2, p99=None, max=2)
    assert distribution_of(np.array([np.nan])) == distribution_of(np.array([])) == Distribution()


def test_totals_count_what_was_due_sent_judged_and_failed() -> None:
    tally = Tally.of(
        ("gpt-a", "gpt-b"),
        [
            sample(0, lateness=0.5, cost=0.25),
            sample(1, server_error(), model="gpt-b"),
            sample(2, STALE, seconds=99.0),
            sample(3, retries=1),
        ],
    )
    numbers = totals(tally, 5)
    assert numbers["failure_rate"] == pytest.approx(1 / 3)
    assert {name: numbers[name] for name in ("requests", "failures", "rescued", "due", "sent", "cost")} == {
        "requests": 3,
        "failures": 1,
        "rescued": 1,
        "due": 5,
        "sent": 4,
        "cost": 0.25,
    }
    assert numbers["observed_fraction"] == pytest.approx(0.6)
    assert numbers["failure_kinds"] == {"server_error": 1, "stale_connection": 1}
    assert numbers["latency_seconds"].max == pytest.approx(0.9)  # what our own connection spoilt is no latency
    assert numbers["lateness_seconds"].max == pytest.approx(0.5)


def test_nothing_sent_is_no_division_by_zero() -> None:
    numbers = totals(Tally.of(()), 0)
    assert (numbers["failure_rate"], numbers["failure_rate_high"], numbers["observed_fraction"]) == (0, 1, 0)
    assert (numbers["cost"], numbers["latency_seconds"]) == (None, Distribution())


def test_each_model_has_numbers_of_its_own() -> None:
    samples = [sample(i, model="gpt-a", overhead_ms=1.5) for i in range(300)]
    samples += [sample(300, server_error(), model="gpt-b", seconds=9.0)]
    uses = {"gpt-a": 0.0, "gpt-b": 300.0, "gpt-c": 600.0}
    first, second, unused = by_model(Tally.of(tuple(uses), samples), uses)
    assert (first.model, first.requests, first.failures, first.failure_rate) == ("gpt-a", 300, 0, 0.0)
    assert first.failure_rate_high == pytest.approx(0.0099, abs=1e-4)
    assert (first.overhead_ms.p50, first.latency_seconds.p99) == (1.5, 0.4)
    assert (second.first_use_seconds, second.failure_rate, second.failure_rate_high) == (300, 1, 1)
    assert (second.overhead_ms, second.latency_seconds.max) == (Distribution(), 9.0)
    assert (unused.requests, unused.failure_rate_low, unused.failure_rate_high) == (0, 0, 1)


def test_windows_show_when_and_for_whom_it_failed() -> None:
    traffic = Traffic(("gpt-a", "gpt-b"), 1800.0, 1.0)
    bad = range(120, 180)
    tally = Tally.of(
        traffic.models,
        [
            sample(i, server_error() if i in bad and i % 2 else None, model=traffic.models[i % 2])
            for i in range(traffic.count)
        ],
    )
    windows = by_window(tally, traffic, np.empty(0, np.int64))
    assert [(window.index, window.start_seconds) for window in windows] == [(i, 60.0 * i) for i in range(30)]
    assert [window.requests for window in windows] == [60] * 30
    assert [window.index for window in windows if window.failures] == [2]
    assert [(of.model, of.requests, of.failures) for of in windows[2].models] == [("gpt-a", 30, 0), ("gpt-b", 30, 30)]


def test_a_window_counts_nothing_that_our_own_connections_spoilt() -> None:
    traffic = Traffic(("gpt-a",), 30.0, 10.0)
    tally = Tally.of(("gpt-a",), [sample(0, STALE, due=0.0, seconds=9.0), sample(1, due=10.0), sample(2, due=20.0)])
    first, second, _ = by_window(tally, traffic, np.empty(0, np.int64))
    assert (first.requests, first.failures, first.models[0].requests, first.latency_seconds) == (
        0,
        0,
        0,
        Distribution(),
    )
    assert (second.requests, second.failures, second.latency_seconds.max) == (1, 0, 0.4)


@settings(max_examples=30)
@given(traffics())
def test_every_request_counts_in_its_own_window(traffic: Traffic) -> None:
    tally = Tally.of(
        traffic.models,
        [
            sample(i, model=traffic.models[traffic.model(i)], due=traffic.due(i))
            for i in range(min(traffic.count, 500))
        ],
    )
    counted = by_window(tally, traffic, np.empty(0, np.int64))
    assert len(counted) <= MOST_WINDOWS
    assert len(counted) == len(traffic.windows) or len(traffic.windows) > MOST_WINDOWS
    ends = [*(window.start_seconds for window in counted[1:]), np.inf]
    for window, end in zip(counted, ends, strict=True):
        own = [one for one in traffic.windows if window.start_seconds <= one.start < end]
        assert (window.index, window.start_seconds) == (own[0].index, own[0].start)
        assert window.requests == sum(index < 500 for one in own for index in one.requests)


def test_a_week_of_a_thousand_models_tells_of_those_that_failed_most_in_a_quarter_of_a_megabyte() -> None:
    traffic = Traffic(tuple(f"provider/model-{number}" for number in range(1000)), 168 * 3600.0, 60.0)
    failing = traffic.models[-1]
    tally = Tally.of(
        traffic.models,
        [
            sample(
                i,
                server_error() if (model := traffic.models[traffic.model(i)]) == failing else None,
                model=model,
                due=traffic.due(i),
            )
            for i in range(traffic.count)
        ],
    )
    windows = by_window(tally, traffic, np.array([0]))
    assert len(windows) <= MOST_WINDOWS
    assert sum(window.requests for window in windows) == traffic.count == 10_080
    assert sum(window.not_observed for window in windows) == 1
    assert sum(of.failures for window in windows for of in window.models) == tally.failures > 0
    assert len(json.dumps([window.model_dump() for window in windows])) < 300_000


def test_fingerprints_come_by_frequency_with_the_instants_of_the_first_and_the_last() -> None:
    tally = Tally.of(
        ("gpt-a",), [sample(i, server_error(f"500: request {i} failed" if i % 3 else "503: gone")) for i in range(7)]
    )
    most, least = by_fingerprint(tally, START)
    assert (most.message, most.kind, most.model, most.count) == (
        "500: request <n> failed",
        "server_error",
        "gpt-a",
        4,
    )
    assert (most.first_seen, most.last_seen) == (START + timedelta(seconds=1), START + timedelta(seconds=5))
    assert (least.message, least.count) == ("503: gone", 3)


def test_a_report_holds_a_bounded_number_of_fingerprints() -> None:
    def part(window: int) -> Tally:
        words = [f"{'abcdefghij'[window]} {a}{b}" for a in "abcdefg" for b in "abcdefg"]
        return Tally.of(
            ("gpt-a",),
            [sample(window * 60 + i, server_error(word)) for i, word in enumerate(["500: always", *words])],
        )

    tally = Tally.merge(("gpt-a",), [part(window) for window in range(10)])
    shown = by_fingerprint(tally, START)
    assert len(tally.fingerprints) == 491
    assert len(shown) == MOST_FINGERPRINTS + 1
    assert (shown[0].message, shown[0].count) == ("500: always", 10)
    assert (shown[-1].message, shown[-1].count) == (OTHER, 491 - MOST_FINGERPRINTS)
    assert sum(fingerprint.count for fingerprint in shown) == tally.failures
