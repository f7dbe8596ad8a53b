"""`recovery`: a run that crashed is taken up again, and one whose end nobody told is told."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import Enum
from uuid import UUID

from prefect import flow
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.logging import get_run_logger
from prefect.states import AwaitingRetry, Completed

from flows.ended import read_report
from flows.parameters import SLACK_BLOCK
from flows.preflight import load_slack
from flows.publishing.publish import publish
from suites.gateway import Refused
from suites.judging.verdict import Verdict
from suites.reporting import Subject, report_without_traffic

MOST_RESUMPTIONS = 3
"""A run that crashes once more than that is given up."""

GRACE_SECONDS = 15.0
"""A cancelled run tells its end itself where it can: that takes some seconds."""


class Care(Enum):
    """What a run that ended without a verdict needs."""

    NOTHING = "nothing: it goes on, or has told its end itself"
    RESUME = "it is taken up again where it was"
    GIVE_UP = "it is given up"
    TELL_CANCELLED = "it was cancelled, and nobody told so"


def care_for(states: Sequence[State], *, deployed: bool, told: bool) -> Care:
    """What a run with these states, in their order, needs.

    Only a `deployed` run is started by a worker; one that has `told` its end needs no one else to do so.
    """
    kinds = [state.type for state in states]
    last = kinds[-1] if kinds else None
    if last is StateType.CANCELLED:
        return Care.NOTHING if told or states[-1].name == "Duplicate" else Care.TELL_CANCELLED
    if last is not StateType.CRASHED:
        return Care.NOTHING
    before = next((kind for kind in reversed(kinds) if kind is not StateType.CRASHED), None)
    if before is StateType.CANCELLING:
        return Care.NOTHING if told else Care.TELL_CANCELLED
    if not deployed or kinds.count(StateType.CRASHED) > MOST_RESUMPTIONS:
        return Care.GIVE_UP
    return Care.RESUME


@flow(name="recovery")
async def recovery(flow_run_id: UUID) -> State[None]:
    """Looks after a run that crashed or was cancelled: takes it up again, gives it up, or tells its end.

    Args:
        flow_run_id: The run to look after.
    """
    async with get_client() as prefect:
        run = await prefect.read_flow_run(flow_run_id)
        if run.state and run.state.is_cancelled() and run.start_time:
            await asyncio.sleep(GRACE_SECONDS)
        care = await _care(prefect, run)
        get_run_logger().info("Run %s: %s.", run.name, care.value)
        match care:
            case Care.RESUME:
                # Its first place in the queue: whoever waited behind it still does.
                state: State[None] = AwaitingRetry(
                    scheduled_time=run.expected_start_time, message="Taken up again after a crash, on its schedule."
                )
                await prefect.set_flow_run_state(run.id, state)
            case Care.GIVE_UP:
                why = run.state.message if run.state else ""
                await _tell(prefect, run, Verdict.CRASHED, f"Crashed, and given up: {why}")
            case Care.TELL_CANCELLED:
                way = "while it ran, and its process was gone" if run.start_time else "before it began"
                await _tell(prefect, run, Verdict.CANCELLED, f"Cancelled {way}")
    return Completed(message=f"Run {run.name}: {care.value}.")


async def _care(prefect: PrefectClient, run: FlowRun) -> Care:
    states = sorted(await prefect.read_flow_run_states(run.id), key=lambda state: state.timestamp)
    suite = await prefect.read_flow(run.flow_id)
    report = await read_report(suite.name, run.id)
    began = max((state.timestamp for state in states if state.is_running()), default=None)
    told = report is not None and (began is None or report.ended_at >= began)
    return care_for(states, deployed=run.deployment_id is not None, told=told)


async def _tell(prefect: PrefectClient, run: FlowRun, verdict: Verdict, reason: str) -> None:
    """Store and tell a report for a run that cannot do so itself."""
    suite = await prefect.read_flow(run.flow_id)
    parameters = run.parameters
    now = datetime.now(UTC)
    subject = Subject(
        suite.name,
        parameters.get("gateway", "default"),
        parameters.get("deployment_url"),
        None,
        run.start_time or run.expected_start_time or now,
    )
    report = report_without_traffic(subject, verdict, reason, parameters.get("models") or (), now)
    webhook = None
    try:
        webhook = await load_slack(parameters.get("slack", SLACK_BLOCK))
    except Refused as refusal:
        get_run_logger().warning("%s", refusal)
    await publish(report, run.id, run.run_count, webhook)
