"""What a gateway says acts in no sink, and everything that is told is bounded."""

import io
import json
import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
from rich.console import Console

from deployments.api import Run
from deployments.gate.junit import of_end
from deployments.result import End
from deployments.slack_text import plain
from deployments.summary import print_end
from litellm_observatory.core.cases.judge import judge_cases
from litellm_observatory.core.cases.outcomes import Predecessor
from litellm_observatory.core.judging.verdict import Finding, Status, Verdict
from litellm_observatory.core.load.traffic import Traffic
from litellm_observatory.core.planning.estimate import Estimate
from litellm_observatory.core.planning.plan import check, plan_of_soak
from litellm_observatory.core.report.case_outcome import CaseOutcome
from litellm_observatory.core.report.fitting import fit
from litellm_observatory.core.report.headline import LONGEST
from litellm_observatory.core.report.metrics import (
    Distribution,
    FailedRequest,
    FingerprintStatistics,
    ModelStatistics,
)
from litellm_observatory.core.report.report import Report, SuiteOutcome
from litellm_observatory.core.suite import Soak
from litellm_observatory.core.wire.gateway import PreflightError
from litellm_observatory.core.wire.requests import chat
from litellm_observatory.orchestration import run_gate, tasks
from litellm_observatory.orchestration.gate.plan import Plan
from litellm_observatory.orchestration.publishing.artifacts import describe
from litellm_observatory.orchestration.publishing.history import Gate, history
from litellm_observatory.orchestration.publishing.html import html
from litellm_observatory.orchestration.publishing.markdown import markdown
from litellm_observatory.orchestration.publishing.releases import describe_history
from litellm_observatory.orchestration.publishing.slack import message
from litellm_observatory.orchestration.states import state_of
from tests.hostile import HOSTILE
from tests.sinks import COMMAND, Page, acting_in_markdown, acting_in_slack, texts_in_slack, unprintable

BEGAN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
MANY = tuple(f"provider/model-{number}" for number in range(30_000))
LINK = "http://prefect/runs/flow-run/1"


def report_of(said: str, models: tuple[str, ...] = ()) -> Report:
    """A report in which the gateway says this wherever it can."""
    models = models or (said,)
    spread = Distribution()
    exemplar = FailedRequest(at=BEGAN, request_id=said, call_id=said, model_id=said)
    return Report(
        suite="api-contract",
        gateway="default",
        gateway_version=said,
        started_at=BEGAN,
        ended_at=BEGAN + timedelta(seconds=9),
        duration_seconds=9,
        models=models,
        requests=10,
        sent=10,
        failures=1,
        verdict=Verdict.FAILED,
        reason=f"Failed: {said}",
        headline=f"Failed: {said}",
        findings=(Finding("every case", Status.VIOLATED, said),),
        model_statistics=tuple(
            ModelStatistics(
                model=model,
                first_use_seconds=0,
                requests=10,
                failures=1,
                failure_rate=0.1,
                failure_rate_low=0,
                failure_rate_high=1,
                rescued=0,
                latency_seconds=spread,
                overhead_ms=spread,
                first_token_seconds=Distribution(p50=1.0),
            )
            for model in models
        ),
        failure_kinds={"server_error": 1},
        fingerprints=(
            FingerprintStatistics(
                model=models[0],
                kind="server_error",
                message=said,
                count=3,
                first_seen=BEGAN,
                last_seen=BEGAN,
                exemplars=(exemplar,) * 3,
            ),
        ),
        cases=tuple(
            CaseOutcome(
                name=model,
                model=model,
                passed=False,
                rescued=False,
                attempts=(said,),
                latency_seconds=1,
                exemplar=exemplar,
            )
            for model in models
        ),
        notes=(said,),
        plan=said,
    )


def end_of(said: str) -> End:
    report = report_of(said)
    seen = report.fingerprints * 3
    outcome = SuiteOutcome(suite="api-contract", verdict=Verdict.FAILED, reason=said, run_url=LINK, fingerprints=seen)
    gate = report.model_copy(update={"suites": (outcome,), "release": said})
    run = Run("1", "able-ape", "FAILED", "Failed", said)
    return End(run, Verdict.FAILED, f"Failed: {said}", f"Failed: {said}", {}, gate)


def log_of(end: End) -> str:
    """What a CI's log shows of a gate, where lines wrap early."""
    file = io.StringIO()
    print_end(end, LINK, None, Console(file=file, width=12))
    return file.getvalue()


@pytest.mark.parametrize("said", HOSTILE, ids=range(len(HOSTILE)))
def test_nothing_that_a_gateway_says_acts_in_markdown(said: str) -> None:
    report = report_of(said)
    for text in (markdown(report), describe(report)):
        assert acting_in_markdown(text) == set()
        assert unprintable(text) <= {"\u00a0"}
        assert len(text) < 50_000


@pytest.mark.parametrize("said", HOSTILE, ids=range(len(HOSTILE)))
def test_nothing_that_a_gateway_says_acts_in_a_page_of_html_and_all_of_it_can_be_read(said: str) -> None:
    gate = end_of(said).report
    assert gate
    text = html(gate, LINK, [report_of(said)])
    page = Page(text)
    assert page.foreign == set()
    assert page.links == {LINK}
    assert unprintable(text) <= {"\u00a0"}
    assert len(text) < 100_000
    readable = " ".join("".join(char if char.isprintable() else " " for char in said).split())
    assert readable[:80] in page.text.replace("\u00a0", " ")


@pytest.mark.parametrize("said", HOSTILE, ids=range(len(HOSTILE)))
def test_nothing_that_a_gateway_says_acts_in_slack(said: str) -> None:
    text, blocks = message(report_of(said), LINK)
    sent = [text, *texts_in_slack([block.to_dict() for block in blocks])]
    for one in sent:
        assert len(one) <= 3000
        assert unprintable(one) == set()
    assert acting_in_slack(text, [block.to_dict() for block in blocks]) == set()
    json.dumps([block.to_dict() for block in blocks], ensure_ascii=False).encode()


@pytest.mark.parametrize("said", HOSTILE, ids=range(len(HOSTILE)))
def test_nothing_that_a_gateway_says_acts_in_a_state_a_ci_log_or_a_junit_file(said: str) -> None:
    state = state_of(report_of(said)).message
    assert state is not None
    assert unprintable(state) == set()
    assert "\n" not in state
    assert not COMMAND.search(state)
    assert len(state) <= LONGEST

    log = log_of(end_of(said))
    assert not COMMAND.search(log)
    assert unprintable(log) <= {"\u00a0"}
    assert len(log) < 20_000
    if "[red]" in said:
        assert said in log

    xml = of_end("v1", end_of(said), LINK, reports={"api-contract": report_of(said)})
    red = ElementTree.fromstring(xml).find(".//failure")
    assert red is not None
    assert unprintable(red.get("message", "")) == set()
    assert not COMMAND.search(xml.decode())
    assert len(xml) < 30_000


@pytest.mark.parametrize("said", HOSTILE, ids=range(len(HOSTILE)))
def test_nothing_that_a_gateway_says_acts_where_the_demo_shows_what_slack_was_told(said: str) -> None:
    text, blocks = message(report_of(said), LINK)
    for shown in (plain({"text": text, "blocks": [block.to_dict() for block in blocks]}), plain({"text": said})):
        printed = io.StringIO()
        Console(file=printed, width=12).print(*shown, sep="\n", soft_wrap=True)
        assert printed.getvalue().startswith("  │ ")
        assert not COMMAND.search(printed.getvalue())
        assert unprintable(printed.getvalue()) == set()
        assert len(printed.getvalue()) < 20_000


@pytest.mark.parametrize("said", HOSTILE, ids=range(len(HOSTILE)))
def test_no_description_of_a_gate_or_its_history_acts(said: str) -> None:
    gate = end_of(said).report
    assert gate
    for text in (history([Gate(gate)]), describe(gate), describe_history(gate)):
        assert acting_in_markdown(text) == set()
        assert unprintable(text) <= {"\u00a0"}


@pytest.mark.parametrize("said", [said for said in HOSTILE if said.isprintable()])
def test_no_version_and_no_model_acts_in_the_log_of_a_worker(
    said: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A gate names its release by the gateway's version, and a line of a task run's log begins with its name."""
    request = replace(chat("m"), name=said)
    monkeypatch.setattr(tasks, "task_run", SimpleNamespace(parameters={"request": request}))
    monkeypatch.setattr(run_gate, "get_run_logger", lambda: logging.getLogger(__name__))
    with caplog.at_level(logging.INFO):
        run_gate._log(Plan(said, said, "http://gateway", BEGAN, ()))
    for shown in (tasks._case_name(), *caplog.messages):
        assert not COMMAND.search(shown)


def test_thirty_thousand_models_fit_every_sink() -> None:
    finding = judge_cases(report_of("500 no", MANY).cases, None, ())
    assert len(finding.sentence) < 3000
    report = report_of(f"Failed: {', '.join(MANY)}", MANY)

    page = markdown(report)
    assert len(page) < 200_000
    assert "and 29,800 more" in page
    assert len(state_of(report).message or "") <= LONGEST
    assert len(describe(report)) <= 2 * LONGEST
    text, blocks = message(report, None)
    assert len(text) + sum(map(len, texts_in_slack([block.to_dict() for block in blocks]))) < 12_000


def test_the_plan_of_thirty_thousand_models_is_one_bounded_sentence() -> None:
    soak = Soak("many", lambda model, facts: [chat(model)], 3600 * 24, 1.0, 0.01)
    assert len(plan_of_soak(soak, Traffic(MANY, 3600 * 24, 1.0), Estimate())) < 2000
    with pytest.raises(PreflightError, match=r"and 2\d,\d\d\d more would never be used") as refusal:
        check(Traffic(MANY, 100.0, 1.0))
    assert len(str(refusal.value)) < 2000


def test_the_result_of_thirty_thousand_models_fits_an_artifact_and_says_what_is_left_out() -> None:
    whole = whole_report()
    stored = fit(whole)

    data = stored.model_dump(mode="json")
    assert len(json.dumps(data)) < 1_000_000
    assert Report.read(data) == stored
    for name in ("models", "model_statistics", "cases", "fingerprints"):
        assert len(getattr(stored, name)) + getattr(stored.omitted, name) == len(getattr(whole, name))
    assert sum(not case.passed for case in stored.cases) == 10
    assert stored.omitted.failed_cases == 0
    assert sum(model.failures for model in stored.model_statistics) == 90
    assert [finding.status for finding in stored.findings] == [Status.VIOLATED]
    assert "and 29,800 more models" in markdown(stored)
    assert "and 29,800 more requests" in markdown(stored)
    assert fit(stored) == stored


def test_a_case_that_failed_is_on_the_page_before_all_that_were_skipped() -> None:
    report = report_of("500: no", MANY[:300])
    skipped = tuple(case.model_copy(update={"skipped": "it says no"}) for case in report.cases[1:])
    page = markdown(report.model_copy(update={"cases": (*skipped, report.cases[0])}))
    assert f"| {MANY[0]} | must | failed |" in page
    assert "and 100 more requests" in page


def test_a_report_of_few_models_is_stored_as_it_is() -> None:
    few = report_of("500: no", tuple(f"gpt-{number}" for number in range(100)))
    assert fit(few) == few


def test_the_next_run_knows_each_case_that_passed_whatever_was_left_out() -> None:
    whole = whole_report(10_000)
    full, stored = Predecessor.of("run able-ape", whole), Predecessor.of("run able-ape", fit(whole))
    assert len(stored.passed) < len(full.passed)
    for name, passed in full.passed.items():
        assert full.had(name) == stored.had(name) == passed
    assert not stored.had("a case that nobody had")
    assert fit(whole).omitted.cases > 0


def whole_report(models: int = len(MANY)) -> Report:
    """A report of so many models of which the last ten fail, as it is before anything of it is stored."""
    report = report_of("500: no", MANY[:models])
    failing = {*report.models[-10:]}
    first = report.fingerprints[0]
    return report.model_copy(
        update={
            "model_statistics": tuple(
                model.model_copy(update={"failures": 9 if model.model in failing else 0})
                for model in report.model_statistics
            ),
            "cases": tuple(
                case.model_copy(update={"passed": case.model not in failing, "name": f"{case.model}: chat"})
                for case in report.cases
            ),
            "fingerprints": tuple(first.model_copy(update={"model": model}) for model in report.models),
            "notes": (f"Left out: {', '.join(report.models)}",) * 100,
            "reason": f"Failed: {', '.join(report.models)}",
            "findings": (Finding("every case", Status.VIOLATED, ", ".join(report.models)),),
        }
    )
