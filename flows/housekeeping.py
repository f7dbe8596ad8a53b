"""`housekeeping`: old results of windows and old runs are removed; the artifacts of their verdicts stay."""

import asyncio
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from prefect import flow
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterEndTime, FlowRunFilterTags
from prefect.client.schemas.objects import State
from prefect.filesystems import LocalFileSystem
from prefect.logging import get_run_logger
from prefect.results import aget_default_result_storage
from prefect.states import Completed

from flows.claim import remove, stale_claims
from flows.lost import CONTROL_TAG, PAGE, TESTS
from flows.parameters import Days, ResultDays

WINDOWS = re.compile(r"[0-9a-f-]{36}-(preflight|send_request|send_request_window)-\d+")
ENDS = re.compile(r"told-[0-9a-f-]{36}-\w+(-\d+)?")
"""Our results by their names: others may keep theirs in the same place."""


@flow(name="housekeeping")
async def housekeeping(keep_results_days: ResultDays = 14, keep_runs_days: Days = 90) -> State[None]:
    """Removes what nobody needs any more: stored windows, runs and claims of runs that have ended.

    Args:
        keep_results_days: Days for which results of windows are kept (8 to 3650); a run can be resumed for so long.
        keep_runs_days: Days for which runs with states and logs are kept (1 to 3650); artifacts of verdicts stay.
    """
    now = datetime.now(UTC)
    windows, ends = now - timedelta(days=keep_results_days), now - timedelta(days=keep_runs_days)
    files = await _remove_results({WINDOWS: windows, ENDS: ends})
    async with get_client() as prefect:
        runs = await _remove_runs(prefect, now - timedelta(days=keep_runs_days))
        claims = await _remove_claims(prefect)
    return Completed(message=f"Removed {files} results, {runs} runs and {claims} claims.")


async def _remove_results(before: Mapping[re.Pattern[str], datetime]) -> int:
    """Remove results with such names that were written before an instant; returns how many."""
    storage = await aget_default_result_storage()
    if not isinstance(storage, LocalFileSystem):
        get_run_logger().warning(
            "Results lie in a block of type %s, whose own rules must remove old ones.", type(storage).__name__
        )
        return 0
    return await asyncio.to_thread(_remove_files, Path(storage.basepath or ""), before)


def _remove_files(folder: Path, before: Mapping[re.Pattern[str], datetime]) -> int:
    old = [
        path
        for path in folder.expanduser().glob("*")
        for name, instant in before.items()
        if name.fullmatch(path.name) and path.stat().st_mtime < instant.timestamp()
    ]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


async def _remove_runs(prefect: PrefectClient, before: datetime) -> int:
    """Remove runs that ended before an instant; returns how many."""
    removed = 0
    while runs := await prefect.read_flow_runs(
        flow_run_filter=FlowRunFilter(
            tags=FlowRunFilterTags(any_=[*TESTS, CONTROL_TAG]), end_time=FlowRunFilterEndTime(before_=before)
        ),
        limit=PAGE,
    ):
        for run in runs:
            await prefect.delete_flow_run(run.id)
        removed += len(runs)
    return removed


async def _remove_claims(prefect: PrefectClient) -> int:
    """Remove the claims of runs that have ended or are gone; returns how many."""
    stale = await stale_claims(prefect)
    for claim in stale:
        await remove(prefect, claim)
    return len(stale)
