"""The gate: one verdict from those of its suites."""

from datetime import UTC, datetime, timedelta

import pytest

from litellm_observatory.core.gate.conclude import conclude, report_of_gate
from litellm_observatory.core.gate.profiles import PROFILES
from litellm_observatory.core.judging.verdict import Status, Verdict
from litellm_observatory.core.report.case_outcome import CaseOutcome
from litellm_observatory.core.report.report import LeftOut, Report, SuiteOutcome
from litellm_observatory.core.reporting.run_info import RunInfo
from litellm_observatory.core.wire.failures import FailureKind
from litellm_observatory.core.wire.request import Level
from litellm_observatory.core.wire.versions import Sighting

AT = datetime(2026, 1, 1, tzinfo=UTC)


def report(suite: str, verdict: Verdict, requests: int = 1000, failures: int = 0, version: str = "1.90.0") -> Report:
    return Report(
        suite=suite,
        gateway="default",
        gateway_version="1.90.0",
        versions=(Sighting(version, AT, suite),),
        started_at=AT,
        ended_at=AT + timedelta(minutes=5),
        duration_seconds=300,
        models=("gpt-a", suite),
        requests=requests,
        failures=failures,
        failure_kinds={"timeout": failures} if failures else {},
        due=requests,
        sent=requests,
        cost=0.5,
        verdict=verdict,
        reason=verdict.sentence(f"{failures} of {requests} requests failed"),
        why=f"{failures} of {requests} requests failed",
    )


def outcome(suite: str, verdict: Verdict, failures: int = 0) -> SuiteOutcome:
    of = report(suite, verdict, failures=failures)
    return SuiteOutcome(suite=suite, verdict=verdict, reason=of.reason, why=of.why, figures=of.figures)


@pytest.mark.parametrize(
    ("of_its_suites", "verdict"),
    [
        ("passed passed", "passed"),
        ("passed inconclusive", "inconclusive"),
        ("inconclusive invalid", "invalid"),
        ("invalid errored", "errored"),
        ("errored refused", "refused"),
        ("refused failed", "failed"),
        ("failed passed invalid errored refused inconclusive", "failed"),
        ("passed crashed", "errored"),
        ("passed cancelled", "inconclusive"),
    ],
)
def test_the_gravest_verdict_of_a_suite_is_the_gates(of_its_suites: str, verdict: str) -> None:
    outcomes = [outcome(f"suite-{i}", Verdict(said)) for i, said in enumerate(of_its_suites.split())]
    assert conclude(outcomes)[0] == verdict
    assert conclude(outcomes[::-1])[0] == verdict


def test_the_sentence_names_the_suites_that_decide_and_counts_the_others() -> None:
    outcomes = [
        outcome("a", Verdict.PASSED),
        outcome("b", Verdict.FAILED, 12),
        outcome("c", Verdict.INVALID),
        outcome("d", Verdict.FAILED, 30),
    ]
    assert conclude(outcomes)[1] == (
        "b: 12 of 1000 requests failed; d: 30 of 1000 requests failed (1 of 4 suites passed, 2 failed, 1 invalid)"
    )
    assert conclude(outcomes[:1] * 2)[1] == "all 2 suites passed, 2,000 requests"


def case(name: str, level: Level, skipped: str | None = None, *, regressed: bool = False) -> CaseOutcome:
    return CaseOutcome(
        name=name,
        model="gpt-a",
        level=level,
        passed=False,
        regressed=regressed,
        rescued=False,
        attempts=("no",),
        latency_seconds=0.1,
        skipped=skipped,
    )


def test_what_was_not_tested_stands_in_the_sentence() -> None:
    cases = (
        case("responses", Level.MUST, "the gateway has no /v1/responses"),
        case("responses, streamed", Level.MUST, "the gateway has no /v1/responses"),
        case("metrics", Level.SHOULD, "the gateway has no /metrics/"),
        case("headers", Level.SHOULD),
        case("lost", Level.SHOULD, "the gateway has no /lost", regressed=True),
        case("cost", Level.SHOULD).model_copy(update={"unproven": FailureKind.CACHED}),
    )
    contract = outcome("api-contract", Verdict.PASSED).model_copy(update={"cases": cases})
    left_out = [LeftOut(suite="mcp-release", reason="the gateway lists no MCP server")]
    said = (
        "; 1 left out: mcp-release (the gateway lists no MCP server)"
        "; api-contract lost 1 case, accepted: the gateway has no /lost"
        "; api-contract skipped 3 cases: the gateway has no /v1/responses, the gateway has no /metrics/"
        "; api-contract learnt nothing from 1 case: cached: let the cache heed no-cache"
        "; 1 should of api-contract failed without failing it"
    )
    assert conclude([contract], left_out=left_out) == (
        Verdict.PASSED,
        f"api-contract passed, 1,000 requests{said}",
    )
    run = RunInfo("release-gate", "default", None, None, AT)
    gate = report_of_gate(run, "v1.90.0", [contract], (), AT, left_out=left_out)
    assert gate.headline == "Passed: v1.90.0, api-contract passed, 1,000 requests; 1 left out; 3 cases skipped"
    refused = contract.model_copy(update={"verdict": Verdict.FAILED})
    assert "accepted" not in conclude([refused], left_out=left_out)[1]
    failed = conclude([contract, outcome("b", Verdict.FAILED, 12)], left_out=left_out)[1]
    assert failed.endswith(f"(1 of 2 suites passed, 1 failed){said}")


def test_the_report_counts_its_suites_together() -> None:
    reports = [report("a", Verdict.PASSED), report("b", Verdict.FAILED, 500, 100)]
    outcomes = [outcome("a", Verdict.PASSED), outcome("b", Verdict.FAILED, 100)]
    gate = report_of_gate(RunInfo("release-gate", "default", None, None, AT), "v1.90.0", outcomes, reports, AT)
    assert (gate.release, gate.verdict, gate.gateway_version) == ("v1.90.0", "failed", "1.90.0")
    assert (gate.requests, gate.failures, gate.due, gate.cost) == (1500, 100, 1500, 1.0)
    assert gate.failure_rate == pytest.approx(100 / 1500)
    assert gate.failure_rate_low < gate.failure_rate < gate.failure_rate_high
    assert gate.failure_kinds == {"timeout": 100}
    assert gate.models == ("gpt-a", "a", "b")
    assert [finding.status for finding in gate.findings] == [Status.MET, Status.VIOLATED]


def test_a_cancelled_gate_says_by_whom_and_how_far_it_was() -> None:
    outcomes = [outcome("a", Verdict.PASSED), outcome("b", Verdict.CANCELLED)]
    subject = RunInfo("release-gate", "default", None, None, AT)
    gate = report_of_gate(subject, "v1", outcomes, (), AT, cancelled="by Ada")
    assert (gate.verdict, gate.reason) == (
        "cancelled",
        "Cancelled: by Ada; until then: 1 of 2 suites passed, 1 cancelled",
    )


def test_the_profiles_last_as_long_as_they_say() -> None:
    smoke, standard, full = PROFILES["smoke"], PROFILES["standard"], PROFILES["full"]
    soak = smoke.parameters("oai-azure-release")
    assert soak["duration_hours"] * 3600 <= 300
    assert soak["duration_hours"] * 3600 / soak["request_interval_seconds"] >= 900
    assert standard.parameters("oai-azure-release") == {"duration_hours": 80 / 60}
    assert full.parameters("oai-azure-release") == {"duration_hours": 3}
    assert full.parameters("mcp-release") == {"duration_hours": 3}
    for profile in PROFILES.values():
        assert max(hours or 0 for hours in profile.suites.values()) == profile.hours
        assert "duration_hours" not in profile.parameters("single-request")
        assert profile.parameters("a-new-release")["duration_hours"] == profile.hours


def test_five_suites_at_once_do_the_full_profile_in_three_hours() -> None:
    places = [0.0] * 5
    for hours in PROFILES["full"].suites.values():
        first = places.index(min(places))
        places[first] += hours or 0.05
    assert max(places) <= 3


def test_a_gate_that_is_cancelled_before_it_has_started_a_suite_says_so() -> None:
    subject = RunInfo("release-gate", "default", None, None, AT)
    gate = report_of_gate(subject, "v1", [], [], AT, cancelled="by the night shift")
    assert gate.verdict is Verdict.CANCELLED
    assert gate.reason == "Cancelled: by the night shift; until then: no suite was started"


@pytest.mark.parametrize(
    ("verdict", "beginning"),
    [
        (
            Verdict.PASSED,
            "Invalid: the gateway's version changed during the run: 1.89.0 since 2026-01-01 00:00:00 UTC (a)",
        ),
        (Verdict.INCONCLUSIVE, "Invalid: the gateway's version changed during the run: 1.89.0 since"),
        (
            Verdict.FAILED,
            "Failed: b: 0 of 1000 requests failed (1 of 2 suites passed, 1 failed); noted: the gateway's",
        ),
    ],
)
def test_suites_that_met_several_versions_tested_no_release(verdict: Verdict, beginning: str) -> None:
    subject = RunInfo("release-gate", "default", None, None, AT)
    outcomes = [outcome("a", Verdict.PASSED), outcome("b", verdict)]
    reports = [report("a", Verdict.PASSED, version="1.89.0"), report("b", verdict)]
    gate = report_of_gate(subject, "main-branch", outcomes, reports, AT)
    assert gate.reason.startswith(beginning)
    assert "1.90.0 since 2026-01-01 00:00:00 UTC (b)" in gate.reason
    assert [(seen.version, seen.by) for seen in gate.versions] == [("1.89.0", "a"), ("1.90.0", "b")]


def test_another_version_than_the_releases_that_only_the_answers_tell_is_invalid() -> None:
    subject = RunInfo("release-gate", "default", None, None, AT)
    told, reports = [outcome("a", Verdict.PASSED)], [report("a", Verdict.PASSED)]
    gate = report_of_gate(subject, "v9.9.9", told, reports, AT)
    assert gate.reason == "Invalid: the gateway reports 1.90.0, not v9.9.9 (1 of 1 suites passed)"
    gate = report_of_gate(subject, "v9.9.9", told, reports, AT, allow_other_version=True)
    assert gate.reason == "Passed: a passed, 1,000 requests; noted: the gateway reports 1.90.0, not v9.9.9"
