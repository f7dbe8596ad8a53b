"""`housekeeping`: old results of windows and old runs are removed; the artifacts of their verdicts stay."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

from prefect import flow
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterEndTime
from prefect.client.schemas.objects import State
from prefect.filesystems import LocalFileSystem
from prefect.logging import get_run_logger
from prefect.results import aget_default_result_storage
from prefect.states import Completed

from flows.claim import PREFIX, is_stale, remove
from flows.parameters import Days

PAGE = 200


@flow(name="housekeeping")
async def housekeeping(keep_results_days: Days = 14, keep_runs_days: Days = 90) -> State[None]:
    """Removes what nobody needs any more: stored windows, runs and claims of runs that have ended.

    Args:
        keep_results_days: Days for which the results of windows are kept; a run can be resumed for so long.
        keep_runs_days: Days for which runs with their states and logs are kept; artifacts of verdicts stay.
    """
    now = datetime.now(UTC)
    files = await _remove_results(now - timedelta(days=keep_results_days))
    async with get_client() as prefect:
        runs = await _remove_runs(prefect, now - timedelta(days=keep_runs_days))
        claims = await _remove_claims(prefect)
    return Completed(message=f"Removed {files} results, {runs} runs and {claims} claims.")


async def _remove_results(before: datetime) -> int:
    """Remove results that were written before an instant; returns how many."""
    storage = await aget_default_result_storage()
    if not isinstance(storage, LocalFileSystem):
        get_run_logger().warning(
            "Results lie in a block of type %s, whose own rules must remove old ones.", type(storage).__name__
        )
        return 0
    return await asyncio.to_thread(_remove_files, Path(storage.basepath or ""), before)


def _remove_files(folder: Path, before: datetime) -> int:
    old = [
        path for path in folder.expanduser().glob("*") if path.is_file() and path.stat().st_mtime < before.timestamp()
    ]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


async def _remove_runs(prefect: PrefectClient, before: datetime) -> int:
    """Remove runs that ended before an instant; returns how many."""
    removed = 0
    while runs := await prefect.read_flow_runs(
        flow_run_filter=FlowRunFilter(end_time=FlowRunFilterEndTime(before_=before)), limit=PAGE
    ):
        for run in runs:
            await prefect.delete_flow_run(run.id)
        removed += len(runs)
    return removed


async def _remove_claims(prefect: PrefectClient) -> int:
    """Remove the claims of runs that have ended or are gone; returns how many."""
    claims = [one for one in await prefect.read_variables(limit=PAGE) if one.name.startswith(PREFIX)]
    stale = [claim for claim in claims if await is_stale(prefect, claim)]
    for claim in stale:
        await remove(prefect, claim)
    return len(stale)
