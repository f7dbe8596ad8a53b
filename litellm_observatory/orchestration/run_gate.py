"""A gate's run: the suites of one release, each a run of its own, followed to one report."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from uuid import UUID

from prefect import task
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.objects import State
from prefect.logging import get_run_logger
from prefect.runtime import flow_run

from litellm_observatory.core.gate.conclude import report_of_gate
from litellm_observatory.core.report.report import Report
from litellm_observatory.core.reporting.run_info import RunInfo
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
from litellm_observatory.orchestration.persistence.checkpoints import not_settled, settled
from litellm_observatory.orchestration.persistence.first_gateway import MovedError, first_gateway, keep_gateway
from litellm_observatory.orchestration.persistence.once import once_per_run
from litellm_observatory.orchestration.persistence.stored import DataSerializer
from litellm_observatory.orchestration.run import RunOptions, run
from litellm_observatory.orchestration.untested import report_of_invalid
from litellm_observatory.orchestration.wait_for_server import until_reachable

ANSWER_SECONDS = 60.0


async def run_gate(question: GateRequest, slack: str) -> State[None]:
    """Ask a release's suites, and tell the one verdict that follows."""
    target = RunOptions(question.gateway, question.deployment_url, question.models, ANSWER_SECONDS, slack)
    return await run(GATE_FLOW, target, partial(_asked, question))


@task(
    name="preflight",
    task_run_name="preflight",
    persist_result=True,
    result_serializer=DataSerializer(kind=Plan),
    cache_key_fn=once_per_run,
)
async def plan_gate(client: Client, question: GateRequest) -> Plan | State[Plan]:
    """Decide what is going to run, once; a refusal, or a fault of ours, is told as Failed."""
    try:
        async with get_client() as prefect:
            return await make_plan(client, prefect, question, str(flow_run.id))
    except Exception as error:
        return not_settled(error)


async def _asked(question: GateRequest, gateway: Gateway, subject: RunInfo, ownership: Ownership) -> Report:
    """Plan, start the suites, wait for their ends. Raises PreflightError before any of them is started."""
    try:
        plan = await _planned(question, gateway, ownership)
    except MovedError as moved:
        async with get_client() as prefect:
            await cancel_children(prefect, UUID(flow_run.id))
        return report_of_invalid(subject, question.models, moved.invalid_reason)
    get_run_logger().info("Release %s: %s", plan.release, ", ".join(child.suite for child in plan.children))
    get_run_logger().info("Gateway: %s.", break_commands(plan.gateway))
    get_run_logger().info("Plan: %s.", break_commands(plan.text))
    for left in plan.left_out:
        get_run_logger().info("Left out: %s, %s", left.suite, break_commands(left.reason))
    subject = replace(
        subject, gateway_version=plan.gateway_version, version_seen_at=plan.told_at, estimate=plan.taken
    )
    followed: dict[str, ChildRun] = {}
    cancelled = ""
    async with get_client() as prefect:
        try:
            await ownership.unless_cancelled(_followed(plan, prefect, followed))
        except Exception as way:
            await until_reachable()
            await cancel_children(prefect, UUID(flow_run.id))
            if not isinstance(way, CancelledRunError):
                raise
            cancelled = str(way)
    reports = [child.report for child in followed.values() if child.report]
    outcomes = [*await outcomes_of(followed), *plan.lost]
    return report_of_gate(
        subject,
        plan.release,
        outcomes,
        reports,
        datetime.now(UTC),
        left_out=plan.left_out,
        profile="" if question.suites else question.profile,
        cancelled=cancelled,
        allow_other_version=question.allow_other_version,
    )


async def _planned(question: GateRequest, gateway: Gateway, ownership: Ownership) -> Plan:
    """The plan of this run's first attempt that made one, which names its gateway, wherever the block points now.

    Raises PreflightError, and MovedError where that plan is lost and would be made anew for another gateway.
    """
    first = await first_gateway()
    try:
        async with open_client(gateway, timeout_seconds=ANSWER_SECONDS) as client:
            plan = await ownership.unless_cancelled(settled(plan_gate, Plan, client, question))
    except PreflightError:
        if first:
            first.require(gateway)
        raise
    if first:
        first.require(replace(gateway, url=plan.url))
    else:
        await keep_gateway(gateway)
    return plan


async def _followed(plan: Plan, prefect: PrefectClient, followed: dict[str, ChildRun]) -> None:
    """Start the children and follow them to their ends; `followed` has what was seen of them last."""
    progress = GateProgress(GATE_FLOW, plan, prefect)
    async for suite, run_id in start_children(plan, UUID(flow_run.id)):
        followed[suite] = ChildRun(run_id, None, None, has_ended=False)
    async for seen in follow_children(prefect, plan, UUID(flow_run.id), followed):
        followed.update(seen)
        await progress.tell(seen)
