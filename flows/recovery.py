"""`recovery`: a run that crashed is taken up again, and one whose end nobody told is told."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

from prefect import flow
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.objects import FlowRun, State
from prefect.logging import get_run_logger
from prefect.states import AwaitingRetry, Completed
from prefect_slack import SlackWebhook

from flows.care import Care, care_for
from flows.claim import DuplicateError, claimed
from flows.ended import read_report
from flows.gate.children import cancel_children
from flows.lost import end_the_dead, ended_badly, untold
from flows.parameters import SLACK_BLOCK
from flows.preflight import load_slack
from flows.publishing.publish import UNDELIVERED, publish, tell
from suites.gateway import Refused
from suites.judging.verdict import Verdict
from suites.report import Report
from suites.reporting import Subject, report_without_traffic

GRACE = timedelta(seconds=15)
"""A cancelled run tells its end itself where it can: that takes some seconds."""


@flow(name="recovery")
async def recovery(flow_run_id: UUID | None = None) -> State[None]:
    """Looks after runs that crashed or were cancelled: takes them up again, gives them up, or tells their end.

    Args:
        flow_run_id: The run to look after; empty means all of the last two days, and delivers what Slack missed.
    """
    done: list[str] = []
    async with get_client() as prefect:
        if flow_run_id:
            runs = [await prefect.read_flow_run(flow_run_id)]
        else:
            done += await end_the_dead(prefect)
            runs = [*await ended_badly(prefect), *await untold(prefect)]
        for run in runs:
            try:
                async with claimed(f"care-{run.id}"):
                    done += await _look_after(prefect, run.id)
            except DuplicateError:
                continue  # somebody looks after it at this moment
            except Exception as error:  # the next run is to be looked after all the same
                get_run_logger().warning("Run %s: %s", run.name, type(error).__name__)
    return Completed(message="; ".join(done) or "nothing to do")


async def _look_after(prefect: PrefectClient, run_id: UUID) -> list[str]:
    """Give a run what it needs, and tell Slack what it missed of it; returns what was done, in words."""
    run = await prefect.read_flow_run(run_id)
    if run.state and run.state.is_cancelled() and run.run_count:
        await asyncio.sleep(max(0.0, (run.state.timestamp + GRACE - datetime.now(UTC)).total_seconds()))
        run = await prefect.read_flow_run(run_id)
    suite = (await prefect.read_flow(run.flow_id)).name
    report = await read_report(suite, run.id)
    care = await _care(prefect, run, report)
    said = run.state.message if run.state and run.state.message else ""
    match care:
        case Care.RESUME:
            # Its first place in the queue: whoever waited behind it still does.
            state: State[None] = AwaitingRetry(
                scheduled_time=run.expected_start_time, message="Taken up again after a crash, on its schedule."
            )
            await prefect.set_flow_run_state(run.id, state)
        case Care.GIVE_UP:
            await cancel_children(prefect, run.id)
            await _report(suite, run, Verdict.CRASHED, f"Crashed, and given up: {said}")
        case Care.TELL_CANCELLED:
            when = "while it ran, and its process was gone" if run.run_count else "before it began"
            await cancel_children(prefect, run.id)
            await _report(suite, run, Verdict.CANCELLED, f"Cancelled {when}. {said}".strip())
        case Care.NOTHING:
            return [f"run {run.name} is told"] if await _told_late(run, report) else []
    get_run_logger().info("Run %s %s.", run.name, care.value)
    return [f"run {run.name} {care.value}"]


async def _care(prefect: PrefectClient, run: FlowRun, report: Report | None) -> Care:
    states = sorted(await prefect.read_flow_run_states(run.id), key=lambda state: state.timestamp)
    began = max((state.timestamp for state in states if state.is_running()), default=None)
    told = report.verdict if report and (began is None or report.ended_at >= began) else None
    return care_for(states, deployed=run.deployment_id is not None, told=told)


async def _report(suite: str, run: FlowRun, verdict: Verdict, reason: str) -> None:
    """Store and tell a report for a run that cannot do so itself."""
    parameters, now = run.parameters, datetime.now(UTC)
    subject = Subject(
        suite,
        parameters.get("gateway", "default"),
        parameters.get("deployment_url"),
        None,
        run.start_time or run.expected_start_time or now,
    )
    report = report_without_traffic(subject, verdict, reason, parameters.get("models") or (), now)
    webhook = None
    try:
        webhook = await _slack_of(run)
    except Refused as refusal:
        get_run_logger().warning("%s", refusal)
    await publish(report, run.id, run.run_count, webhook)


async def _told_late(run: FlowRun, report: Report | None) -> bool:
    """Tell Slack the end of a run that has ended and is tagged as untold; whether that was done. Raises Refused."""
    if report is None or UNDELIVERED not in run.tags or not (run.state and run.state.is_final()):
        return False
    return await tell(report, run.id, run.run_count, await _slack_of(run)) is None


async def _slack_of(run: FlowRun) -> SlackWebhook | None:
    """Whom a run tells. Raises Refused."""
    return await load_slack(run.parameters.get("slack", SLACK_BLOCK))
