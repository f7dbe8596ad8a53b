"""`recovery`: a run that crashed is taken up again, and one whose end nobody told is told."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from uuid import UUID

from prefect import flow
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateName,
    FlowRunFilterTags,
)
from prefect.client.schemas.objects import FlowRun, State
from prefect.exceptions import ObjectNotFound
from prefect.logging import get_run_logger
from prefect.states import AwaitingRetry, Completed

from litellm_observatory.core.judging.verdict import Verdict
from litellm_observatory.core.report.headline import Part, as_many_as_fit, compose
from litellm_observatory.core.report.report import Report
from litellm_observatory.core.reporting.run_info import RunInfo
from litellm_observatory.core.reporting.without_traffic import report_without_traffic
from litellm_observatory.core.wire.failures import trace_of
from litellm_observatory.names import CONTROL_TAG, DEFAULT_GATEWAY, SLACK_BLOCK
from litellm_observatory.orchestration.duplicates.claim import DuplicateError, hold_claim
from litellm_observatory.orchestration.ends import who_cancelled
from litellm_observatory.orchestration.gate.children import cancel_children
from litellm_observatory.orchestration.history.reports import read_report
from litellm_observatory.orchestration.publishing.publish import mark_undelivered, store
from litellm_observatory.orchestration.recovery.delivery import Delivery
from litellm_observatory.orchestration.recovery.find import (
    crash_zombies,
    crashed_or_cancelled,
    every_run,
)
from litellm_observatory.orchestration.recovery.policy import RecoveryAction, decide

GRACE = timedelta(seconds=15)
"""A cancelled run tells its end itself where it can: that takes some seconds."""

PASS_SECONDS = 240.0
"""What a pass does not come to in this time is found by the next, which begins every five minutes."""

IDLE = "Idle"
"""The state of a pass that had nothing to do."""

POLL_SECONDS = 2.0
"""Between two looks while a cancelled run has its grace."""


@flow(name="recovery")
async def recovery(flow_run_id: UUID | None = None) -> State[None]:
    """Looks after runs that crashed or were cancelled: takes them up again, gives them up, or tells their end.

    Args:
        flow_run_id: The run to look after; empty means all of the last two days, and delivers what Slack missed.
    """
    async with get_client() as prefect:
        if flow_run_id:
            run = await prefect.read_flow_run(flow_run_id)
            while grace := _grace(run):
                await asyncio.sleep(grace)
                run = await prefect.read_flow_run(flow_run_id)
            done = await _look_after(prefect, run)
            done += await Delivery(prefect).deliver([await prefect.read_flow_run(flow_run_id)])
        else:
            done = await crash_zombies(prefect)
            done += await _look_after_all(prefect, asyncio.get_running_loop().time() + PASS_SECONDS)
        await _remove_idle(prefect)
    return Completed(message=as_many_as_fit(done)) if done else Completed(name=IDLE, message="nothing to do")


async def _remove_idle(prefect: PrefectClient) -> None:
    """Remove earlier passes that had nothing to do: people who look for their tests would wade through them."""
    idle = FlowRunFilter(
        tags=FlowRunFilterTags(all_=[CONTROL_TAG]),
        state=FlowRunFilterState(name=FlowRunFilterStateName(any_=[IDLE])),
    )
    for run in await every_run(prefect, idle):
        with suppress(ObjectNotFound):  # another pass removed it meanwhile
            await prefect.delete_flow_run(run.id)


async def _look_after_all(prefect: PrefectClient, until: float) -> list[str]:
    """Look after runs until nothing is left to do, or until an instant; returns what was done, in words.

    It looks again and again, for a run that ends meanwhile may have nobody else (see prefect.yaml). Slack comes
    last, a message between two looks: however slow it is, a crashed run does not wait for it.
    """
    done: list[str] = []
    looked: set[UUID | None] = set()
    delivery = Delivery(prefect)
    while not _is_over(until):
        runs = [run for run in await crashed_or_cancelled(prefect) if run.state_id not in looked]
        due = [run for run in runs if not _grace(run)]
        for run in due:
            if _is_over(until):
                break
            looked.add(run.state_id)
            done += await _look_after(prefect, run)
        if due:
            continue
        if delivered := await delivery.deliver_next():
            done += delivered
        elif runs:
            await asyncio.sleep(POLL_SECONDS)
        else:
            break
    return done


def _is_over(until: float) -> bool:
    return asyncio.get_running_loop().time() >= until


def _grace(run: FlowRun) -> float:
    """For how many seconds a run is left alone, because it may tell its end itself."""
    if not (run.state and run.state.is_cancelled() and run.run_count):
        return 0.0
    return max(0.0, (run.state.timestamp + GRACE - datetime.now(UTC)).total_seconds())


async def _look_after(prefect: PrefectClient, run: FlowRun) -> list[str]:
    """Give a run what it needs, unless somebody else does at this moment; returns what was done, in words."""
    try:
        async with hold_claim(f"care-{run.id}"):
            return await _recover(prefect, await prefect.read_flow_run(run.id))
    except DuplicateError:
        return []
    except Exception as error:  # the next run is to be looked after all the same
        get_run_logger().warning("Run %s.\n%s", run.name, trace_of(error))
        return []


async def _recover(prefect: PrefectClient, run: FlowRun) -> list[str]:
    suite = (await prefect.read_flow(run.flow_id)).name
    action = await _decide_action(prefect, run, await read_report(suite, run.id))
    said = run.state.message if run.state and run.state.message else ""
    match action:
        case RecoveryAction.RESUME:
            # Its first place in the queue: whoever waited behind it still does.
            state: State[None] = AwaitingRetry(
                scheduled_time=run.expected_start_time, message="Taken up again after a crash, on its schedule."
            )
            await prefect.set_flow_run_state(run.id, state)
        case RecoveryAction.GIVE_UP:
            await cancel_children(prefect, run.id)
            await _report(suite, run, Verdict.CRASHED, "given up", said)
        case RecoveryAction.TELL_CANCELLED:
            when = "while it ran, and its process was gone" if run.run_count else "before it began"
            await cancel_children(prefect, run.id)
            if who := who_cancelled(run.labels):
                when, said = f"{when}, {who}", ""
            await _report(suite, run, Verdict.CANCELLED, when, said)
        case RecoveryAction.NOTHING:
            return []
    get_run_logger().info("Run %s %s.", run.name, action.value)
    return [f"run {run.name} {action.value}"]


async def _decide_action(prefect: PrefectClient, run: FlowRun, report: Report | None) -> RecoveryAction:
    states = sorted(await prefect.read_flow_run_states(run.id), key=lambda state: state.timestamp)
    began = max((state.timestamp for state in states if state.is_running()), default=None)
    told = report.verdict if report and (began is None or report.ended_at >= began) else None
    return decide(states, deployed=run.deployment_id is not None, told=told)


async def _report(suite: str, run: FlowRun, verdict: Verdict, why: str, said: str) -> None:
    """Store a report for a run that cannot do so itself, with what its state `said`, and leave it to be told."""
    parameters, now = run.parameters, datetime.now(UTC)
    subject = RunInfo(
        suite,
        parameters.get("gateway", DEFAULT_GATEWAY),
        parameters.get("deployment_url"),
        None,
        run.start_time or run.expected_start_time or now,
    )
    if parameters.get("slack", SLACK_BLOCK):
        await mark_undelivered(run.id)  # before the report, which is what says that this is done
    models = parameters.get("models") or ()
    what = compose(verdict, why, [Part(0, ";", said)] if said else [])
    why = "; ".join(filter(None, (why, said)))
    await store(report_without_traffic(subject, verdict, why, models, now, what), run.id)
