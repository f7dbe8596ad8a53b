"""What is published of a run while it goes on: of a suite its requests and failures, of a gate those of all."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterFlowRunId, ArtifactFilterType

from flows.oai_azure_release import oai_azure_release
from flows.single_request import single_request
from litellm_observatory.core.judging.verdict import Verdict
from litellm_observatory.core.report.progress import Progress
from litellm_observatory.core.report.report import Report
from litellm_observatory.core.wire.request import Level
from litellm_observatory.core.wire.requests import chat
from litellm_observatory.core.wire.samples import Attempt, Sample
from litellm_observatory.orchestration.gate.children import ChildRun
from litellm_observatory.orchestration.gate.plan import Plan
from litellm_observatory.orchestration.gate.progress import progress_of
from litellm_observatory.orchestration.gate.request import PlannedRun
from litellm_observatory.orchestration.progress import Seen
from litellm_observatory.orchestration.tasks import send_request
from litellm_observatory.standin.gateway.faults import Fault, FaultKind
from tests.core.examples import server_error
from tests.orchestration.conftest import MODELS, Finished, Observatory

NOW = datetime(2026, 1, 2, tzinfo=UTC)


async def told(run: Finished) -> tuple[float, Progress]:
    """What the run's progress artifact shows last, in Prefect's UI and to whoever reads it."""
    async with get_client() as client:
        [shown] = await client.read_artifacts(
            artifact_filter=ArtifactFilter(
                flow_run_id=ArtifactFilterFlowRunId(any_=[run.id]), type=ArtifactFilterType(any_=["progress"])
            )
        )
    progress = Progress.read(shown.metadata_)
    assert progress
    return float(str(shown.data)), progress


async def test_of_cases_it_is_told_how_many_are_sent_and_which_failed(
    observatory: Observatory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(send_request, "retry_delay_seconds", [0.01] * 3)
    observatory.gateway.arm([Fault(FaultKind.STATUS, models=("azure-gpt-4o",))])
    percent, progress = await told(await observatory.run(single_request))
    assert percent == 100
    assert (progress.due, progress.sent, progress.failed, progress.seconds) == (2, 2, 1, None)
    assert progress.said.startswith("azure-gpt-4o: server_error: 500: ")


@pytest.mark.parametrize(("level", "named"), [(Level.MUST, "headers"), (Level.SHOULD, "headers, a should")])
def test_a_should_that_fails_is_called_one(level: Level, named: str) -> None:
    request = replace(chat("gpt-a"), name="headers", level=level)
    sample = Sample(0, "headers", "gpt-a", 0.0, 0.0, (Attempt(0.5, server_error("500: no")),))
    assert Seen.of_case(request, sample).failure == f"{named}: server_error: 500: no"


async def test_of_a_soak_it_is_told_how_long_it_takes_too(observatory: Observatory) -> None:
    observatory.gateway.arm([Fault(FaultKind.STATUS, models=("azure-gpt-4o",))])
    run = await observatory.run(
        oai_azure_release, duration_hours=0.001, request_interval_seconds=0.1, stop_early=False
    )
    percent, progress = await told(run)
    assert percent == 100
    assert (progress.due, progress.sent) == (36, 36)
    assert progress.seconds == pytest.approx(3.6)
    assert progress.failed == run.report.failures > 0
    assert progress.began == run.report.started_at
    assert progress.said.startswith("azure-gpt-4o: server_error: 500: ")


async def test_progress_that_cannot_be_shown_ends_no_run(
    observatory: Observatory, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def show(*_: object) -> None:
        json.loads("<html>a proxy answers in the server's place")

    monkeypatch.setattr("litellm_observatory.orchestration.progress.show", show)
    run = await observatory.run(single_request)
    assert run.state.name == "Completed", run.state.message
    assert len(run.report.cases) == len(MODELS)


def report(requests: int, failures: int) -> Report:
    ended = {"started_at": NOW, "ended_at": NOW, "duration_seconds": 0}
    counts = {"due": requests, "sent": requests, "requests": requests, "failures": failures}
    return Report.model_validate(
        {"suite": "s", "gateway": "g", "verdict": Verdict.FAILED, "reason": "", **ended, **counts}
    )


def test_a_gate_is_as_far_as_the_suite_that_ends_last_and_counts_the_requests_of_all() -> None:
    children = (PlannedRun("cases", {}), PlannedRun("short", {}, seconds=1800), PlannedRun("long", {}, seconds=3600))
    plan = Plan("v1", None, "http://g", NOW - timedelta(hours=1), children)
    followed = {child.suite: ChildRun(uuid4(), None, None, has_ended=False) for child in children}

    waiting = progress_of(plan, followed, {}, {}, NOW)
    assert (waiting.seconds, waiting.due, waiting.said) == (7200, 0, "0 of 3 suites have ended")
    assert waiting.share(NOW) == 0.5

    followed["cases"] = ChildRun(uuid4(), None, report(10, 2), has_ended=True)
    going = {
        "short": Progress(began=NOW - timedelta(hours=1), seconds=1800, due=100, sent=100, failed=5),
        "long": Progress(began=NOW - timedelta(minutes=30), seconds=3600, due=100, sent=50),
    }
    later = progress_of(plan, followed, going, {"cases": "failed"}, NOW)
    assert (later.seconds, later.due, later.sent, later.failed) == (5400, 210, 160, 7)
    assert later.said == "1 of 3 suites have ended: cases failed"
    assert later.share(NOW) == pytest.approx(2 / 3)

    followed = {suite: ChildRun(uuid4(), None, report(1, 0), has_ended=True) for suite in followed}
    assert progress_of(plan, followed, {}, dict.fromkeys(followed, "passed"), NOW).share(NOW) == 1
