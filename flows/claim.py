"""Claims: of runs that are the same test, one at a time goes on. A claim is a Prefect variable named by the test."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from uuid import UUID

import httpx
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.actions import VariableCreate
from prefect.client.schemas.objects import FlowRun, Variable
from prefect.context import FlowRunContext
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound, PrefectException
from prefect.utilities.urls import url_for

from flows.identity import identity

PREFIX = "observatory-claim-"
TRIES = 20
"""Each further try means that somebody else has taken or given up the claim in between."""


class DuplicateError(Exception):
    """An identical run goes on; the text names it."""


@asynccontextmanager
async def claimed() -> AsyncIterator[None]:
    """Hold the claim of the flow run in context. Raises DuplicateError when a run that has not ended holds it."""
    context = FlowRunContext.get()
    assert context
    assert context.flow
    assert context.flow_run
    run = context.flow_run
    name = PREFIX + identity(context.flow, context.parameters or {}, run.tags)
    async with get_client() as prefect:
        claim = await take(prefect, name, run.id)
        try:
            yield
        finally:
            with suppress(PrefectException, httpx.HTTPError, OSError):  # it is stale once this run has ended
                await remove(prefect, claim)


async def take(prefect: PrefectClient, name: str, run_id: UUID) -> Variable:
    """Take the claim `name` for a run. Raises DuplicateError when a run that has not ended holds it."""
    for _ in range(TRIES):
        try:
            return await prefect.create_variable(VariableCreate(name=name, value=str(run_id)))
        except ObjectAlreadyExists:
            held = await prefect.read_variable_by_name(name)
        if held is None:
            continue
        if held.value == str(run_id):
            return held
        if owner := await _going_on(prefect, UUID(str(held.value))):
            raise DuplicateError(
                f"run {owner.name} ({owner.id}) tests the same already: "
                f"{url_for('flow-run', obj_id=owner.id) or 'see it in the Prefect UI'}"
            )
        await remove(prefect, held)
    raise RuntimeError(f"the claim {name} was taken and given up {TRIES} times while this run asked for it")


async def is_stale(prefect: PrefectClient, claim: Variable) -> bool:
    """Whether the run that holds a claim has ended or was deleted."""
    return await _going_on(prefect, UUID(str(claim.value))) is None


async def _going_on(prefect: PrefectClient, run_id: UUID) -> FlowRun | None:
    """The run, unless it has ended or was deleted."""
    try:
        run = await prefect.read_flow_run(run_id)
    except ObjectNotFound:
        return None
    return None if run.state and run.state.is_final() else run


async def remove(prefect: PrefectClient, claim: Variable) -> None:
    """Remove exactly this claim: by its id, so that one which somebody took meanwhile stays."""
    try:
        await prefect.request("DELETE", "/variables/{id}", path_params={"id": claim.id})
    except httpx.HTTPStatusError as error:
        if error.response.status_code != httpx.codes.NOT_FOUND:
            raise
