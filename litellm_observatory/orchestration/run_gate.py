"""A gate's run: the suites of one release, each a run of its own, followed to one report."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from prefect import task
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.objects import State
from prefect.logging import get_run_logger
from prefect.runtime import flow_run

from litellm_observatory.core.gate.conclude import report_of_gate
from litellm_observatory.core.planning.plan import plan_of_cases
from litellm_observatory.core.report.report import Report
from litellm_observatory.core.reporting.run_info import RunInfo
from litellm_observatory.core.reporting.without_traffic import report_of_invalid
from litellm_observatory.core.text import break_commands
from litellm_observatory.core.wire.client import Client, open_client
from litellm_observatory.core.wire.gateway import Gateway, PreflightError
from litellm_observatory.names import GATE_FLOW
from litellm_observatory.orchestration.gate.children import ChildRun, cancel_children, follow_children, start_children
from litellm_observatory.orchestration.gate.outcomes import outcomes_of
from litellm_observatory.orchestration.gate.plan import Plan, make_plan
from litellm_observatory.orchestration.gate.progress import GateProgress
from litellm_observatory.orchestration.gate.request import GateRequest
from litellm_observatory.orchestration.ownership import CancelledRunError, Ownership
from litellm_observatory.orchestration.parameters import RunOptions
from litellm_observatory.orchestration.persistence.checkpoints import fail_preflight, run_preflight_once
from litellm_observatory.orchestration.persistence.first_gateway import MovedError, first_gateway, keep_gateway
from litellm_observatory.orchestration.persistence.once import once_per_run
from litellm_observatory.orchestration.persistence.stored import DataSerializer
from litellm_observatory.orchestration.wait_for_server import until_reachable


@task(
    name="preflight",
    task_run_name="preflight",
    persist_result=True,
    result_serializer=DataSerializer(kind=Plan),
    cache_key_fn=once_per_run,
)
async def plan_gate(client: Client, request: GateRequest) -> Plan | State[Plan]:
    """Decide what is going to run, once; a refusal, or a fault of ours, is told as Failed."""
    try:
        async with get_client() as prefect:
            plan = await make_plan(client, prefect, request, str(flow_run.id))
        await keep_gateway(client.gateway)
        return plan
    except Exception as error:
        return fail_preflight(error)


async def run_gate(
    request: GateRequest, options: RunOptions, gateway: Gateway, info: RunInfo, ownership: Ownership
) -> Report:
    """Plan, start the suites, wait for their ends. Raises PreflightError before any of them is started."""
    gate_run = UUID(flow_run.id)
    async with get_client() as prefect:
        try:
            plan = await _find_plan(request, options, gateway, ownership)
        except MovedError as moved:
            await cancel_children(prefect, gate_run)
            return report_of_invalid(info, request.models, moved.invalid_reason, datetime.now(UTC))
        _log(plan)
        try:
            children, cancelled = await follow_to_the_end(prefect, plan, gate_run, ownership)
        except Exception:
            await until_reachable()
            await cancel_children(prefect, gate_run)
            raise
        if cancelled:
            await until_reachable()
            await cancel_children(prefect, gate_run)
    return report_of_gate(
        replace(
            info,
            gateway_version=plan.gateway_version,
            version_seen_at=plan.told_at,
            plan=plan_of_cases(plan.taken),
            planned_cost=plan.taken.cost,
        ),
        plan.release,
        [*await outcomes_of(children), *plan.lost],
        [child.report for child in children.values() if child.report],
        datetime.now(UTC),
        left_out=plan.left_out,
        profile="" if request.suites else request.profile,
        cancelled=cancelled,
        allow_other_version=request.allow_other_version,
    )


async def _find_plan(request: GateRequest, options: RunOptions, gateway: Gateway, ownership: Ownership) -> Plan:
    """The plan of this run's first attempt that made one, which names its gateway, wherever the block points now.

    Raises PreflightError, and MovedError where that plan is lost and would be made anew for another gateway.
    """
    first = await first_gateway()
    try:
        async with open_client(gateway, timeout_seconds=options.timeout_seconds) as client:
            plan = await ownership.unless_cancelled(run_preflight_once(plan_gate, Plan, client, request))
    except PreflightError:
        if first:
            first.require(gateway)
        raise
    if first:
        first.require(replace(gateway, url=plan.url))
    return plan


def _log(plan: Plan) -> None:
    logger = get_run_logger()
    logger.info("Release %s: %s", break_commands(plan.release), ", ".join(child.suite for child in plan.children))
    logger.info("Gateway: %s.", break_commands(plan.gateway))
    logger.info("Plan: %s.", break_commands(plan.text))
    for left in plan.left_out:
        logger.info("Left out: %s, %s", left.suite, break_commands(left.reason))


async def follow_to_the_end(
    prefect: PrefectClient, plan: Plan, gate_run: UUID, ownership: Ownership
) -> tuple[dict[str, ChildRun], str]:
    """Start the suites' runs and follow them to their ends, or until somebody ends the gate: then, by which way."""
    children: dict[str, ChildRun] = {}
    progress = GateProgress(GATE_FLOW, plan, prefect)
    try:
        async for suite, run_id in ownership.until_cancelled(start_children(plan, gate_run)):
            children[suite] = ChildRun(run_id, None, None, has_ended=False)
        async for seen in ownership.until_cancelled(follow_children(prefect, plan, gate_run, children)):
            children = seen
            await progress.publish(children)
    except CancelledRunError as cancelled:
        return children, str(cancelled)
    return children, ""
