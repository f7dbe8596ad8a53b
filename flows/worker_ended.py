"""`worker-ended`: a worker that was asked to end kills its runs, and Prefect leaves them `Running` for ever."""

from datetime import datetime

from prefect import flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterStartTime,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import State, StateType
from prefect.states import Completed, Crashed

WORKER_LABEL = "prefect.worker.name"


@flow(name="worker-ended")
async def worker_ended(worker: str, at: datetime) -> State[None]:
    """Calls the runs crashed that a worker left behind; each is then taken up again by `recovery`.

    Args:
        worker: Name of the worker that ended.
        at: When it ended; runs that began later belong to another worker of the same name.
    """
    async with get_client() as prefect:
        running = await prefect.read_flow_runs(
            flow_run_filter=FlowRunFilter(
                state=FlowRunFilterState(
                    type=FlowRunFilterStateType(any_=[StateType.RUNNING, StateType.PENDING, StateType.CANCELLING])
                ),
                start_time=FlowRunFilterStartTime(before_=at),
            )
        )
        left = [run for run in running if run.labels.get(WORKER_LABEL) == worker]
        for run in left:
            await prefect.set_flow_run_state(run.id, Crashed(message="Its worker was ended."), force=True)
    return Completed(message=f"{len(left)} runs were left behind.")
