"""Suites deployed on the session's server, and somebody who executes their runs in this process, as a worker does."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from prefect import Flow
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterState, FlowRunFilterStateType
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.flow_engine import run_flow_async

from flows.api_contract import api_contract
from flows.embeddings_release import embeddings_release
from flows.mcp_release import mcp_release
from flows.oai_azure_release import oai_azure_release
from flows.single_request import single_request
from litellm_observatory.orchestration.duplicates.identity import full_parameters

TAGS: dict[Flow[Any, Any], list[str]] = {
    single_request: ["suite"],
    api_contract: ["suite"],
    oai_azure_release: ["suite"],
    embeddings_release: ["suite", "embedding"],
    mcp_release: ["suite", "mcp_server"],
}
"""Some suites with their tags in prefect.yaml."""


async def deploy_suites() -> None:
    """Deploy the suites as `SUITE/on-demand`, without a work pool."""
    for flow, tags in TAGS.items():
        await deploy(flow, tags)


async def deploy(flow: Flow[Any, Any], tags: list[str], parameters: dict[str, Any] | None = None) -> None:
    """Deploy a suite of ours with what its stanza says."""
    deployment = await flow.ato_deployment("on-demand", tags=tags, parameters=parameters or {})
    deployment.entrypoint = f"flows/{flow.fn.__name__}.py:{flow.fn.__name__}"
    await deployment.aapply()


@asynccontextmanager
async def worker() -> AsyncIterator[None]:
    """Runs of deployed suites are executed, all at once, while the block lasts; none is left over."""
    flows = {flow.name: flow for flow in TAGS}
    begun: dict[UUID, asyncio.Task[object]] = {}

    async def work(prefect: PrefectClient) -> None:
        while True:
            for run in await _due(prefect):
                if run.id not in begun:
                    flow = flows[(await prefect.read_flow(run.flow_id)).name]
                    parameters = full_parameters(flow, run.parameters)
                    begun[run.id] = asyncio.create_task(_execute(flow, run, parameters))
            await asyncio.sleep(0.05)

    async with get_client() as prefect:
        working = asyncio.create_task(work(prefect))
        try:
            yield
        finally:
            tasks = [working, *begun.values()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def _due(prefect: PrefectClient) -> list[FlowRun]:
    scheduled = FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.SCHEDULED]))
    runs = await prefect.read_flow_runs(flow_run_filter=FlowRunFilter(state=scheduled))
    return [run for run in runs if run.deployment_id and run.parent_task_run_id]  # somebody waits for these


async def _execute(flow: Flow[Any, Any], run: FlowRun, parameters: dict[str, Any]) -> object:
    return await run_flow_async(flow, flow_run=run, parameters=parameters, return_type="state")


async def tags_of(run_id: UUID) -> list[str]:
    """The tags that a run has now."""
    async with get_client() as client:
        return list((await client.read_flow_run(run_id)).tags)
