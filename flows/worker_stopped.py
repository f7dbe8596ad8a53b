"""`worker-stopped`: a worker that is stopped kills its runs, and Prefect leaves them `Running` for ever."""

from datetime import UTC, datetime

from prefect import flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import State
from prefect.states import Cancelled, Completed, Crashed

from litellm_observatory.orchestration.parameters import WorkerName
from litellm_observatory.orchestration.recovery.find import runs_alive

WORKER_LABEL = "prefect.worker.name"


@flow(name="worker-stopped")
async def worker_stopped(worker: WorkerName = "", at: datetime | None = None) -> State[None]:
    """Calls the runs crashed that a worker left behind; each is then taken up again by `recovery`.

    Args:
        worker: Name of the worker that stopped; empty means that none did.
        at: When it stopped; runs that began later belong to another worker of the same name. Empty means now.
    """
    at = at or datetime.now(UTC)
    async with get_client() as prefect:
        running = await runs_alive(prefect)
        left = [
            run
            for run in running
            if worker and run.labels.get(WORKER_LABEL) == worker and run.state and run.state.timestamp <= at
        ]
        for run in left:
            cancelling = run.state is not None and run.state.is_cancelling()
            state = Cancelled if cancelling else Crashed
            await prefect.set_flow_run_state(run.id, state(message="Its worker was stopped."), force=True)
    return Completed(message=f"{len(left)} runs were left behind.")
