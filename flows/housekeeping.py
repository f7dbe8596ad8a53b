"""`housekeeping`: old results of windows and old runs are removed; the artifacts of their verdicts stay."""

import asyncio
import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from prefect import flow
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.filters import (
    ArtifactFilter,
    ArtifactFilterKey,
    FlowRunFilter,
    FlowRunFilterEndTime,
    FlowRunFilterTags,
)
from prefect.client.schemas.objects import State
from prefect.exceptions import ObjectNotFound
from prefect.filesystems import LocalFileSystem
from prefect.logging import get_run_logger
from prefect.results import aget_default_result_storage
from prefect.states import Completed

from litellm_observatory.names import CONTROL_TAG, progress_key, series_key
from litellm_observatory.orchestration.duplicates.claim import remove, stale_claims
from litellm_observatory.orchestration.parameters import Days, ResultDays
from litellm_observatory.orchestration.recovery.find import PAGE, TESTS

WINDOWS = re.compile(r"[0-9a-f-]{36}-(preflight|send_request|send_request_window)-\d+")
ENDS = re.compile(r"told-[0-9a-f-]{36}-\w+(-\d+)?")
"""Our results by their names: others may keep theirs in the same place."""

PASSING = (progress_key(""), series_key(""))
"""Artifacts by the ends of their keys: how far a run is, and what the next ones compare with."""


@flow(name="housekeeping")
async def housekeeping(keep_results_days: ResultDays = 14, keep_runs_days: Days = 90) -> State[None]:
    """Removes what nobody needs any more: stored windows, old runs with their progress, claims that were left.

    Args:
        keep_results_days: Days for which results of windows are kept (8 to 3650); a run can be resumed for so long.
        keep_runs_days: Days for which runs with states and logs are kept (1 to 3650); artifacts of verdicts stay.
    """
    now = datetime.now(UTC)
    windows, ends = now - timedelta(days=keep_results_days), now - timedelta(days=keep_runs_days)
    files = await _remove_results({WINDOWS: windows, ENDS: ends})
    async with get_client() as prefect:
        runs = await _remove_runs(prefect, ends)
        claims = await _remove_claims(prefect)
        artifacts = await _remove_artifacts(prefect, ends)
    return Completed(
        message=f"Removed {files} results, {runs} runs, {claims} claims and {artifacts} artifacts of no verdict."
    )


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
    removed = 0
    for path in folder.expanduser().glob("*"):
        for name, instant in before.items():
            if name.fullmatch(path.name):
                with suppress(FileNotFoundError):  # somebody else removed it meanwhile
                    if path.stat().st_mtime < instant.timestamp():
                        path.unlink()
                        removed += 1
    return removed


async def _remove_runs(prefect: PrefectClient, before: datetime) -> int:
    """Remove runs that ended before an instant; returns how many."""
    removed = 0
    while runs := await prefect.read_flow_runs(
        flow_run_filter=FlowRunFilter(
            tags=FlowRunFilterTags(any_=[*TESTS, CONTROL_TAG]),
            end_time=FlowRunFilterEndTime.model_validate({"before_": before}),
        ),
        limit=PAGE,
    ):
        for run in runs:
            with suppress(ObjectNotFound):  # somebody else removed it meanwhile
                await prefect.delete_flow_run(run.id)
        removed += len(runs)
    return removed


async def _remove_artifacts(prefect: PrefectClient, before: datetime) -> int:
    """Remove the artifacts that are of no verdict, where they are that old; returns how many."""
    removed = 0
    for ending in PASSING:
        offset = 0
        while page := await prefect.read_artifacts(
            artifact_filter=ArtifactFilter(key=ArtifactFilterKey(like_=f"%{ending}")), limit=PAGE, offset=offset
        ):
            old = [one for one in page if one.updated and one.updated < before and (one.key or "").endswith(ending)]
            for artifact in old:
                with suppress(ObjectNotFound):
                    await prefect.delete_artifact(artifact.id)
            removed += len(old)
            offset += len(page) - len(old)
    return removed


async def _remove_claims(prefect: PrefectClient) -> int:
    """Remove the claims of runs that have ended or are gone; returns how many."""
    stale = await stale_claims(prefect)
    for claim in stale:
        await remove(prefect, claim)
    return len(stale)
