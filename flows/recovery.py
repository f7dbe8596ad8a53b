"""`recovery`: a run that crashed is taken up again, and one whose end nobody told is told."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

from prefect import flow
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterEndTime,
    FlowRunFilterState,
    FlowRunFilterStateType,
    FlowRunFilterTags,
)
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.logging import get_run_logger
from prefect.states import AwaitingRetry, Completed

from flows.care import Care, care_for
from flows.ended import read_report
from flows.parameters import SLACK_BLOCK
from flows.preflight import load_slack
from flows.publishing.publish import publish
from flows.undelivered import deliver_undelivered
from suites.gateway import Refused
from suites.judging.verdict import Verdict
from suites.reporting import Subject, report_without_traffic

GRACE = timedelta(seconds=15)
"""A cancelled run tells its end itself where it can: that takes some seconds."""

LOOKED_BACK = timedelta(days=2)
LEFT_TO_AUTOMATIONS = timedelta(minutes=1)
"""What ended less than that ago is being looked after already, because of its event."""

SUITE_TAG = "suite"


@flow(name="recovery")
async def recovery(flow_run_id: UUID | None = None) -> State[None]:
    """Looks after runs that crashed or were cancelled: takes them up again, gives them up, or tells their end.

    Args:
        flow_run_id: The run to look after; empty means all of the last two days, and delivers what Slack missed.
    """
    async with get_client() as prefect:
        if flow_run_id:
            runs = [await prefect.read_flow_run(flow_run_id)]
        else:
            runs = await _ended_badly(prefect)
        done = [said for run in runs if (said := await _look_after(prefect, run))]
        if not flow_run_id:
            done.append(await deliver_undelivered(prefect))
    return Completed(message="; ".join(done) or "nothing to do")


async def _ended_badly(prefect: PrefectClient) -> list[FlowRun]:
    """The runs of suites that ended as crashed or cancelled in the last days."""
    now = datetime.now(UTC)
    return await prefect.read_flow_runs(
        flow_run_filter=FlowRunFilter(
            tags=FlowRunFilterTags(all_=[SUITE_TAG]),
            state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.CRASHED, StateType.CANCELLED])),
            end_time=FlowRunFilterEndTime(after_=now - LOOKED_BACK, before_=now - LEFT_TO_AUTOMATIONS),
        )
    )


async def _look_after(prefect: PrefectClient, run: FlowRun) -> str | None:
    """Give a run what it needs; returns what that was, in words."""
    if run.state and run.state.is_cancelled() and run.start_time:
        await asyncio.sleep(max(0.0, (run.state.timestamp + GRACE - datetime.now(UTC)).total_seconds()))
    care = await _care(prefect, run)
    if care is Care.NOTHING:
        return None
    get_run_logger().info("Run %s %s.", run.name, care.value)
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
    return f"run {run.name} {care.value}"


async def _care(prefect: PrefectClient, run: FlowRun) -> Care:
    states = sorted(await prefect.read_flow_run_states(run.id), key=lambda state: state.timestamp)
    suite = await prefect.read_flow(run.flow_id)
    report = await read_report(suite.name, run.id)
    began = max((state.timestamp for state in states if state.is_running()), default=None)
    told = report.verdict if report and (began is None or report.ended_at >= began) else None
    return care_for(states, deployed=run.deployment_id is not None, told=told)


async def _tell(prefect: PrefectClient, run: FlowRun, verdict: Verdict, reason: str) -> None:
    """Store and tell a report for a run that cannot do so itself."""
    suite = await prefect.read_flow(run.flow_id)
    parameters, now = run.parameters, datetime.now(UTC)
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
