"""Checkpoints: what a run settles once and keeps, so that it goes on the same after a crash."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from prefect import Task, task
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run
from prefect.states import Failed

from litellm_observatory.core.discovery.discover import discover
from litellm_observatory.core.discovery.gateway_info import GatewayInfo, choose_targets, group_by_reason
from litellm_observatory.core.discovery.probing import apply_probes, probe
from litellm_observatory.core.planning.estimate import Estimate, estimate
from litellm_observatory.core.suite import Cases, Soak
from litellm_observatory.core.text import break_commands
from litellm_observatory.core.wire.client import Client
from litellm_observatory.core.wire.gateway import PreflightError
from litellm_observatory.names import START_LABEL
from litellm_observatory.orchestration.parameters import RunOptions
from litellm_observatory.orchestration.persistence.first_gateway import keep_gateway
from litellm_observatory.orchestration.persistence.once import await_state, once_per_run, result_of
from litellm_observatory.orchestration.persistence.stored import DataSerializer

Result = TypeVar("Result")

SLOWEST = 6
"""A server that takes longer than that many doublings of the lead to keep one label is away."""


@dataclass(frozen=True, slots=True)
class PreflightResult:
    """What preflight settled: the models in their order, what the gateway said and when, and notes for the report."""

    models: tuple[str, ...]
    facts: GatewayInfo
    notes: tuple[str, ...]
    told_at: datetime
    estimate: Estimate | None = None
    """What the suite takes, at most; None where nothing may be sent."""


@task(
    name="preflight",
    task_run_name="preflight",
    persist_result=True,
    result_serializer=DataSerializer(kind=PreflightResult, name="Chosen"),
    cache_key_fn=once_per_run,
)
async def settle_targets(
    client: Client, suite: Soak | Cases, options: RunOptions, may_send: bool
) -> PreflightResult | State[PreflightResult]:
    """Ask the gateway what it serves, choose the models, and ask each chat model once, if they can be afforded.

    A refusal, or a fault of ours, is told as Failed.
    """
    try:
        settled = await _settle_targets(client, suite, options, may_send=may_send)
        await keep_gateway(client.gateway)
        return settled
    except Exception as error:
        return fail_preflight(error)


async def _settle_targets(
    client: Client, suite: Soak | Cases, options: RunOptions, *, may_send: bool
) -> PreflightResult:
    asked = tuple(options.models)
    facts = await discover(client, suite.kind)
    models = choose_targets(asked, facts, client.gateway, suite.kind)
    notes: tuple[str, ...] = ()
    if not asked and (others := facts.left_out(suite.kind)):
        notes = (f"Left out, being no {suite.kind.noun}s: {group_by_reason(others)}",)
    if may_send and suite.ask:
        estimate(suite, models, facts).require(options.max_cost)
        probed = await probe(client, suite.ask, models, str(flow_run.id))
        models, facts, found = apply_probes(facts, models, asked, probed)
        notes = (*notes, *found)
    if not models:
        raise PreflightError(
            f"no model of {client.gateway} chats; {'; '.join(notes)}",
            "choose a suite for what they are",
            brief=f"no model of {client.gateway.display_name} chats",
        )
    taken = estimate(suite, models, facts) if may_send else None
    if taken:
        taken.require(options.max_cost)
    return PreflightResult(models, facts, notes, datetime.now(UTC), taken)


def fail_preflight(error: Exception) -> State[Any]:
    """What a preflight ends as that a fault kept from settling anything.

    It is returned and not raised: its trace is for the flow to tell, without secrets. What is stored of it is no
    answer: somebody may have mended meanwhile what a refusal was about.
    """
    said = break_commands(str(error)) if isinstance(error, PreflightError) else type(error).__name__
    return Failed(message=said, data=error)


async def ask_gateway(client: Client, suite: Soak | Cases, options: RunOptions, *, may_send: bool) -> PreflightResult:
    """What this run's first attempt settled that settled anything.

    Raises PreflightError, or what our own fault raised. Unless it `may_send`, no model is asked anything.
    """
    return await run_preflight_once(settle_targets, PreflightResult, client, suite, options, may_send)


async def run_preflight_once(preflight: Task[Any, Any], kind: type[Result], *arguments: object) -> Result:
    """What this task answered in the run's first attempt that got an answer from it."""
    return await result_of(await await_state(preflight(*arguments, return_state=True)), kind)


async def find_start(prefect: PrefectClient, lead_seconds: float) -> tuple[datetime, bool]:
    """The instant of a soak's first request, by the wall clock, and whether an earlier attempt has set it.

    It is kept as a label of the run and so on the server: a run whose results are lost must not begin its schedule
    anew. It lies at least half of `lead_seconds` ahead, so that the first window can be made ready.
    """
    run_id = UUID(flow_run.id)
    if kept := (await prefect.read_flow_run(run_id)).labels.get(START_LABEL):
        return datetime.fromisoformat(str(kept)), True
    for lead in (lead_seconds, *(lead_seconds * 2**slow for slow in range(1, SLOWEST))):
        start = datetime.now(UTC) + timedelta(seconds=lead)
        await prefect.update_flow_run_labels(run_id, {START_LABEL: start.isoformat()})
        if start - datetime.now(UTC) >= timedelta(seconds=lead_seconds / 2):
            break
    return start, False
