"""What each objective sees in a three-hour run that an overall rate hides."""

import numpy as np
import pytest

from litellm_observatory.core.judging.verdict import Status, Verdict
from litellm_observatory.core.objectives.against_last_passed import AgainstLastPassed, LastPassed
from litellm_observatory.core.objectives.limits import latency_limit, overhead_limit
from litellm_observatory.core.objectives.no_burst import NoBurst
from litellm_observatory.core.objectives.no_known_regression import NoKnownRegression
from litellm_observatory.core.objectives.per_model import PerModelFailureRate
from litellm_observatory.core.objectives.shares import content, rescues
from litellm_observatory.core.wire.failures import FailureKind
from tests.bench.faults import PROVIDERS
from tests.bench.simulation import Run, first, healthy, judged

HOUR = 3600.0
ERROR = FailureKind.SERVER_ERROR


def run(models: int = 2, background: float = 0.0) -> Run:
    return healthy(np.random.default_rng(7), models, background)


def test_a_burst_at_thirty_percent_for_five_minutes_is_not_hidden_by_the_overall_rate() -> None:
    seen = run()
    seen.fail(seen.between(HOUR, HOUR + 300) & seen.some(0.3), ERROR)
    finding = NoBurst(0.01).judge(seen.tally())
    assert seen.tally().failures / 10_800 < 0.01
    assert (finding.status, finding.blocking) == (Status.VIOLATED, True)
    assert finding.sentence.startswith("all models failed ")
    assert "from 1:00:" in finding.sentence
    assert "(burst; overall 0.8" in finding.sentence


def test_the_sentence_of_a_burst_names_the_model_the_counts_the_times_and_whose_it_was() -> None:
    seen = run()
    seen.fail(seen.between(HOUR + 4, HOUR + 291, model=1), ERROR, "500: Internal Server Error")
    count = seen.tally().failures
    assert NoBurst(0.01).judge(seen.tally()).sentence == (
        f"model-1 failed {count} of {count} requests from 1:00:05 to 1:04:49, origin: gateway {count} "
        "(burst; overall 1.3 %, limit 1 %)"
    )


def test_a_providers_own_outage_is_told_and_fails_nothing() -> None:
    seen = run(background=0.003)
    seen.fail(seen.between(HOUR, HOUR + 10), ERROR, PROVIDERS)
    finding = NoBurst(0.01).judge(seen.tally())
    assert (finding.status, finding.blocking) == (Status.VIOLATED, False)
    assert "origin: provider 10" in finding.sentence
    assert judged(seen)[0] is Verdict.PASSED


def test_failures_without_a_pattern_are_no_burst() -> None:
    assert NoBurst(0.01).judge(run(background=0.008).tally()).status is Status.MET


def test_a_dead_model_of_ten_fails_the_run_though_the_overall_rate_is_under_the_limit() -> None:
    seen = run(models=10)
    seen.fail(seen.between(0, 3 * HOUR, model=4), ERROR)
    finding = PerModelFailureRate(0.2).judge(seen.tally())
    assert seen.tally().failures / 10_800 < 0.2
    assert finding.status is Status.VIOLATED
    assert finding.sentence.startswith("model-4 failed ")
    assert "origin: unknown " in finding.sentence


def test_a_model_with_too_few_requests_withholds_no_pass() -> None:
    few = first(run(models=20), 2000)
    assert PerModelFailureRate(0.01).judge(few.tally()).status is Status.UNDECIDED
    assert judged(run(models=20, background=0.001))[0] is Verdict.PASSED


def test_one_hit_of_a_known_regression_is_named_with_its_source() -> None:
    seen = run()
    seen.fail(seen.between(HOUR, HOUR + 1), ERROR, "500: the client has been closed")
    finding = NoKnownRegression().judge(seen.tally())
    assert finding.status is Status.VIOLATED
    assert "client has been closed, LiteLLM PR #19190 (model-" in finding.sentence
    assert NoKnownRegression().judge(run().tally()).status is Status.MET


def test_empty_answers_break_the_content_long_before_they_break_the_rate() -> None:
    seen = run()
    seen.fail(seen.some(0.009), FailureKind.EMPTY)
    assert content(0.005).judge(seen.tally()).status is Status.VIOLATED
    assert content(0.005).judge(run().tally()).status is Status.MET
    assert content(0.005).judge(first(run(), 100).tally()).status is Status.UNDECIDED
    assert judged(seen)[0] is Verdict.FAILED


def test_rescues_are_told_and_fail_nothing() -> None:
    seen = run()
    seen.rows["rescued"] |= seen.some(0.04)
    finding = rescues().judge(seen.tally())
    assert (finding.status, finding.blocking) == (Status.VIOLATED, False)
    assert judged(seen)[0] is Verdict.PASSED


def test_limits_of_times_hold_are_broken_or_are_undecided() -> None:
    tally = run().tally()
    assert latency_limit(2.0).judge(tally).status is Status.MET
    assert latency_limit(0.3).judge(tally).status is Status.VIOLATED
    assert overhead_limit(50).judge(tally).status is Status.MET
    tally.rows["overhead_ms"] = np.nan
    assert overhead_limit(50).judge(tally).status is Status.UNDECIDED


@pytest.mark.parametrize(("factor", "status"), [(1.0, Status.MET), (1.5, Status.VIOLATED), (1.1, Status.UNDECIDED)])
def test_a_run_is_compared_with_the_last_good_one(factor: float, status: Status) -> None:
    rows = healthy(np.random.default_rng(8)).rows
    seen = run()
    seen.rows["overhead_ms"] *= factor
    finding = AgainstLastPassed(LastPassed("run nice-fox", rows["overhead_ms"], rows["latency"])).judge(seen.tally())
    assert (finding.status, finding.blocking) == (status, False)
    assert "p95 of overhead changed by " in finding.sentence
    assert "against run nice-fox" in finding.sentence


def test_without_an_earlier_good_run_nothing_is_compared() -> None:
    assert AgainstLastPassed(None).judge(run().tally()).status is Status.UNDECIDED


def test_without_the_overhead_header_latency_is_compared() -> None:
    seen = run()
    seen.rows["overhead_ms"] = np.nan
    nothing = np.empty(0)
    finding = AgainstLastPassed(LastPassed("x", nothing, healthy(np.random.default_rng(8)).rows["latency"])).judge(
        seen.tally()
    )
    assert "p95 of latency" in finding.sentence
