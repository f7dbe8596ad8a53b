"""The contract as its users meet it: a task run for every case, with its outcome and why."""

import asyncio
from collections import Counter
from uuid import UUID

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId

from flows.api_contract import api_contract
from flows.tasks import send_request
from tests.flows.conftest import Observatory
from tests.gateway.faults import Fault, FaultKind


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(send_request, "retry_delay_seconds", [0.01] * 3)


async def _wait_for_task_runs(run_id: UUID, names: set[str]) -> None:
    """Wait until the server, which hears of task runs by and by, knows those of all these names."""
    tasks = FlowRunFilter(id=FlowRunFilterId(any_=[run_id]))
    found: set[str] = set()
    async with asyncio.timeout(20), get_client() as client:
        while not names <= found:
            found = {task.name for task in await client.read_task_runs(flow_run_filter=tasks)}


async def test_every_case_passes_on_a_healthy_gateway_and_is_seen_by_its_name(observatory: Observatory) -> None:
    run = await observatory.run(api_contract)

    assert run.state.name == "Completed", run.state.message
    assert run.state.message == f"Passed: {len(run.report.cases)} of {len(run.report.cases)} requests passed"
    names = {case.name for case in run.report.cases}
    await _wait_for_task_runs(run.id, names)
    assert {
        "liveness under load",
        "metrics",
        "gpt-4o-mini: tool call, streamed",
        "azure-gpt-4o: JSON by a schema",
        "embedder: embeddings as base64",
        "no key refused: messages",
    } <= names
    paths = Counter(record.path for record in observatory.gateway.received)
    assert set(paths) == {"/v1/chat/completions", "/v1/responses", "/v1/messages", "/v1/embeddings"}


async def test_what_is_not_enabled_is_skipped_and_said_why(observatory: Observatory) -> None:
    observatory.gateway.arm([Fault(FaultKind.DISABLED, path="/v1/responses")])

    run = await observatory.run(api_contract, models=["gpt-4o-mini"])

    assert run.state.name == "Completed", run.state.message
    skipped = {case.name: case.skipped for case in run.report.cases if case.skipped}
    assert skipped["gpt-4o-mini: responses, streamed"] == "the gateway has no /v1/responses"
    assert len(skipped) == 8
    assert "8 skipped: " in str(run.state.message)
    assert "| gpt-4o-mini: responses | skipped | the gateway has no /v1/responses |" in run.page
    assert run.report.requests == run.report.due == len(run.report.cases) - 8


async def test_one_model_is_asked_where_one_is_named(observatory: Observatory) -> None:
    run = await observatory.run(api_contract, models=["azure-gpt-4o"], slack="")

    assert run.state.name == "Completed", run.state.message
    asked = {record.model for record in observatory.gateway.received}
    assert asked == {"azure-gpt-4o", "embedder", "no-such-model-of-the-observatory"}
