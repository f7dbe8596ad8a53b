"""The report to take along: one page, of a gate with all of its suites, that asks for nothing from anywhere."""

import re
from base64 import b64encode
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from deployments.api import Run
from deployments.gate.options import GateOptions
from litellm_observatory.core.judging.verdict import Finding, Status, Verdict
from litellm_observatory.core.report.metrics import Distribution, ModelStatistics, ModelWindow, WindowStatistics
from litellm_observatory.core.report.report import Report
from tests.core.examples import alike, unpassed
from tests.deployments.gate.fake_gate import BEGAN, FakeGate, report_of
from tests.deployments.gate.test_command import called
from tests.sinks import Page
from tests.timeouts import LONGEST_WAIT_SECONDS

FOUND = (
    Finding("failure rate", Status.VIOLATED, "2 % of 1,200 requests failed (limit 1 %)", remedy="hold it back"),
    Finding("no burst", Status.MET, "failures came in no cluster"),
)


def soak() -> Report:
    """What a soak reports of two windows, the second with failures."""
    rates: dict[str, Any] = {"failure_rate": 0.02, "failure_rate_low": 0.01, "failure_rate_high": 0.03}
    spread = Distribution(p50=0.5, p95=1.25)
    model = ModelStatistics(
        model="gpt-a",
        first_use_seconds=0,
        requests=1200,
        failures=24,
        rescued=0,
        latency_seconds=spread,
        overhead_ms=spread,
        **rates,
    )
    windows = tuple(
        WindowStatistics(
            index=index,
            start_seconds=60.0 * index,
            requests=600,
            failures=failures,
            latency_seconds=spread,
            models=(ModelWindow(model="gpt-a", requests=600, failures=failures),),
        )
        for index, failures in enumerate((0, 24))
    )
    return Report(
        suite="oai-azure-release",
        gateway="default",
        started_at=BEGAN,
        ended_at=BEGAN + timedelta(minutes=2),
        duration_seconds=120,
        models=("gpt-a",),
        requests=1200,
        sent=1200,
        due=1200,
        failures=24,
        verdict=Verdict.FAILED,
        reason="Failed: 2 % of 1,200 requests failed (limit 1 %)",
        headline="Failed: 2 % of 1,200 requests (limit 1 %), gpt-a",
        findings=FOUND,
        model_statistics=(model,),
        failure_kinds={"server_error": 24},
        fingerprints=(alike(),),
        windows=windows,
        **rates,
    )


def contract() -> Report:
    """What a suite of cases reports: one passed, and one, a should, did not."""
    told = unpassed("metrics", level="should", attempts=("307: no message",))
    return soak().model_copy(
        update={
            "suite": "single-request",
            "verdict": Verdict.PASSED,
            "reason": "Passed: 1 of 1 musts passed",
            "headline": "Passed: 1 of 1 musts passed",
            "findings": (Finding("every case", Status.MET, "1 of 1 musts passed"),),
            "windows": (),
            "fingerprints": (),
            "failure_kinds": {},
            "cases": (unpassed("gpt-a: chat", passed=True, attempts=("passed",), latency_seconds=0.5), told),
        }
    )


def gate_of(here: FakeGate, options: GateOptions, *reports: Report) -> Run:
    """The run of a gate that has ended, whose suites' runs have left these reports."""
    run, by_suite = here.begun(options), {report.suite: report for report in reports}
    gate, suites = report_of(Verdict.FAILED), []
    for outcome in gate.suites:
        child = here.prefect.start_run("release-gate/on-demand", {"release": outcome.suite})
        if outcome.suite in by_suite:
            here.store(child, by_suite[outcome.suite])
        suites.append(outcome.model_copy(update={"run_id": child.id}))
    here.store(run, gate.model_copy(update={"suites": tuple(suites)}))
    here.set_state(run, "FAILED", "Failed", gate.headline)
    return run


def page_in(path: Path) -> Page:
    page = Page(path.read_text())
    assert page.foreign == set()
    return page


def test_a_gates_page_has_each_of_its_suites_with_findings_remedies_ids_and_a_chart(
    here: FakeGate, tmp_path: Path
) -> None:
    options = GateOptions("v-page", pipeline="7", html=tmp_path / "gate.html")
    run = gate_of(here, options, soak(), contract())
    status, _ = here.gate(options)
    assert status == 1
    page = page_in(tmp_path / "gate.html")
    gate = report_of(Verdict.FAILED)
    shown = page.text.replace("\u00a0", " ")
    for outcome in gate.suites:
        assert outcome.suite in shown
    assert f"❌ {gate.headline}" in shown
    assert f"❌ {gate.suites[1].reason} → look into it" in shown
    assert "violated: 2 % of 1,200 requests failed (limit 1 %) → hold it back" in shown
    assert "x-litellm-call-id call-1, x-request-id run-1-7, x-litellm-model-id deployment-2" in shown
    assert "gpt-a: chat" in shown
    assert "307: no message" in shown
    assert "**" not in shown
    assert page.tags.count("table") >= 5
    assert page.tags.count("details") == 2
    assert page.tags.count("img") == 1
    of_the_gate = f"{here.api_url.removesuffix('/api')}/v2/runs/flow-run/{run.id}"
    assert page.links == {of_the_gate, *(outcome.run_url for outcome in gate.suites)}
    source = (tmp_path / "gate.html").read_text()
    [style] = re.findall("<style>(.*?)</style>", source, re.DOTALL)
    allowed = b64encode(sha256(style.encode()).digest()).decode()
    assert "content=\"default-src 'none'; img-src data:; " in source
    assert f"style-src 'sha256-{allowed}'\"" in source


def test_a_gate_whose_suites_reports_nobody_can_read_has_its_own(here: FakeGate, tmp_path: Path) -> None:
    options = GateOptions("v-alone", pipeline="7", html=tmp_path / "gate.html")
    gate_of(here, options)
    assert here.gate(options)[0] == 1
    page = page_in(tmp_path / "gate.html")
    assert "oai-azure-release" in page.text
    assert "details" not in page.tags


def test_a_gate_without_a_result_leaves_no_page_of_an_earlier_one(here: FakeGate, tmp_path: Path) -> None:
    options = GateOptions("v-no-page", pipeline="7", html=tmp_path / "gate.html")
    (tmp_path / "gate.html").write_text("an earlier one")
    here.set_state(here.begun(options), "FAILED", "Inconclusive", "Inconclusive: too little")
    _, output = here.gate(options)
    assert f"The gate has left no result, so {tmp_path / 'gate.html'} is not written." in output
    assert not (tmp_path / "gate.html").exists()


def test_a_report_is_taken_along_by_the_id_of_its_run_or_the_address_of_either(
    here: FakeGate, tmp_path: Path
) -> None:
    run = here.begun(GateOptions("v-later", pipeline="7"))
    here.store(run, soak())
    left = here.prefect.artifact(run, f"{soak().suite}-result")
    assert left
    addresses = (f"{here.api_url}/runs/flow-run/{run.id}?tab=Logs", f"{here.api_url}/artifacts/artifact/{left.id}")
    for number, named in enumerate((run.id, *addresses)):
        path = tmp_path / f"{number}.html"
        with called(here, named, "--html", str(path), command="report") as process:
            output, errors = process.communicate(timeout=LONGEST_WAIT_SECONDS)
        assert (process.returncode, errors) == (0, "")
        assert output.endswith(f"{path} is the report of {run.name}.\n")
        assert soak().headline in page_in(path).text


@pytest.mark.parametrize(
    ("stored", "named", "said"),
    [
        (None, "able-ape", "No id of a run was given; it stands at the end of the address of the run's page."),
        (None, "00000000-0000-4000-8000-000000000000", "has no run 00000000-0000-4000-8000-000000000000."),
        (None, "", "goes on; its report is there when it has ended."),
        ({"suite": 7}, "", "is of another version than this command, which cannot read it."),
    ],
)
def test_a_report_that_cannot_be_taken_along_is_refused_in_a_sentence(
    here: FakeGate, tmp_path: Path, stored: object, named: str, said: str
) -> None:
    run, path = here.begun(GateOptions(f"v-refused-{len(said)}", pipeline="7")), tmp_path / "kept.html"
    path.write_text("an earlier one")
    if stored:
        body = {"key": "release-gate-result", "type": "json", "flow_run_id": run.id, "data": stored}
        here.prefect.ask("POST", "/artifacts/", body)
    with called(here, named or run.id, "--html", str(path), command="report") as process:
        _, errors = process.communicate(timeout=LONGEST_WAIT_SECONDS)
    assert process.returncode == 1
    assert errors.endswith(f"{said}\n")
    assert errors.count("\n") == 1
    assert path.read_text() == "an earlier one"


def test_junit_has_each_objective_and_each_case_red_where_the_suite_is(here: FakeGate, tmp_path: Path) -> None:
    options = GateOptions("v-cases", pipeline="7", junit=tmp_path / "gate.xml")
    gate_of(here, options, soak(), contract())
    assert here.gate(options)[0] == 1
    suite = ElementTree.parse(tmp_path / "gate.xml").find("testsuite")
    assert suite is not None
    fates = {
        (case.attrib["classname"], case.attrib["name"]): next(
            (one.tag for one in case if one.tag != "system-out"), "passed"
        )
        for case in suite.findall("testcase")
    }
    assert fates == {
        ("release-gate", "single-request"): "passed",
        ("release-gate.single-request", "every case"): "passed",
        ("release-gate.single-request", "gpt-a: chat"): "passed",
        ("release-gate.single-request", "metrics"): "skipped",
        ("release-gate", "oai-azure-release"): "failure",
        ("release-gate.oai-azure-release", "failure rate"): "failure",
        ("release-gate.oai-azure-release", "no burst"): "passed",
    }
    assert [suite.attrib[name] for name in ("tests", "failures", "errors", "skipped")] == ["7", "2", "0", "1"]
    red = suite.find("testcase[@name='failure rate']/failure")
    assert red is not None
    assert red.text == "2 % of 1,200 requests failed (limit 1 %)\nhold it back"
