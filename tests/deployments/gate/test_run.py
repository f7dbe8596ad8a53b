"""`run`: one suite, from a shell, to the exit status that says its verdict."""

import re
import signal
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from prefect.client.schemas import FlowRun
from rich.console import Console

from deployments.api import Run
from deployments.command_error import CommandError
from deployments.parameters import parameters_of
from deployments.run_suite import run_suite
from deployments.timeouts import Timeouts
from litellm_observatory.core.judging.verdict import Verdict
from litellm_observatory.core.report.case_outcome import CaseOutcome
from litellm_observatory.core.report.metrics import Distribution, ModelStatistics
from litellm_observatory.core.report.progress import Progress
from litellm_observatory.core.report.report import Report
from litellm_observatory.core.wire.request import Level
from tests.deployments.gate.fake_gate import BEGAN, KINDS, NAMES, FakeGate, Log
from tests.deployments.gate.test_command import called, followed
from tests.timeouts import LONGEST_WAIT_SECONDS

SUITE = "oai-azure-release"
SCHEMA = {
    "type": "object",
    "title": "Parameters",
    "properties": {
        "models": {"type": "array", "items": {"type": "string"}, "default": []},
        "duration_hours": {"type": "number", "maximum": 168, "default": 3},
    },
    "additionalProperties": False,
}


@pytest.fixture(scope="module", autouse=True)
def _suites(here: FakeGate) -> Iterator[None]:
    """Two suites are deployed."""
    for suite in (SUITE, "single-request"):
        here.deploy(suite, SCHEMA, ["suite", "on-demand"])
    yield
    for suite in (SUITE, "single-request"):
        here.withdraw(suite)


def report_of(verdict: Verdict, suite: str = SUITE, **more: Any) -> Report:
    rates: dict[str, Any] = {"failure_rate_low": 0, "failure_rate_high": 1, "rescued": 0}
    models = [("gpt-good", 0, 0.0), ("gpt-bad", 24, 0.08)]
    return Report(
        suite=suite,
        gateway="default",
        started_at=BEGAN,
        ended_at=BEGAN + timedelta(minutes=5),
        duration_seconds=300,
        verdict=verdict,
        reason=f"{verdict.capitalize()}: because of it",
        model_statistics=tuple(
            ModelStatistics(
                model=model,
                first_use_seconds=0,
                requests=300,
                failures=failures,
                failure_rate=rate,
                latency_seconds=Distribution(p95=1.25),
                overhead_ms=Distribution(p95=8.4),
                **rates,
            )
            for model, failures, rate in models
        ),
        **more,
    )


def end(here: FakeGate, run: Run, report: Report) -> None:
    """End a run as the flow does: its result, its report, its state."""
    here.store(run, report)
    body = {"key": f"{report.suite}-report", "type": "markdown", "flow_run_id": run.id, "data": "# a report"}
    here.prefect.ask("POST", "/artifacts/", body)
    name = NAMES.get(report.verdict, report.verdict.capitalize())
    here.set_state(run, KINDS.get(report.verdict, "FAILED"), name, report.reason)


def runs_of(here: FakeGate, suite: str) -> list[Run]:
    """All its runs, the latest first."""
    body = {"flows": {"name": {"any_": [suite]}}, "sort": "EXPECTED_START_TIME_DESC"}
    return [Run.of(FlowRun.model_validate(run)) for run in here.prefect.ask("POST", "/flow_runs/filter", body)]


def ran(
    here: FakeGate, log: Log, suite: str = SUITE, *typed: str, timeouts: Timeouts | None = None
) -> tuple[int, str]:
    """The command in this process: its exit status and what it prints."""
    console = Console(file=log, highlight=False, markup=False, emoji=False, soft_wrap=True)
    said = {"PREFECT_API_URL": here.api_url}
    return run_suite(said, suite, parameters_of(typed), console, timeouts or Timeouts()), log.getvalue()


def test_a_person_sees_links_progress_failures_models_and_the_verdict(here: FakeGate) -> None:
    with called(here, SUITE, "-p", 'models=["gpt-good", "gpt-bad"]', command="run") as process:
        run = followed(here, process)
        assert here.prefect.read_run(run.id).parameters == {"models": ["gpt-good", "gpt-bad"]}
        here.set_state(run, "RUNNING")
        end(here, run, report_of(Verdict.FAILED))
        output, errors = process.communicate(timeout=LONGEST_WAIT_SECONDS)
    assert (process.returncode, errors) == (1, "")
    lines = [" ".join(line.split()) for line in output.splitlines()]
    assert "model requests failed rate p95 overhead p95" in lines
    assert lines.index("gpt-bad 300 24 8 % 1.25 s 8.4 ms") < lines.index("gpt-good 300 0 0 % 1.25 s 8.4 ms")
    assert "Failed: because of it" in lines
    artifact = here.prefect.artifact(run, f"{SUITE}-report")
    assert artifact
    ui = f"{here.api_url.removesuffix('/api')}/v2"
    assert lines[-2:] == [f"{ui}/runs/flow-run/{run.id}", f"report: {ui}/artifacts/artifact/{artifact.id}"]


@pytest.mark.parametrize(
    ("verdict", "status"),
    [
        (Verdict.PASSED, 0),
        (Verdict.INCONCLUSIVE, 2),
        (Verdict.INVALID, 3),
        (Verdict.REFUSED, 4),
    ],
)
def test_the_exit_status_is_the_verdict(here: FakeGate, verdict: Verdict, status: int) -> None:
    log = Log()
    log.reactions["/runs/flow-run/"] = lambda: end(here, runs_of(here, SUITE)[0], report_of(verdict))
    assert ran(here, log)[0] == status


def test_cases_that_did_not_pass_are_told_the_worst_first(here: FakeGate) -> None:
    def case(name: str, level: Level = Level.MUST, **more: Any) -> CaseOutcome:
        known: dict[str, Any] = {"name": name, "level": level, "latency_seconds": 1.0}
        known |= {"model": "gpt-a", "passed": False, "rescued": False, "attempts": ("500: broken",)}
        return CaseOutcome(**(known | more))

    cases = (
        case("embeddings", skipped="no such model"),
        case("metrics", Level.SHOULD),
        case("chat"),
        case("probe", passed=True),
    )
    log, report = Log(), report_of(Verdict.FAILED, "single-request", cases=cases)
    log.reactions["/runs/flow-run/"] = lambda: end(here, runs_of(here, "single-request")[0], report)
    _, output = ran(here, log, "single-request")
    assert re.search(
        r"failed: chat \(500: broken\)\na should that failed, which fails no run: metrics \(500: broken\)\n"
        r"skipped: embeddings \(no such",
        output,
    )
    assert "probe" not in output


def test_failures_are_told_as_they_come_and_states_as_they_change(here: FakeGate) -> None:
    log = Log()

    def run() -> Run:
        return runs_of(here, SUITE)[0]

    def tell(**seen: Any) -> None:
        here.tell(run(), Progress(began=datetime.now(UTC), seconds=300, due=300, **seen))

    log.reactions["/runs/flow-run/"] = lambda: here.set_state(run(), "PENDING")

    def begin() -> None:
        here.set_state(run(), "RUNNING")
        tell(sent=20, failed=0)

    log.reactions["  Pending\n"] = begin
    log.reactions["20 of 300 requests, 0 failed\n"] = lambda: tell(sent=30, failed=2, said="gpt-a: 500: upstream")
    log.reactions["30 of 300 requests, 2 failed: gpt-a: 500: upstream\n"] = lambda: end(
        here, run(), report_of(Verdict.FAILED)
    )
    assert ran(here, log)[0] == 1
    assert log.reactions == {}


def test_a_duplicate_ends_by_the_verdict_of_the_run_that_it_is_one_of(here: FakeGate) -> None:
    original = here.prefect.start_run(f"{SUITE}/on-demand", {})
    here.set_state(original, "RUNNING")
    log = Log()

    def refuse() -> None:
        [own] = [run for run in runs_of(here, SUITE) if run.id != original.id and not run.has_ended]
        here.end_as_duplicate(own, original)

    log.reactions["/runs/flow-run/"] = refuse
    log.reactions["tests the same already; its verdict counts for both"] = lambda: end(
        here, original, report_of(Verdict.INCONCLUSIVE)
    )
    status, output = ran(here, log)
    assert status == 2
    assert f"/runs/flow-run/{original.id}" in output.splitlines()[-2]


def test_somebody_who_interrupts_leaves_the_run_going_on(here: FakeGate) -> None:
    with called(here, SUITE, command="run") as process:
        run = followed(here, process)
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=LONGEST_WAIT_SECONDS)
    assert (process.returncode, errors) == (130, "")
    assert f"Interrupted; the run goes on: {here.api_url.removesuffix('/api')}/v2/runs/flow-run/{run.id}\n" in output
    assert here.prefect.read_run(run.id).kind == "SCHEDULED"


@pytest.mark.parametrize(
    ("suite", "typed", "sentence"),
    [
        ("oai-azure", [], r"has no deployment oai-azure/on-demand.* There are: oai-azure-release, single-request\.$"),
        ("release-gate", [], r"release-gate/on-demand is no suite; `run` starts suites alone, and `gate`"),
        (
            SUITE,
            ["modles=[]"],
            r"has no parameter modles \(did you mean models\?\)\. There are: duration_hours, models\.$",
        ),
        (SUITE, ["duration_hours=999"], r"does not take what is given for duration_hours: 999 is greater than"),
        (SUITE, ["models=gpt-a"], r"given for models: 'gpt-a' is not of type 'array' \(-p takes JSON, such as"),
    ],
)
def test_what_cannot_run_is_told_with_the_choices_and_nothing_runs(
    here: FakeGate, suite: str, typed: list[str], sentence: str
) -> None:
    before = here.prefect.ask("POST", "/flow_runs/count", {})
    with pytest.raises(CommandError, match=sentence) as told:
        ran(here, Log(), suite, *typed)
    assert "\n" not in str(told.value)
    assert here.prefect.ask("POST", "/flow_runs/count", {}) == before
