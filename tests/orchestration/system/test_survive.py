"""A run that is interrupted, cancelled, retried or doubled, and one that Slack could not be told of."""

import asyncio
import re
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from prefect import Flow
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.objects import FlowRun
from prefect.events import Event
from prefect.events.clients import get_events_client
from prefect.filesystems import LocalFileSystem
from prefect.results import ResultStore
from prefect.states import Cancelling, Crashed, Running
from prefect.types._datetime import now
from pydantic import SecretStr

from flows.oai_azure_release import oai_azure_release
from flows.recovery import recovery
from flows.single_request import single_request
from flows.worker_stopped import worker_stopped
from litellm_observatory.core.judging.tally import Tally
from litellm_observatory.core.judging.verdict import Verdict
from litellm_observatory.core.load.traffic import Traffic, Window
from litellm_observatory.names import GATEWAY_LABEL, START_LABEL
from litellm_observatory.orchestration.blocks import LiteLLMGateway
from litellm_observatory.orchestration.duplicates.claim import DuplicateError, take
from litellm_observatory.orchestration.persistence.once import key_of
from litellm_observatory.orchestration.persistence.stored import DataSerializer
from litellm_observatory.orchestration.recovery.find import crash_zombies, has_heartbeat_since
from litellm_observatory.orchestration.tasks import send_request_window
from litellm_observatory.standin.gateway.faults import Fault, FaultKind
from litellm_observatory.standin.gateway.formats import Model
from tests.core.examples import sample
from tests.orchestration.conftest import KEY, MODELS, Finished, Observatory, database_file, page_at
from tests.orchestration.moving import another_gateway, name_block
from tests.timeouts import LONGEST_WAIT_SECONDS

pytestmark = pytest.mark.night

QUICK = {"duration_hours": 3 / 3600, "request_interval_seconds": 0.05, "max_failure_rate": 0.05}
LONGER = QUICK | {"duration_hours": 10 / 3600}


async def running_run(parameters: dict[str, object] | None = None) -> FlowRun:
    """A run that somebody else executes."""
    async with get_client() as client:
        return await client.create_flow_run(
            oai_azure_release, parameters=parameters or {}, state=Running(), tags=["suite"]
        )


async def cancelled_after(observatory: Observatory, requests: int, **parameters: object) -> Finished:
    """A soak that is cancelled once the gateway has received so many requests."""
    running = asyncio.create_task(observatory.run(oai_azure_release, **parameters))
    run_id = await observatory.has_received(requests)
    async with get_client() as client:
        await client.set_flow_run_state(run_id, Cancelling(message="the night shift"))
    return await running


async def test_a_retried_run_whose_verdict_cannot_be_read_back_is_our_fault_and_not_the_gateways(
    observatory: Observatory, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await observatory.run(single_request)

    async def away(*_: object) -> None:
        raise OSError("the server is in trouble")

    monkeypatch.setattr("litellm_observatory.orchestration.run.read_judged_report", away)
    again = await observatory.again(single_request, first)
    assert again.state.name == "Errored"
    assert again.report.verdict is Verdict.ERRORED


async def test_retrying_a_judged_run_repeats_its_verdict_and_sends_nothing(observatory: Observatory) -> None:
    observatory.gateway.arm([Fault(FaultKind.STATUS, rate=0.5)])
    first = await observatory.run(oai_azure_release, **QUICK)
    sent = len(observatory.gateway.received)
    observatory.gateway.arm()

    again = await observatory.again(oai_azure_release, first, **QUICK)

    assert sent > 0
    assert observatory.gateway.received == []
    assert (again.state.name, again.state.message) == ("Failed", first.state.message)
    assert again.messages == []
    assert len(first.messages) == 1


async def test_a_refused_run_that_is_retried_is_looked_at_afresh(observatory: Observatory) -> None:
    first = await observatory.run(single_request, gateway="late")
    await LiteLLMGateway(url=observatory.gateway_url, api_key=SecretStr(KEY)).asave("late")  # somebody adds it
    again = await observatory.again(single_request, first, gateway="late")
    await LiteLLMGateway.adelete("late")
    assert (first.state.name, again.state.name) == ("Refused", "Completed")
    assert len(first.messages) == len(again.messages) == 1


async def test_a_cancelled_soak_stops_sending_and_reports_what_was_seen(observatory: Observatory) -> None:
    run = await cancelled_after(observatory, 30, **LONGER)

    assert (run.state.type.value, run.state.name) == ("CANCELLED", "Cancelled")
    assert run.report.verdict is Verdict.CANCELLED
    assert "by the night shift; until then: " in run.report.reason
    received = len(observatory.gateway.received)
    assert received < 200
    assert run.report.sent <= received <= run.report.sent + run.report.given_up
    [message] = run.messages
    assert message["blocks"][0]["text"]["text"] == f"🚫 {run.report.headline}"
    assert re.match(r"Cancelled: after [\d.]+ % of its plan, by the night shift", run.report.headline)
    assert "by the night shift" in run.slack_text


async def test_cases_that_are_cancelled_report_those_that_were_sent(observatory: Observatory) -> None:
    observatory.gateway.arm([Fault(FaultKind.HANG, models=(MODELS[1],))])
    running = asyncio.create_task(observatory.run(single_request, timeout_seconds=60))
    run_id = await observatory.has_received(2)
    async with get_client() as client:
        await client.set_flow_run_state(run_id, Cancelling())
    run = await running

    assert run.report.verdict is Verdict.CANCELLED
    assert [case.name for case in run.report.cases] == [MODELS[0]]
    assert "in the Prefect UI or through its API" in run.report.reason


async def test_a_refusal_of_the_gateway_is_asked_again_when_the_run_is_retried(observatory: Observatory) -> None:
    first = await observatory.run(single_request, models=["late-model"])
    observatory.gateway.models["late-model"] = Model("late-model", "chat")
    again = await observatory.again(single_request, first, models=["late-model"])
    del observatory.gateway.models["late-model"]
    assert (first.state.name, again.state.name) == ("Refused", "Completed")


async def test_runs_whose_process_is_gone_are_ended_also_when_no_event_told_so(observatory: Observatory) -> None:
    stuck = [await running_run() for _ in range(3)]
    async with get_client() as client:
        await client.set_flow_run_state(stuck[1].id, Cancelling(message="the night shift"))
        for run in stuck:
            age(run.id)
        await emit_heartbeat(stuck[2].id)
        await crash_zombies(client)
        names = [(await client.read_flow_run(run.id)).state_name for run in stuck]
    assert names == ["Crashed", "Cancelled", "Running"]


def age(run_id: UUID) -> None:
    """Age the state of a run in the server's database: the API takes no times."""
    with closing(sqlite3.connect(database_file(), timeout=LONGEST_WAIT_SECONDS)) as database, database:
        ids = (run_id.hex, str(run_id))
        state = "select state_id from flow_run where id in (?, ?)"
        database.execute(f"update flow_run_state set timestamp = '2020-01-01 00:00:00' where id in ({state})", ids)


async def emit_heartbeat(run_id: UUID) -> None:
    """A sign of life of a run, taken by the server."""
    resource = {"prefect.resource.id": f"prefect.flow-run.{run_id}"}
    async with get_events_client() as events:
        await events.emit(Event(event="prefect.flow-run.heartbeat", resource=resource))
    async with get_client() as client:
        async with asyncio.timeout(LONGEST_WAIT_SECONDS):
            while not await has_heartbeat_since(client, run_id, datetime.now(UTC) - timedelta(minutes=1)):  # noqa: ASYNC110
                await asyncio.sleep(0.1)


async def test_of_twelve_runs_that_claim_the_same_at_once_exactly_one_goes_on(observatory: Observatory) -> None:
    runs = [await running_run() for _ in range(12)]
    async with get_client() as client:
        claims = await asyncio.gather(
            *(take(client, "observatory-claim-of-twelve", run.id) for run in runs), return_exceptions=True
        )
        winners = [claim for claim in claims if not isinstance(claim, BaseException)]
        assert len(winners) == 1
        assert all(str(winners[0].value).split()[0] in str(one) for one in claims if isinstance(one, DuplicateError))
        assert sum(isinstance(one, DuplicateError) for one in claims) == 11


async def test_a_claim_whose_owner_has_crashed_is_taken_by_exactly_one(observatory: Observatory) -> None:
    dead, *others = [await running_run() for _ in range(5)]
    async with get_client() as client:
        await take(client, "observatory-claim-of-the-dead", dead.id)
        with pytest.raises(DuplicateError, match=str(dead.id)):
            await take(client, "observatory-claim-of-the-dead", others[0].id)
        await client.set_flow_run_state(dead.id, Crashed(), force=True)
        claims = await asyncio.gather(
            *(take(client, "observatory-claim-of-the-dead", run.id) for run in others), return_exceptions=True
        )
    assert sum(not isinstance(claim, BaseException) for claim in claims) == 1


async def test_a_run_that_no_worker_can_take_up_is_given_up_and_told_once(observatory: Observatory) -> None:
    lost = await running_run({"gateway": "staging", "models": ["gpt-x"]})
    async with get_client() as client:
        await client.set_flow_run_state(lost.id, Crashed(message="its host is gone"), force=True)
    told = [(await observatory.run(recovery, flow_run_id=lost.id)).messages for _ in range(2)]

    [message] = told[0]
    assert told[1] == []
    assert message["blocks"][0]["text"]["text"] == "🛑 Crashed: given up; 'its host is gone'"
    assert "Crashed: given up; its host is gone" in str(message)
    to_report, to_run = (button["url"] for button in message["blocks"][-1]["elements"])
    assert "Crashed: given up; its host is gone" in await page_at(to_report)
    assert to_run.endswith(f"/runs/flow-run/{lost.id}")


async def test_the_runs_of_a_worker_that_was_ended_are_called_crashed_and_no_others(
    observatory: Observatory,
) -> None:
    left, others = await running_run(), await running_run()
    async with get_client() as client:
        await client.update_flow_run_labels(left.id, {"prefect.worker.name": "worker 1"})
        await client.update_flow_run_labels(others.id, {"prefect.worker.name": "worker 2"})
        await observatory.run(worker_stopped, worker="worker 1", at=now())
        states = [(await client.read_flow_run(run.id)).state_name for run in (left, others)]
    assert states == ["Crashed", "Running"]


async def killed_after(observatory: Observatory, requests: int, flow: Flow[Any, Any], **parameters: object) -> UUID:
    """A run whose process was killed once the gateway had received so many requests."""
    running = asyncio.create_task(observatory.run(flow, **parameters))
    run_id = await observatory.has_received(requests)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    return run_id


@pytest.mark.parametrize("lost", [False, True], ids=["", "its results are lost"])
async def test_a_soak_that_would_go_on_against_another_gateway_sends_nothing_and_is_invalid(
    observatory: Observatory, *, lost: bool
) -> None:
    await name_block(observatory.gateway_url)
    run_id = await killed_after(observatory, 50, oai_azure_release, **LONGER, gateway="moving")
    if lost:
        shutil.rmtree(observatory.results)
    with another_gateway() as (other, url):
        await name_block(url)
        run = await observatory.again(oai_azure_release, run_id, **LONGER, gateway="moving")

    assert other.received == []
    assert run.state.name == "Invalid"
    assert f"the run began at {observatory.gateway_url}, and gateway block 'moving' names {url} now" in str(
        run.reason
    )
    assert "; until then: " in run.reason
    assert (run.report.sent > 0) is not lost


async def test_cases_are_not_gone_on_with_at_another_gateway(observatory: Observatory) -> None:
    await name_block(observatory.gateway_url)
    observatory.gateway.arm([Fault(FaultKind.HANG, models=(MODELS[1],))])
    run_id = await killed_after(observatory, 2, single_request, gateway="moving")
    with another_gateway() as (other, url):
        await name_block(url)
        run = await observatory.again(single_request, run_id, gateway="moving")

    assert other.received == []
    assert run.state.name == "Invalid"
    assert f"gateway block 'moving' names {url} now" in run.reason
    assert [case.passed for case in run.report.cases] == [True, False]
    assert run.report.cases[1].skipped


async def test_no_preflight_of_a_gateway_that_was_not_kept_with_the_run_is_taken_for_that_of_another(
    observatory: Observatory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process is killed after it has asked the gateway, and before the run has kept which one that was."""
    update = PrefectClient.update_flow_run_labels

    async def die(client: PrefectClient, run_id: UUID, labels: dict[str, Any]) -> None:
        if GATEWAY_LABEL in labels:
            killed.append(run_id)
            raise asyncio.CancelledError
        await update(client, run_id, labels)

    killed: list[UUID] = []
    await name_block(observatory.gateway_url)
    with monkeypatch.context() as patch:
        patch.setattr(PrefectClient, "update_flow_run_labels", die)
        await asyncio.gather(observatory.run(single_request, gateway="moving"), return_exceptions=True)
    with another_gateway() as (other, url):
        del other.models[MODELS[0]]
        await name_block(url)
        run = await observatory.again(single_request, killed[0], gateway="moving")

    assert run.state.name == "Completed", run.state.message
    assert observatory.gateway.received == []
    assert run.report.models == (MODELS[1],)


async def test_a_run_goes_on_with_a_renewed_key_of_the_same_gateway(
    observatory: Observatory, monkeypatch: pytest.MonkeyPatch
) -> None:
    await name_block(observatory.gateway_url)
    observatory.gateway.arm([Fault(FaultKind.HANG, models=(MODELS[1],), count=2)])
    run_id = await killed_after(observatory, 2, single_request, gateway="moving")
    renewed = "sk-renewed-0123456789abcdef"
    await name_block(observatory.gateway_url + "/", renewed)
    observatory.gateway.faults = ()
    monkeypatch.setattr(observatory.gateway, "_key", renewed)
    run = await observatory.again(single_request, run_id, gateway="moving")

    assert run.state.name == "Completed", run.state.message
    assert run.report.notes[-1] == "The key of gateway block 'moving' was renewed while the run was interrupted"
    async with get_client() as client:
        labels = (await client.read_flow_run(run_id)).labels
    assert KEY not in str(labels)
    assert renewed not in str(labels)


async def test_naming_the_blocks_own_url_makes_no_other_test(observatory: Observatory) -> None:
    observatory.gateway.latency_seconds = 2.0
    first = asyncio.create_task(observatory.run(single_request))
    await observatory.has_received(1)
    second = await observatory.run(single_request, deployment_url=observatory.gateway_url + "/")
    await first
    assert second.state.name == "Duplicate"


async def store_windows(observatory: Observatory, run_id: UUID, windows: Sequence[Window]) -> None:
    """What a run would have stored of windows in which everything passed."""
    storage = LocalFileSystem(basepath=str(observatory.results))
    store = ResultStore(result_storage=storage, serializer=DataSerializer(kind=Tally))
    for window in windows:
        samples = [sample(i, model=MODELS[i % 2], due=i * QUICK["request_interval_seconds"]) for i in window.requests]
        await store.awrite(Tally.of(MODELS, samples), key_of(run_id, send_request_window, window.index))


async def test_a_soak_with_a_thousand_stored_windows_goes_on_with_its_live_ones_on_time(
    observatory: Observatory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("litellm_observatory.core.load.traffic.LONGEST_WINDOW_SECONDS", 0.2)
    passed, live = 240.0, 15.0
    plan = QUICK | {"duration_hours": (passed + live) / 3600}
    run_id = await killed_after(observatory, 1, oai_azure_release, **plan)
    traffic = Traffic(MODELS, passed + live, QUICK["request_interval_seconds"])
    await store_windows(observatory, run_id, [window for window in traffic.windows if window.end <= passed])
    async with get_client() as client:
        began = datetime.now(UTC) - timedelta(seconds=passed)
        await client.update_flow_run_labels(run_id, {START_LABEL: began.isoformat()})

    run = await observatory.again(oai_azure_release, run_id, **plan)

    assert run.report.due == traffic.count == 5100
    assert (
        run.report.not_observed < 150
    )  # of the 300 that were due after that: it takes some seconds to take up a run
    assert run.report.sent > 4850
