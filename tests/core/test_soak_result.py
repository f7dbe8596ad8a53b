"""What was due, sent and seen of a soak that was interrupted, taken up again, stopped or cancelled."""

from datetime import UTC, datetime, timedelta

import pytest

from litellm_observatory.core.judging.early_stop import Stop
from litellm_observatory.core.judging.tally import Tally
from litellm_observatory.core.judging.verdict import Verdict
from litellm_observatory.core.load.soak_result import SoakResult
from litellm_observatory.core.report.report import Report
from litellm_observatory.core.reporting.build import report_of_soak
from litellm_observatory.core.reporting.run_info import RunInfo
from suites.oai_azure_release import oai_azure_release
from tests.core.examples import sample, server_error

SOAK = oai_azure_release(duration_hours=0.5)
TRAFFIC = SOAK.traffic(("gpt-a",))
START = datetime(2026, 1, 1, tzinfo=UTC)


def reported(gap: range, *, failing: range = range(0), stop: Stop | None = None, blind: int | None = None) -> Report:
    """A half-hour soak in which nothing is known of the requests in `gap`, taken up again after it."""
    last = TRAFFIC.count if stop is None else round(stop.instant) + 1
    samples = [sample(i, server_error() if i in failing else None) for i in range(last) if i not in gap]
    sent = SoakResult.of(
        TRAFFIC, Tally.of(("gpt-a",), samples), stop=stop, blind=gap.stop if blind is None else blind
    )
    subject = RunInfo("s", "g", None, None, START)
    return report_of_soak(subject, SOAK, TRAFFIC, sent, START + timedelta(minutes=30), connections_opened=1)


def test_what_was_due_while_the_run_was_interrupted_is_not_observed_and_counts_nowhere() -> None:
    report = reported(range(600, 720))
    assert report.verdict is Verdict.PASSED
    assert (report.due, report.sent, report.requests, report.not_observed) == (1800, 1680, 1680, 120)
    assert report.observed_fraction == pytest.approx(1680 / 1800)
    assert [w.index for w in report.windows if w.not_observed] == [10, 11]
    assert {w.not_observed for w in report.windows} == {0, 60}


def test_less_than_nine_tenths_observed_is_invalid_and_says_why() -> None:
    report = reported(range(600, 781))
    assert report.verdict is Verdict.INVALID
    assert report.reason == (
        "Invalid: only 1,619 of 1,800 requests that were due were observed; "
        "181 were due while the run was interrupted"
    )


def test_what_was_not_sent_without_an_interruption_is_our_clients_fault() -> None:
    report = reported(range(600, 720), blind=0)
    assert report.verdict is Verdict.INVALID
    assert report.reason == "Invalid: our client sent only 1,680 of 1,800 requests that were due"


def test_a_failure_that_is_proven_outranks_the_gap() -> None:
    assert reported(range(600, 1200), failing=range(300)).verdict is Verdict.FAILED


def test_a_cancelled_soak_reports_what_was_seen_and_judges_nothing() -> None:
    stop = Stop("by somebody in the UI", 899.5, given_up=2, cancelled=True)
    report = reported(range(0), failing=range(3), stop=stop)
    assert report.verdict is Verdict.CANCELLED
    assert report.reason.startswith(
        "Cancelled: after 0:15:00 of 30 min, 901 of 1,800 requests, by somebody in the UI; until then: 3 of 901"
    )
    assert (report.planned_requests, report.planned_seconds, report.ended_early_after_seconds) == (1800, 1800, 900)
    assert (report.due, report.not_observed) == (898, 0)
