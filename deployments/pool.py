"""The work pool and its queues: suites wait for a place, everything else never waits behind them."""

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.actions import WorkPoolCreate, WorkPoolUpdate
from prefect.client.schemas.objects import WorkPool, WorkQueue
from prefect.exceptions import ObjectNotFound
from prefect.workers.process import ProcessWorker

from deployments.changes import Change, diff
from deployments.command_error import CommandError
from deployments.settings import Settings
from litellm_observatory.names import CONTROL_QUEUE, SUITES_QUEUE, WORK_POOL

TYPE = "process"


async def ensure_pool(client: PrefectClient, settings: Settings) -> list[Change]:
    """The pool without a limit, `suites` with the settings' one, `control` without. Raises CommandError."""
    return [
        await _pool(client),
        await _queue(client, SUITES_QUEUE, settings.suites_at_once),
        await _queue(client, CONTROL_QUEUE, None),
    ]


async def _pool(client: PrefectClient) -> Change:
    what = f"work pool {WORK_POOL}"
    try:
        pool = await client.read_work_pool(WORK_POOL)
    except ObjectNotFound:
        template = ProcessWorker.get_default_base_job_template()
        pool = await client.create_work_pool(WorkPoolCreate(name=WORK_POOL, type=TYPE, base_job_template=template))
        return diff(what, None, _limit(pool))
    if pool.type != TYPE:
        raise CommandError(
            f"The work pool '{WORK_POOL}' is of type '{pool.type}', which cannot be changed to '{TYPE}'; "
            f"delete it (prefect work-pool delete {WORK_POOL}) or use another server."
        )
    if pool.concurrency_limit is not None:
        await client.update_work_pool(WORK_POOL, WorkPoolUpdate(concurrency_limit=None))
    return diff(what, _limit(pool), _limit(await client.read_work_pool(WORK_POOL)))


async def _queue(client: PrefectClient, name: str, limit: int | None) -> Change:
    what = f"work queue {WORK_POOL}/{name}, " + (f"limit {limit}" if limit else "no limit")
    try:
        queue = await client.read_work_queue_by_name(name, work_pool_name=WORK_POOL)
    except ObjectNotFound:
        queue = await client.create_work_queue(name, concurrency_limit=limit, work_pool_name=WORK_POOL)
        return diff(what, None, _limit(queue))
    if queue.concurrency_limit != limit:
        await client.update_work_queue(queue.id, concurrency_limit=limit)
    renewed = await client.read_work_queue_by_name(name, work_pool_name=WORK_POOL)
    return diff(what, _limit(queue), _limit(renewed))


def _limit(limited: WorkPool | WorkQueue) -> dict[str, int | None]:
    return {"concurrency_limit": limited.concurrency_limit}
