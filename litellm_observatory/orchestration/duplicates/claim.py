"""Claims: of those who want to do the same, one at a time does. A claim is a Prefect variable with a unique name."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from uuid import UUID

import httpx
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.actions import VariableCreate
from prefect.client.schemas.objects import FlowRun, Variable
from prefect.context import FlowRunContext
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound
from prefect.logging import get_run_logger

from litellm_observatory.core.report.headline import LONGEST
from litellm_observatory.core.text import shorten
from litellm_observatory.core.wire.failures import trace_of
from litellm_observatory.names import CLAIM_PREFIX, DUPLICATE_OF_LABEL
from litellm_observatory.orchestration.addresses import run_address
from litellm_observatory.orchestration.duplicates.identity import key_of_test
from litellm_observatory.orchestration.wait_for_server import UNANSWERED

TRIES = 20
"""Each further try means that somebody else has taken or given up the claim in between."""


MOST_OF_A_NAME = 30


class DuplicateError(Exception):
    """Somebody else does the same already; the text names the run, the headline in a state's few words."""

    def __init__(self, owner: FlowRun) -> None:
        first = (owner.name, owner.id, run_address(owner.id))
        super().__init__(sentence_of_duplicate(*first))
        self.owner = owner
        self.headline = message_of_duplicate(*first)


@asynccontextmanager
async def hold_claim(what: str) -> AsyncIterator[None]:
    """Hold the claim of `what` for the flow run in context.

    Raises DuplicateError when a run that has not ended holds it.
    """
    context = FlowRunContext.get()
    assert context
    assert context.flow_run
    async with get_client() as prefect:
        claim = await take(prefect, CLAIM_PREFIX + what, context.flow_run.id, context.flow_run.run_count)
        try:
            yield
        finally:
            with suppress(*UNANSWERED):  # it is stale once this run has ended
                await remove(prefect, claim)


async def keep_original(run_id: UUID, original: FlowRun) -> None:
    """Keep as a label of a duplicate which run it leaves its test to; without it nobody can follow that run."""
    try:
        async with get_client() as prefect:
            await prefect.update_flow_run_labels(run_id, {DUPLICATE_OF_LABEL: str(original.id)})
    except Exception as error:
        get_run_logger().error("The run that tests the same could not be kept as a label.\n%s", trace_of(error, ""))


def key_of_test_at(url: str) -> str:
    """What the flow run in context tests at a gateway's URL: its block's own is the same, named or not."""
    context = FlowRunContext.get()
    assert context
    assert context.flow
    assert context.flow_run
    return key_of_test(context.flow, {**(context.parameters or {}), "deployment_url": url}, context.flow_run.tags)


async def take(prefect: PrefectClient, name: str, run_id: UUID, attempt: int = 1) -> Variable:
    """Take the claim `name` for an attempt of a run. Raises DuplicateError when a run that has not ended holds it.

    A claim that an earlier attempt left is replaced, so that whoever still works on that one does not remove ours.
    """
    mine = f"{run_id} {attempt}"
    for _ in range(TRIES):
        try:
            return await prefect.create_variable(VariableCreate(name=name, value=mine))
        except ObjectAlreadyExists:
            held = await prefect.read_variable_by_name(name)
        if held is None:
            continue
        if held.value == mine:
            return held
        owner = await _read_owner(prefect, held)
        if owner and owner.id != run_id:
            raise DuplicateError(owner)
        await remove(prefect, held)
    raise RuntimeError(f"the claim {name} was taken and given up {TRIES} times while this run asked for it")


async def stale_claims(prefect: PrefectClient) -> list[Variable]:
    """The claims of runs that have ended or were deleted."""
    answer = await prefect.request(
        "POST", "/variables/filter", json={"variables": {"name": {"like_": f"{CLAIM_PREFIX}%"}}, "limit": 200}
    )
    claims = Variable.model_validate_list(answer.json())
    return [claim for claim in claims if await _read_owner(prefect, claim) is None]


async def remove(prefect: PrefectClient, claim: Variable) -> None:
    """Remove exactly this claim: by its id, so that one which somebody took meanwhile stays."""
    try:
        await prefect.request("DELETE", "/variables/{id}", path_params={"id": claim.id})
    except httpx.HTTPStatusError as error:
        if error.response.status_code != httpx.codes.NOT_FOUND:
            raise


async def _read_owner(prefect: PrefectClient, claim: Variable) -> FlowRun | None:
    """The run that holds a claim, unless it has ended or was deleted."""
    try:
        run = await prefect.read_flow_run(UUID(str(claim.value).split()[0]))
    except ObjectNotFound:
        return None
    return None if run.state and run.state.is_final() else run


def sentence_of_duplicate(name: str, run_id: object, url: str | None) -> str:
    """The sentence that names the first run."""
    return f"run {name} ({run_id}) tests the same already: {url or 'see it in the Prefect UI'}"


def message_of_duplicate(name: str, run_id: object, url: str | None) -> str:
    """A state's message that leads to the first run, by its id where its URL is too long."""
    who = f"Duplicate of {shorten(name, most=MOST_OF_A_NAME)}"
    return linked if url and len(linked := f"{who}: {url}") <= LONGEST else f"{who} ({run_id})"
