"""A gate's children: none escapes the cancelling of its gate."""

import asyncio
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from prefect import flow, task
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.objects import FlowRun
from prefect.exceptions import ObjectNotFound
from prefect.states import Running

from litellm_observatory.names import CANCELLED_BY_LABEL
from litellm_observatory.orchestration.gate.children import cancel_children, start_children
from litellm_observatory.orchestration.gate.plan import Plan
from litellm_observatory.orchestration.gate.request import PlannedRun

PLAN = Plan("v1", None, "http://h", datetime.now(UTC), (PlannedRun("single-request", {}),), ())


async def test_who_cancels_a_gate_waits_until_the_run_that_it_creates_is_created(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun, may_end, created = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def creating(*_: object, **__: object) -> SimpleNamespace:
        begun.set()
        await may_end.wait()
        created.set()
        return SimpleNamespace(id=uuid4())

    monkeypatch.setattr("litellm_observatory.orchestration.gate.children.arun_deployment", creating)
    starting = asyncio.ensure_future(anext(start_children(PLAN, uuid4())))
    await begun.wait()
    starting.cancel()
    asyncio.get_running_loop().call_soon(may_end.set)
    with pytest.raises(asyncio.CancelledError):
        await starting
    assert created.is_set()


async def test_a_suite_that_cannot_be_cancelled_keeps_no_other_from_it(
    prefect_server: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("litellm_observatory.orchestration.gate.children.PAUSES", (0.0, 0.0))
    real, away = PrefectClient.set_flow_run_state, set[UUID]()

    async def unwilling(client: PrefectClient, run_id: UUID, *arguments: Any, **named: Any) -> Any:
        if run_id in away:
            raise ObjectNotFound(Exception("deleted meanwhile"))
        return await real(client, run_id, *arguments, **named)

    @task
    async def starting() -> None: ...

    @flow
    async def child() -> None: ...

    @flow
    async def gate() -> list[FlowRun]:
        async with get_client() as client:
            parent = await client.create_flow_run(child, state=Running())
            task = await client.create_task_run(starting, parent.id, dynamic_key="0")
            runs = [await client.create_flow_run(child, state=Running(), parent_task_run_id=task.id) for _ in "ab"]
            away.add(runs[0].id)
            monkeypatch.setattr(PrefectClient, "set_flow_run_state", unwilling)
            await cancel_children(client, parent.id)
            away.clear()
            return [await client.read_flow_run(run.id) for run in runs]

    first, second = await gate()
    assert (first.state_name, second.state_name) == ("Running", "Cancelling")
    assert second.labels[CANCELLED_BY_LABEL] == "release-gate"
