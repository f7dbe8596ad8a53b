"""How a run ended is told by its state's type and name, its labels and its report."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from litellm_observatory.core.judging.verdict import Verdict
from litellm_observatory.core.report.report import Report
from litellm_observatory.names import CANCELLED_BY_LABEL, DUPLICATE_OF_LABEL, VERDICT_LABEL
from litellm_observatory.orchestration.ends import STATES, original_of, verdict_of, who_cancelled

AT = datetime(2026, 1, 1, tzinfo=UTC)
OTHER = Verdict.ERRORED
"""What a run concluded in an attempt before its last."""


def report(verdict: Verdict | None) -> Report | None:
    """A report of this verdict whose sentences say nothing."""
    if verdict is None:
        return None
    return Report(suite="s", gateway="g", started_at=AT, ended_at=AT, duration_seconds=0, verdict=verdict, reason="x")


def labels(verdict: Verdict | None) -> dict[str, object]:
    return {VERDICT_LABEL: verdict.value} if verdict else {}


@pytest.mark.parametrize("verdict", Verdict)
@pytest.mark.parametrize(
    ("label_is", "report_is"),
    [("there", "there"), ("there", "missing"), ("there", "stale"), ("missing", "there"), ("stale", "there")],
)
def test_a_run_that_left_its_verdict_in_a_label_or_a_report_has_that_verdict(
    verdict: Verdict, label_is: str, report_is: str
) -> None:
    left = {"there": verdict, "missing": None, "stale": OTHER}
    assert verdict_of(*STATES[verdict], labels(left[label_is]), report(left[report_is])) is verdict


@pytest.mark.parametrize("concluded", [None, *(verdict for verdict in Verdict if verdict is not Verdict.FAILED)])
def test_what_prefect_calls_failed_is_no_failure_of_the_gateway_unless_the_run_concluded_so(
    concluded: Verdict | None,
) -> None:
    assert verdict_of("FAILED", "Failed", labels(concluded), None) is Verdict.ERRORED
    assert verdict_of("FAILED", "Failed", {}, report(concluded)) is Verdict.ERRORED


def test_who_calls_a_failed_run_completed_makes_no_pass_of_it() -> None:
    assert verdict_of("COMPLETED", "Completed", labels(Verdict.FAILED), None) is Verdict.FAILED
    assert verdict_of("COMPLETED", "Completed", {}, report(Verdict.FAILED)) is Verdict.FAILED


@pytest.mark.parametrize(
    "state", [("FAILED", "TimedOut"), ("COMPLETED", "Degraded"), ("CANCELLED", "Duplicate"), ("", "")]
)
def test_a_state_that_is_none_of_ours_is_no_verdict_on_the_gateway(state: tuple[str, str]) -> None:
    assert verdict_of(*state, labels(Verdict.PASSED), None) is Verdict.ERRORED


def test_a_duplicate_names_its_original_by_a_label() -> None:
    first = uuid4()
    assert original_of("Duplicate", {DUPLICATE_OF_LABEL: str(first)}) == first
    assert original_of("Completed", {DUPLICATE_OF_LABEL: str(first)}) is None  # taken up again, it tested anew


@pytest.mark.parametrize("told", [{}, {DUPLICATE_OF_LABEL: "the other one"}, {DUPLICATE_OF_LABEL: 7}])
def test_a_duplicate_of_nobody_has_no_original(told: dict[str, object]) -> None:
    found: UUID | None = original_of("Duplicate", told)
    assert found is None


def test_who_of_ours_cancelled_a_run_is_told_and_nobody_else() -> None:
    assert "release gate" in who_cancelled({CANCELLED_BY_LABEL: "release-gate"})
    assert "observatory" in who_cancelled({CANCELLED_BY_LABEL: "observatory"})
    assert who_cancelled({}) == who_cancelled({CANCELLED_BY_LABEL: "somebody"}) == ""
