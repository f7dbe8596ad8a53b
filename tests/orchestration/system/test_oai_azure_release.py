"""The soak as its users meet it: state, artifacts, Slack."""

import asyncio
import json
import logging
from datetime import timedelta

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId

from flows.oai_azure_release import oai_azure_release
from litellm_observatory.core.judging.verdict import Verdict
from litellm_observatory.names import START_LABEL
from litellm_observatory.standin.gateway.faults import CLIENT_CLOSED, Fault, FaultKind
from tests.orchestration.conftest import MODELS, Finished, Observatory, page_at
from tests.orchestration.system.test_survive import LONGER, killed_after

QUICK = {"duration_hours": 3 / 3600, "request_interval_seconds": 0.05, "max_failure_rate": 0.05}
"""60 requests in three windows: enough for a verdict at 5 %."""


async def test_a_healthy_gateway_passes_and_everybody_is_told(
    observatory: Observatory, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        run = await observatory.run(oai_azure_release, **QUICK)

    assert run.state.name == "Completed", run.state.message
    assert run.report.verdict is Verdict.PASSED
    assert run.report.due == run.report.sent == run.report.requests == 60
    assert run.report.observed_fraction == 1.0
    assert run.report.models == MODELS  # the embedding model is no chat model
    assert run.report.gateway_version == "1.80.0-standin"
    assert run.report.cost is not None
    assert run.report.cost > 0
    assert run.page.startswith("### ✅ Passed: 0 of 60 requests failed")
    assert "data:image/png;base64," in run.page
    [message] = run.messages
    assert message["blocks"][0]["text"]["text"] == f"✅ {run.state.message}"
    to_report, to_run = (button["url"] for button in message["blocks"][-1]["elements"])
    assert (await page_at(to_report)).startswith(f"### ✅ {run.state.message}")
    assert to_run.endswith(str(run.id))
    _assert_progress_was_told(run, caplog)
    _assert_the_result_keeps_the_contract(run)


def _assert_progress_was_told(run: Finished, caplog: pytest.LogCaptureFixture) -> None:
    lines = [record.getMessage() for record in caplog.records if " sent, " in record.getMessage()]
    assert len(lines) == 3
    assert lines[-1].endswith("in all 60 of 60 sent, 0 failed")
    assert run.artifacts["oai-azure-release-progress"] == 100


def _assert_the_result_keeps_the_contract(run: Finished) -> None:
    contract = (
        "suite gateway deployment_url gateway_version started_at ended_at duration_seconds models requests failures "
        "failure_rate failure_rate_low failure_rate_high rescued verdict reason findings model_statistics "
        "failure_kinds fingerprints latency_seconds lateness_seconds due sent observed_fraction cost windows"
    )
    result = run.artifacts["oai-azure-release-result"]
    assert set(contract.split()) <= set(result)
    assert json.loads(json.dumps(result)) == result


async def test_windows_are_task_runs_first_uses_are_staggered_and_nothing_is_hidden(observatory: Observatory) -> None:
    run = await observatory.run(oai_azure_release, **QUICK)

    async with get_client() as client:
        tasks = await client.read_task_runs(flow_run_filter=FlowRunFilter(id=FlowRunFilterId(any_=[run.id])))
    assert sorted(task.name for task in tasks if task.name[0] == "0") == [f"0:00:0{second}" for second in range(3)]

    received = observatory.gateway.received
    assert {record.num_retries for record in received} == {0}
    assert {record.disable_fallbacks for record in received} == {True}
    assert len({record.request_id for record in received}) == 60

    first, second = (next(record.at for record in received if record.model == model) for model in MODELS)
    assert second - first > 0.3
    assert "azure-gpt-4o from 0.3 s" in run.report.plan
    assert run.report.model_statistics[1].first_use_seconds == pytest.approx(3 / 9)


async def test_an_outage_for_part_of_the_run_is_seen_in_strip_chart_slack_and_verdict(
    observatory: Observatory,
) -> None:
    outage = Fault(FaultKind.STATUS, status=503, message="upstream is away", first=20, count=20, rate=0.9)
    observatory.gateway.arm([outage])

    run = await observatory.run(oai_azure_release, **QUICK, stop_early=False)

    assert run.state.name == "Failed"
    assert str(run.state.message).startswith("Failed: ")
    failed_windows = [window.index for window in run.report.windows if window.failures]
    assert failed_windows == [1]
    assert "🟩🟥🟩" in run.page
    assert "🟩🟥🟩" in run.slack_text
    assert "upstream is away" in run.slack_text
    assert "server_error" in run.page


async def test_a_run_whose_failure_is_certain_stops_and_says_when_and_why(observatory: Observatory) -> None:
    observatory.gateway.arm([Fault(FaultKind.STATUS)])

    run = await observatory.run(oai_azure_release, **QUICK | {"duration_hours": 3.0})

    assert run.state.name == "Failed"
    assert "stopped early after 0:00:0" in run.reason
    assert "60 requests in a row failed" in run.reason
    assert 60 <= run.report.sent <= run.report.due <= 61
    assert len(observatory.gateway.received) < 65
    assert run.report.observed_fraction == 1.0


async def test_one_hit_of_a_known_regression_fails_a_run_whose_rate_is_fine(observatory: Observatory) -> None:
    observatory.gateway.arm([Fault(FaultKind.STATUS, message=CLIENT_CLOSED, first=30, count=1)])

    run = await observatory.run(oai_azure_release, **QUICK)

    assert run.state.name == "Failed"
    assert "known signature: client has been closed, LiteLLM PR #19190" in run.reason
    assert run.report.sent == 60


async def test_streamed_answers_pass_and_a_cut_stream_is_a_failure(observatory: Observatory) -> None:
    observatory.gateway.arm([Fault(FaultKind.CUT_STREAM, first=10, count=1)])

    run = await observatory.run(oai_azure_release, **QUICK, stream=True)

    assert run.report.failure_kinds == {"stream_cut": 1}
    assert run.report.sent == 60


async def test_too_few_requests_for_a_verdict_are_said_before_they_are_sent(
    observatory: Observatory, caplog: pytest.LogCaptureFixture
) -> None:
    few = {"duration_hours": 3 / 3600, "request_interval_seconds": 0.05}

    with caplog.at_level(logging.INFO):
        run = await observatory.run(oai_azure_release, **few)

    choices = "for 1 %: 900 requests (0.2 s apart for 3 min), or a limit of 5 % (59 requests)"
    warning = next(i for i, record in enumerate(caplog.records) if choices in record.getMessage())
    first_window = next(i for i, record in enumerate(caplog.records) if "20 sent" in record.getMessage())
    assert warning < first_window
    assert run.state.name == "Inconclusive"
    assert run.state.type.value == "FAILED"
    assert run.report.reason.startswith("Inconclusive: 60 sent, 0 failed: the true rate is below 4.9 %")
    assert choices in run.report.reason


async def test_a_plan_too_short_for_its_models_is_refused(observatory: Observatory) -> None:
    run = await observatory.run(oai_azure_release, duration_hours=2 / 3600, request_interval_seconds=2.0)

    assert run.state.name == "Refused"
    assert "azure-gpt-4o would never be used" in run.report.reason
    assert observatory.gateway.received == []


async def test_a_fault_of_our_own_ends_as_errored_and_is_told(
    observatory: Observatory, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("somebody forgot the empty case")

    monkeypatch.setattr("litellm_observatory.orchestration.run_suite.report_of_soak", broken)
    run = await observatory.run(oai_azure_release, **QUICK)

    assert run.state.name == "Errored"
    assert "ZeroDivisionError: somebody forgot the empty case" in run.reason
    said = (
        "Errored: a fault of the observatory, not of the gateway: 'ZeroDivisionError: somebody forgot the empty case'"
    )
    assert run.state.message == said
    assert said in run.slack_text


async def test_a_fault_in_a_window_ends_the_run_as_errored_and_stops_sending(
    observatory: Observatory, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("the harness broke")

    monkeypatch.setattr("litellm_observatory.orchestration.tasks.send_window", broken)
    started = asyncio.get_running_loop().time()
    run = await observatory.run(oai_azure_release, **QUICK | {"duration_hours": 1.0})

    assert run.state.name == "Errored"
    assert "the harness broke" in run.reason
    assert asyncio.get_running_loop().time() - started < timedelta(minutes=1).total_seconds()


async def test_a_soak_taken_up_after_a_crash_keeps_its_schedule_and_sends_nothing_twice(
    observatory: Observatory,
) -> None:
    run_id = await killed_after(observatory, 30, oai_azure_release, **LONGER)
    async with get_client() as client:
        crashed = await client.read_flow_run(run_id)
    await asyncio.sleep(1)  # the interruption: what is due meanwhile is lost
    run = await observatory.again(oai_azure_release, run_id, **LONGER)

    ids = [record.request_id for record in observatory.gateway.received]
    assert len(set(ids)) == len(ids)
    assert (crashed.state_name, run.state.name) == ("Crashed", "Invalid")
    assert run.report.started_at.isoformat() == crashed.labels[START_LABEL]
    assert run.report.due == run.report.sent + run.report.not_observed == 200
    assert 20 <= run.report.sent < 200  # a window at least is taken from storage
    assert "were due while the run was interrupted" in run.report.reason
    assert "⬛" in run.page
    assert "Not observed" in run.page
    unseen = [window.index for window in run.report.windows if window.not_observed]
    assert unseen == list(range(unseen[0], unseen[-1] + 1))
    assert unseen[0] > 0
