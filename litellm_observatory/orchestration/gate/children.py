"""A gate's children: started once, followed to their ends, and cancelled with it."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterId,
    FlowRunFilterParentFlowRunId,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.deployments import arun_deployment
from prefect.exceptions import ObjectNotFound
from prefect.logging import get_run_logger
from prefect.states import Cancelling

from litellm_observatory.core.judging.verdict import Verdict
from litellm_observatory.core.report.report import Report
from litellm_observatory.names import CANCELLED_BY_LABEL, ON_DEMAND, RELEASE_TAG, Canceller
from litellm_observatory.orchestration.ends import original_of
from litellm_observatory.orchestration.gate.plan import Plan
from litellm_observatory.orchestration.gate.request import PlannedRun
from litellm_observatory.orchestration.history.reports import read_report
from litellm_observatory.orchestration.wait_for_server import UNANSWERED

POLL_SECONDS = 5.0

TAKEN_UP_WITHIN = timedelta(minutes=15)
"""A crashed run is taken up again by `recovery`: at once, or after five minutes where an event was lost."""

PAUSES = (0.0, 0.0, 1.0, 2.0, 4.0, 8.0)
"""Seconds before each look for children that are still to be cancelled."""

CANCELLABLE = [StateType.SCHEDULED, StateType.PENDING, StateType.RUNNING, StateType.PAUSED]


@dataclass(frozen=True, slots=True)
class ChildRun:
    """A suite's run as it was seen last: None when nobody has looked yet, or it has ended by being deleted.

    `report` is there once it has ended; `is_shared` says that the run is another's, which our own duplicates.
    """

    run_id: UUID
    run: FlowRun | None
    report: Report | None
    has_ended: bool
    is_shared: bool = False


async def start_children(plan: Plan, gate_run: UUID) -> AsyncIterator[tuple[str, UUID]]:
    """Create the run of each suite, in order; those that an earlier attempt of the gate created are found again."""
    for child in plan.children:
        yield child.suite, await _start(child, plan.release, f"{gate_run}-{child.suite}")


async def _start(child: PlannedRun, release: str, key: str) -> UUID:
    """Create the run of a suite, or find the one that was created under this key."""
    run = await _to_its_end(
        arun_deployment(
            f"{child.suite}/{ON_DEMAND}",
            parameters=child.parameters,
            tags=[f"{RELEASE_TAG}{release}"],
            idempotency_key=key,
            timeout=0,
        )
    )
    return run.id


async def _to_its_end(work: Coroutine[Any, Any, FlowRun]) -> FlowRun:
    """What some work gives; who cancels waits for its end: a run that is half created would escape."""
    working = asyncio.create_task(work)
    try:
        return await asyncio.shield(working)
    finally:
        await asyncio.gather(working, return_exceptions=True)


async def follow_children(
    prefect: PrefectClient, plan: Plan, gate_run: UUID, started: Mapping[str, ChildRun]
) -> AsyncIterator[dict[str, ChildRun]]:
    """What became of each suite, looked at again and again until all have ended.

    Follows the original run of a duplicate. Where that one is cancelled, by its own gate or a person, or deleted, one
    of this gate's own is started in its place. While the server is away nothing is said.
    """
    followed = dict(started)
    while not all(child.has_ended for child in followed.values()):
        try:
            seen = await _look(prefect, followed)
            for child in plan.children:
                if (shared := seen[child.suite]).is_shared and shared.has_ended and not _was_judged(shared):
                    seen[child.suite] = await _start_own(child, plan.release, gate_run, shared)
            followed = seen
            yield followed
        except UNANSWERED:
            pass
        if not all(child.has_ended for child in followed.values()):
            await asyncio.sleep(POLL_SECONDS)


def _was_judged(ended: ChildRun) -> bool:
    return ended.run is not None and ended.run.state is not None and not ended.run.state.is_cancelled()


async def _start_own(child: PlannedRun, release: str, gate_run: UUID, shared: ChildRun) -> ChildRun:
    """A run of our own in place of a shared one, whose end is ours where the server refuses to start any."""
    try:
        run_id = await _start(child, release, f"{gate_run}-{child.suite}-{shared.run_id}")
    except (ObjectNotFound, httpx.HTTPStatusError) as error:
        if isinstance(error, httpx.HTTPStatusError) and error.response.is_server_error:
            raise
        get_run_logger().warning("%s cannot be started again: %s", child.suite, type(error).__name__)
        return replace(shared, is_shared=False)
    return ChildRun(run_id, None, None, has_ended=False)


async def _look(prefect: PrefectClient, followed: Mapping[str, ChildRun]) -> dict[str, ChildRun]:
    """Every child as it is now."""
    ids = [child.run_id for child in followed.values()]
    runs = await prefect.read_flow_runs(flow_run_filter=FlowRunFilter(id=FlowRunFilterId(any_=ids)), limit=len(ids))
    found = {run.id: run for run in runs}
    return {suite: await _seen(suite, child, found.get(child.run_id)) for suite, child in followed.items()}


async def _seen(suite: str, before: ChildRun, run: FlowRun | None) -> ChildRun:
    """A child that was looked at before, with its run as it is now."""
    if run is None:
        return replace(before, run=None, report=None, has_ended=True)
    if before.has_ended and before.run and before.run.state_id == run.state_id:
        return before  # and its report need not be read again
    if run.state is None or not run.state.is_final():
        return replace(before, run=run, report=None, has_ended=False)
    if original := original_of(run.state.name or "", run.labels):
        return ChildRun(original, run, None, has_ended=False, is_shared=True)
    report = await read_report(suite, before.run_id)
    if run.state.is_crashed() and not (report and report.verdict is Verdict.CRASHED):
        given_up = datetime.now(UTC) - run.state.timestamp > TAKEN_UP_WITHIN
        return replace(before, run=run, report=report, has_ended=given_up)
    return replace(before, run=run, report=report, has_ended=True)


async def cancel_children(prefect: PrefectClient, gate_run: UUID) -> None:
    """Ask every run that a gate started, and that has not ended, to end; looked for again until there is none."""
    going = FlowRunFilter(
        parent_flow_run_id=FlowRunFilterParentFlowRunId(any_=[gate_run]),
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=CANCELLABLE)),
    )
    for pause in PAUSES:
        await asyncio.sleep(pause)
        with suppress(*UNANSWERED):
            runs = await prefect.read_flow_runs(flow_run_filter=going)
            if not runs:
                return
            for run in runs:
                with suppress(*UNANSWERED):  # one that was deleted meanwhile keeps no other from being cancelled
                    await prefect.update_flow_run_labels(run.id, {CANCELLED_BY_LABEL: Canceller.GATE.value})
                    await prefect.set_flow_run_state(run.id, Cancelling(message="its release gate, which has ended"))
    get_run_logger().warning("Not all suites of the gate could be cancelled; cancel them in the Prefect UI.")
