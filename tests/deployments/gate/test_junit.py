"""What a CI reads of a gate: as many red testcases as there are suites that did not pass, and never none."""

import io
from dataclasses import replace
from datetime import UTC, datetime
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest
from rich.console import Console

from deployments.api import Run
from deployments.gate.junit import of_end, of_error
from deployments.result import End
from deployments.summary import print_end
from litellm_observatory.core.judging.verdict import Finding, Status, Verdict, invalid_reason
from litellm_observatory.core.report.metrics import Distribution, RunMetrics
from litellm_observatory.core.report.report import LeftOut, Omitted, Report, SuiteOutcome
from litellm_observatory.core.wire.failures import FailureKind
from litellm_observatory.orchestration.publishing.gates import gate_sections
from tests.core.examples import alike, unpassed

LINK = "http://prefect/runs/flow-run/1"
BEGAN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
FIGURES = RunMetrics(
    started_at=BEGAN,
    duration_seconds=12.3456,
    requests=900,
    failures=9,
    failure_rate=0.01,
    rescued=0,
    latency_seconds=Distribution(),
    overhead_ms=Distribution(),
)


def outcome(verdict: Verdict, reason: str = "", figures: RunMetrics | None = FIGURES) -> SuiteOutcome:
    return SuiteOutcome(suite=f"suite-{verdict}", verdict=verdict, reason=reason, run_url=LINK, figures=figures)


def end(verdict: Verdict, *suites: SuiteOutcome, reason: str = "why") -> End:
    report = Report(
        suite="release-gate",
        gateway="default",
        started_at=BEGAN,
        ended_at=BEGAN,
        duration_seconds=60,
        verdict=verdict,
        reason=reason,
        suites=suites,
    )
    return End(Run("1", "able-ape", "FAILED", "Failed", reason), verdict, reason, reason, {}, report)


def suite_in(xml: bytes) -> Element:
    suite = ElementTree.fromstring(xml).find("testsuite")
    assert suite is not None
    return suite


def counted(suite: Element) -> tuple[int, int, int]:
    """Tests, failures, errors: as they are told, which must be as they are."""
    told = tuple(int(suite.attrib[name]) for name in ("tests", "failures", "errors"))
    assert told == tuple(len(suite.findall(f".//{name}")) for name in ("testcase", "failure", "error"))
    return told[0], told[1], told[2]


def test_a_suite_is_a_testcase_with_its_time_and_its_run() -> None:
    suite = suite_in(of_end("v1.90.0", end(Verdict.PASSED, outcome(Verdict.PASSED)), LINK))
    assert counted(suite) == (1, 0, 0)
    assert (suite.attrib["name"], suite.attrib["time"]) == ("release-gate v1.90.0", "60.000")
    assert suite.attrib["timestamp"] == "2026-01-02T03:04:05"
    [case] = suite
    assert (case.attrib["name"], case.attrib["time"]) == ("suite-passed", "12.346")
    assert case.findtext("system-out") == LINK


def test_what_the_gateway_failed_is_a_failure_and_every_other_trouble_an_error() -> None:
    said = {verdict: {"headline": f"because {verdict}", "remedy": "look into its log"} for verdict in Verdict}
    suites = [
        outcome(verdict, f"because {verdict}, at length", None).model_copy(update=said[verdict])
        for verdict in Verdict
    ]
    suite = suite_in(of_end("v1", end(Verdict.FAILED, *suites), LINK))
    assert counted(suite) == (len(Verdict), 1, len(Verdict) - 2)
    [failure] = suite.findall(".//failure")
    assert failure.attrib == {"type": "failed", "message": "because failed"}
    assert failure.text == "because failed, at length\nlook into its log"
    assert {error.attrib["type"] for error in suite.findall(".//error")} == set(Verdict) - {"passed", "failed"}


def test_a_suite_that_failed_tells_by_which_ids_its_failures_are_found() -> None:
    failed = outcome(Verdict.FAILED, "Failed: no").model_copy(update={"fingerprints": (alike(),)})
    failure = suite_in(of_end("v1", end(Verdict.FAILED, failed), LINK)).find("testcase/failure")
    assert failure is not None
    assert failure.get("message") == "Failed: no"
    assert failure.text == (
        "Failed: no\n"
        "2 × gpt-a, server_error, 03:04:05 to 03:04:06: 500: no\n"
        "  03:04:05 x-litellm-call-id call-1, x-request-id run-1-7, x-litellm-model-id deployment-2\n"
        "  03:04:06 x-request-id run-1-8"
    )


def test_what_a_verdict_rests_on_is_red_and_what_is_told_besides_is_not() -> None:
    findings = (
        Finding("failure rate", Status.UNDECIDED, "too few requests", remedy="run longer"),
        Finding("overhead", Status.VIOLATED, "200 ms (limit 100 ms)", blocking=False),
        Finding("rescued", Status.MET, "none was rescued", required=True),
    )
    ended = end(Verdict.INCONCLUSIVE, outcome(Verdict.INCONCLUSIVE))
    assert ended.report
    report = ended.report.model_copy(update={"findings": findings})
    suite = suite_in(of_end("v1", ended, LINK, reports={"suite-inconclusive": report}))
    assert counted(suite) == (4, 0, 2)
    _, rate, overhead, rescued = suite
    error = rate.find("error")
    assert error is not None
    assert (error.attrib, error.text) == (
        {"type": "inconclusive", "message": "too few requests"},
        "too few requests\nrun longer",
    )
    assert [one.get("message") for one in overhead] == ["violated, reported: 200 ms (limit 100 ms)"]
    assert rescued.findtext("system-out") == "none was rescued"


def test_several_reasons_why_a_run_is_invalid_are_testcases_of_different_names() -> None:
    ended = end(Verdict.INVALID, outcome(Verdict.INVALID))
    assert ended.report
    findings = (invalid_reason("our client was late"), invalid_reason("two versions"))
    report = ended.report.model_copy(update={"findings": findings})
    _, *cases = suite_in(of_end("v1", ended, LINK, reports={"suite-invalid": report}))
    assert [case.attrib["name"] for case in cases] == ["validity", "validity 2"]


def test_every_case_is_a_testcase_and_one_that_fails_its_suite_tells_its_ids() -> None:
    lost = unpassed("metrics", level="should", regressed=True, skipped="the gateway has no /metrics/")
    failed = unpassed("chat", attempts=("500: no",), exemplar=alike().exemplars[1])
    rescued = unpassed("tools", passed=True, rescued=True, attempts=("500: no", "passed"), latency_seconds=1.5)
    ended = end(Verdict.FAILED, outcome(Verdict.FAILED, "it failed"))
    assert ended.report
    stored = {"cases": (failed, lost, rescued), "omitted": Omitted(cases=3)}
    report = ended.report.model_copy(update=stored)
    suite = suite_in(of_end("v1", ended, LINK, reports={"suite-failed": report}))
    assert counted(suite) == (5, 3, 0)
    assert {case.attrib["name"]: case.findtext("failure") for case in suite} == {
        "suite-failed": "it failed",
        "chat": "500: no\n03:04:06 x-request-id run-1-8",
        "metrics": "lost since the last passed run: the gateway has no /metrics/",
        "tools": None,
        "suite-failed: 3 more": None,
    }
    assert suite.findtext("testcase[@name='tools']/system-out") == "500: no → passed"


def test_what_was_left_out_or_skipped_is_a_skipped_testcase() -> None:
    case = unpassed(
        "metrics",
        model="the gateway",
        attempts=("no",),
        latency_seconds=0.5,
        skipped="the gateway has no /metrics/",
    )
    contract = outcome(Verdict.PASSED).model_copy(update={"cases": (case,)})
    ended = end(Verdict.PASSED, contract)
    assert ended.report
    left = (LeftOut(suite="mcp-release", reason="the gateway lists no MCP server"),)
    suite = suite_in(of_end("v1", replace(ended, report=ended.report.model_copy(update={"left_out": left})), LINK))
    assert counted(suite) == (3, 0, 0)
    assert suite.attrib["skipped"] == "2"
    told = {(one.attrib["classname"], one.attrib["name"]): one.find("skipped") for one in suite}
    assert {key: skipped.attrib["message"] for key, skipped in told.items() if skipped is not None} == {
        ("release-gate", "mcp-release"): "the gateway lists no MCP server",
        ("release-gate.suite-passed", "metrics"): "the gateway has no /metrics/",
    }


@pytest.mark.parametrize("verdict", [Verdict.REFUSED, Verdict.CRASHED, Verdict.CANCELLED])
def test_a_gate_without_any_suite_is_red_by_a_testcase_of_its_own(verdict: Verdict) -> None:
    suite = suite_in(of_end("v1", end(verdict, reason="no gateway 'stagng'"), LINK))
    assert counted(suite) == (1, 0, 1)
    error = suite.find("testcase/error")
    assert error is not None
    assert error.attrib == {"type": verdict.value, "message": "no gateway 'stagng'"}


def test_a_gate_that_did_not_pass_though_its_suites_did_is_red_too() -> None:
    suite = suite_in(of_end("v1", end(Verdict.CANCELLED, outcome(Verdict.PASSED)), LINK))
    assert counted(suite) == (2, 0, 1)


def test_a_gate_that_passed_and_whose_report_nobody_can_read_is_green() -> None:
    run = Run("1", "able-ape", "COMPLETED", "Completed", "Passed")
    assert counted(suite_in(of_end("v1", End(run, Verdict.PASSED, "Passed", "Passed"), LINK))) == (1, 0, 0)


def test_a_gate_that_could_not_be_started_is_red() -> None:
    suite = suite_in(of_error("v1", "The server does not answer."))
    assert counted(suite) == (1, 0, 1)


def test_characters_that_xml_does_not_allow_are_left_out() -> None:
    reason = "a\x00b\x1b[31m\ud800\uffff <&\"' \u00e9\U0001f600\n]]>"
    suite = suite_in(of_end("v\x07 1", end(Verdict.FAILED, outcome(Verdict.FAILED, reason)), LINK))
    assert suite.attrib["name"] == "release-gate v 1"
    assert suite.findtext("testcase/failure") == "ab[31m <&\"' \u00e9\U0001f600\n]]>"


def test_a_loss_that_was_accepted_is_named_where_the_suite_is_green() -> None:
    lost = unpassed(
        "metrics",
        model="",
        regressed=True,
        attempts=("skipped",),
        latency_seconds=0,
    )
    gone = lost.model_copy(update={"skipped": "the gateway has no /metrics/"})
    worse = lost.model_copy(update={"name": "cost", "attempts": ("no cost is told",)})
    suites = (outcome(Verdict.PASSED).model_copy(update={"cases": (gone, worse)}),)
    shown = suite_in(of_end("v1", end(Verdict.PASSED, *suites), LINK))
    said = [one.get("message") for one in shown.findall(".//skipped")]
    assert said == ["lost, accepted: the gateway has no /metrics/", "lost, accepted: no cost is told"]

    page = "\n".join(gate_sections(suites))
    assert "- **suite-passed**: 1 case lost, accepted: the gateway has no /metrics/" in page
    log = io.StringIO()
    print_end(end(Verdict.PASSED, *suites), LINK, None, Console(file=log, width=200))
    assert "lost, accepted: 1 of suite-passed, the gateway has no /metrics/\n" in log.getvalue()


def test_what_proves_nothing_is_named_as_such_and_not_as_switched_off() -> None:
    cut = unpassed(
        "gpt-a",
        model="gpt-a",
        attempts=("truncated: the bound was spent",),
        latency_seconds=0,
        unproven=FailureKind.TRUNCATED,
    )
    suites = (outcome(Verdict.INCONCLUSIVE).model_copy(update={"cases": (cut,)}),)
    shown = suite_in(of_end("v1", end(Verdict.INCONCLUSIVE, *suites), LINK))
    assert [one.get("message") for one in shown.findall(".//skipped")] == [
        "proves nothing: truncated: the bound was spent (remedy: raise max_tokens)"
    ]

    page = "\n".join(gate_sections(suites))
    assert "- **suite-inconclusive**: 1 case proving nothing, truncated: raise max_tokens" in page
    log = io.StringIO()
    print_end(end(Verdict.INCONCLUSIVE, *suites), LINK, None, Console(file=log, width=200))
    assert "proves nothing: 1 of suite-inconclusive, truncated: raise max_tokens\n" in log.getvalue()
