"""Runs that were lost: crashed, cancelled, undelivered, or dead without anybody having said so."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from uuid import UUID

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterEndTime,
    FlowRunFilterState,
    FlowRunFilterStateName,
    FlowRunFilterStateType,
    FlowRunFilterTags,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.client.schemas.sorting import FlowRunSort
from prefect.exceptions import ObjectNotFound
from prefect.states import Cancelled, Crashed

from litellm_observatory.core.report.headline import fit_headline
from litellm_observatory.names import CONTROL_TAG, GATE_TAG, SUITE_TAG, UNDELIVERED_TAG

TESTS = [SUITE_TAG, GATE_TAG]
"""The tags of those that test a gateway: somebody waits for their end."""

LOOKED_BACK = timedelta(days=2)
DEAD_AFTER = timedelta(minutes=11)
"""Heartbeats come every 30 s; the automation acts after ten minutes, and this where its event was lost."""

PAGE = 200
FINAL = [StateType.COMPLETED, StateType.FAILED, StateType.CRASHED, StateType.CANCELLED]
ALIVE = [StateType.PENDING, StateType.RUNNING, StateType.PAUSED, StateType.CANCELLING]
"""Of a run in these states a process should be at work; one that is paused goes on by itself (see ownership)."""


async def crashed_or_cancelled(prefect: PrefectClient) -> list[FlowRun]:
    """The tests that ended as crashed or cancelled in the last days; duplicates are no such end.

    Crashed ones come first, for each costs requests that are never sent; then the last that ended first.
    """
    found = await every_run(
        prefect,
        FlowRunFilter(
            tags=FlowRunFilterTags(any_=TESTS),
            state=FlowRunFilterState(name=FlowRunFilterStateName(any_=["Crashed", "Cancelled"])),
            end_time=FlowRunFilterEndTime.model_validate({"after_": datetime.now(UTC) - LOOKED_BACK}),
        ),
    )
    found.reverse()
    return sorted(found, key=lambda run: run.state_name != "Crashed")


async def undelivered(prefect: PrefectClient) -> list[FlowRun]:
    """The runs that have ended and that Slack has not been told of, the first that ended first."""
    return await every_run(
        prefect,
        FlowRunFilter(
            tags=FlowRunFilterTags(all_=[UNDELIVERED_TAG]),
            state=FlowRunFilterState(type=FlowRunFilterStateType(any_=FINAL)),
        ),
    )


async def crash_zombies(prefect: PrefectClient) -> list[str]:
    """Call our runs crashed, or cancelled, whose process must be gone; returns which, in words.

    Also our own flows that recover others: a dead one keeps the only place of its deployment, and no other begins.
    """
    now, done = datetime.now(UTC), []
    for run in await runs_alive(prefect):
        if not run.state or run.state.timestamp > now - DEAD_AFTER:
            continue
        if run.state.is_running() and await has_heartbeat_since(prefect, run.id, now - DEAD_AFTER):
            continue
        state = Cancelled if run.state.is_cancelling() else Crashed
        why = run.state.message or f"No sign of life for {DEAD_AFTER.total_seconds():.0f} s."
        with suppress(ObjectNotFound):  # deleted meanwhile
            await prefect.set_flow_run_state(run.id, state(message=fit_headline(why)), force=True)
            done.append(f"run {run.name} was dead")
    return done


async def runs_alive(prefect: PrefectClient) -> list[FlowRun]:
    """Our runs at which a process should be at work."""
    return await every_run(
        prefect,
        FlowRunFilter(
            tags=FlowRunFilterTags(any_=[*TESTS, CONTROL_TAG]),
            state=FlowRunFilterState(type=FlowRunFilterStateType(any_=ALIVE)),
        ),
    )


async def every_run(prefect: PrefectClient, chosen: FlowRunFilter) -> list[FlowRun]:
    """All runs that a filter chooses, the first that ended first."""
    runs: list[FlowRun] = []
    while page := await prefect.read_flow_runs(
        flow_run_filter=chosen, sort=FlowRunSort.END_TIME_DESC, limit=PAGE, offset=len(runs)
    ):
        runs += page
    return runs[::-1]


async def has_heartbeat_since(prefect: PrefectClient, run_id: UUID, since: datetime) -> bool:
    """Whether a run has given a sign of life since an instant."""
    chosen = {
        "event": {"name": ["prefect.flow-run.heartbeat"]},
        "resource": {"id": [f"prefect.flow-run.{run_id}"]},
        "occurred": {"since": since.isoformat()},
    }
    answer = await prefect.request("POST", "/events/filter", json={"filter": chosen, "limit": 1})
    return bool(answer.json()["events"])
